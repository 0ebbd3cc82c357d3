// A request below /services/data/vXX.X, and its answer, apart from HTTP: composites make such requests too.
import type { Caller } from '../access/caller.ts';
import type { Org } from '../org.ts';
import { Refusal, type Trouble, refuse } from '../refusal.ts';
import type { ObjectType } from '../schema/object.ts';

export interface RestRequest {
  readonly method: string;
  /** Decoded segments below the version: `['sobjects', 'Account', '001…']`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** JSON as it was sent; text for CSV. */
  readonly body: unknown;
}

export interface RestResponse {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Context {
  readonly org: Org;
  readonly caller: Caller;
  /** 64 for `/services/data/v64.0`. */
  readonly version: number;
  /** `http://127.0.0.1:8585`, as the client knows this server. */
  readonly origin: string;
  /** A row of a collection that is to fail, by its index: set by fault control. */
  readonly rowFault: (index: number) => Trouble | undefined;
  /** Further calls that this one counts as. */
  readonly charge: (calls: number) => void;
  readonly usage: () => { readonly used: number; readonly limit: number };
  /** Another request of the same caller, in the same transaction. */
  readonly dispatch: (context: Context, request: RestRequest) => RestResponse;
}

export type Handler = (context: Context, request: RestRequest, params: Readonly<Record<string, string>>) => RestResponse;

export function basePath(context: Context): string {
  return `/services/data/v${context.version}.0`;
}

/** The object of a URL; anything else there is no resource. */
export function objectOf(context: Context, name: string | undefined, api: 'data' | 'tooling' = 'data'): ObjectType {
  const object = context.org.schema.object(name ?? '');
  if (!object || (object.api !== 'both' && object.api !== api)) {
    throw new Refusal([{ code: 'NOT_FOUND', message: 'The requested resource does not exist' }]);
  }
  return object;
}

export function bodyObject(request: RestRequest): Record<string, unknown> {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return refuse('JSON_PARSER_ERROR', 'The HTTP entity body is required, but this request has no JSON object in it.');
  }
  return body as Record<string, unknown>;
}

/** `[{message, errorCode, fields?}]`, the body of every refusal. */
export function errorBody(troubles: readonly Trouble[]): object[] {
  return troubles.map(({ code, message, fields }) => ({ message, errorCode: code, ...(fields && { fields }) }));
}

/** The errors of a row in a collection: the key is `statusCode` there. */
export function rowErrors(troubles: readonly Trouble[]): object[] {
  return troubles.map(({ code, message, fields }) => ({ statusCode: code, message, fields: fields ?? [] }));
}
