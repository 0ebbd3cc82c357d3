// Which handler serves a path and a method. Small of its own: Salesforce's paths overlap in ways that frameworks refuse.
import { Refusal, notFound } from '../refusal.ts';
import type { Context, Handler, RestRequest, RestResponse } from './request.ts';

export interface Route {
  /** Segments; one that begins with a colon stands for any. */
  readonly path: string;
  readonly methods: Readonly<Record<string, Handler>>;
}

interface Compiled {
  readonly segments: readonly string[];
  readonly methods: Readonly<Record<string, Handler>>;
}

/** The first route that fits serves; a path without a route is 404, a method that it does not have 405. */
export function routerOf(routes: readonly Route[]): (context: Context, request: RestRequest) => RestResponse {
  const compiled: Compiled[] = routes.map(({ path, methods }) => ({ segments: path === '' ? [] : path.split('/'), methods }));
  return (context, request) => {
    for (const { segments, methods } of compiled) {
      const params = match(segments, request.path);
      if (!params) continue;
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      const handler = methods[method];
      if (!handler) {
        const message = `HTTP Method '${request.method}' not allowed. Allowed are ${Object.keys(methods).join(',')}`;
        throw new Refusal([{ code: 'METHOD_NOT_ALLOWED', message }]);
      }
      return handler(context, request, params);
    }
    return notFound();
  };
}

function match(segments: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const given = path[index] ?? '';
    if (segment.startsWith(':')) params[segment.slice(1)] = given;
    else if (segment !== given) return undefined;
  }
  return params;
}
