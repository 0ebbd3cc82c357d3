// Who may ask: the token of each request, the role that its route wants, and the host that it was sent to.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, checkToken, mayAct } from '../../controller/tokens.ts';
import { ROLES, type Role } from '../../ports/tokens.ts';
import { opens, type Sessions } from './page/sessions.ts';
import { RequestRefused, refuse } from './problems.ts';
import type { App, Surface } from './surface.ts';

export interface Limiter {
  /** Counts this request; refuses it where there were too many. */
  byToken(request: FastifyRequest): Promise<void>;
  byAddress(request: FastifyRequest): Promise<void>;
}

/** Before anything of a body is read. */
export function guard(app: App, surface: Surface, sessions: Sessions, limiter: Limiter): void {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', ({ url, config }) => {
    if (config?.access === undefined) throw new Error(`the route ${url} does not say who may use it`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const { access = 'always' } = request.routeOptions.config;
    if (surface.loopback && access !== 'always' && access !== 'signed') checkHost(request);
    if (access === 'always' && !request.is404) return;
    const caller = await callerBehind(surface, request, limiter);
    request.caller = caller ?? null;
    await (caller === undefined ? limiter.byAddress(request) : limiter.byToken(request));
    if (access === 'signed' || access === 'always') return;
    if (access === 'local' || access === 'page') {
      if (surface.loopback) return;
      // The page shows plans and everybody's decisions: it is no way around the roles of the API.
      if (caller !== undefined) allow(caller, access === 'page' ? 'manager' : 'rep', reply);
      if (caller !== undefined) return;
      if (access === 'page' && opens(request, reply, sessions)) return;
      unauthorized(
        access === 'page' ? 'This page wants a token, or the link that the controller printed when it started.' : 'A token is needed.',
      );
    }
    if (caller === undefined) unauthorized('A token is needed: Authorization: Bearer lctl_…');
    allow(caller, access, reply);
  });
}

/** A token that is no good is refused wherever it comes, also where none is needed. */
async function callerBehind({ store }: Surface, request: FastifyRequest, limiter: Limiter): Promise<Caller | undefined> {
  const { authorization } = request.headers;
  if (authorization === undefined || request.routeOptions.config.access === 'signed') return undefined;
  const [, text = ''] = /^Bearer ([^\s]+)$/i.exec(authorization) ?? [];
  const caller = await checkToken(store.tokens, text);
  if (caller !== undefined) return caller;
  await limiter.byAddress(request);
  return unauthorized('The token is not known here, or was revoked.', 'invalid_token');
}

function unauthorized(detail: string, error?: string): never {
  const challenge = `Bearer realm="loopctl"${error === undefined ? '' : `, error="${error}"`}`;
  throw new RequestRefused(401, { code: 'unauthorized', detail }, { 'www-authenticate': challenge });
}

/** For routes that know only from the body which role they want. */
export function allow(caller: Caller, needed: Role, reply: FastifyReply): void {
  if (mayAct(caller.role, needed)) return;
  reply.header('www-authenticate', `Bearer realm="loopctl", error="insufficient_scope", scope="${needed}"`);
  const enough = ROLES.filter((role) => mayAct(role, needed)).join(', ');
  const wanted = needed === 'ingest' ? `one of the roles ${enough}` : `the role ${needed} or one above it (${enough})`;
  refuse(403, 'role-too-low', `This needs ${wanted}; the token has ${caller.role}.`);
}

/** A page of somebody else that makes the browser believe its name leads here must not be answered. */
function checkHost({ headers }: FastifyRequest): void {
  const name = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  if (isLoopback(name.replace(/^\[(.*)\]$/, '$1'))) return;
  refuse(421, 'other-host', 'This address answers to localhost alone. A proxy in front of it has to send it as the host.');
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
