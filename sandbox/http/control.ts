// Control paths for tests: the log of calls, faults, tokens of any user, the clock, activation, the daily limit, outbound messages.
// They exist for the bearer of the control token alone, and are neither logged nor failed.
import { parseDuration } from '../clock.ts';
import type { Org } from '../org.ts';
import { clearOutbound, listOutbound, orderOutbound } from '../outbound/control.ts';
import type { Faults } from './faults.ts';
import { type HttpRequest, type HttpResponse, json } from './message.ts';
import type { Usage } from './serve.ts';
import { addCertificate, isSame, issueToken } from './tokens.ts';

export interface LoggedCall {
  readonly n: number;
  readonly method: string;
  readonly path: string;
  /** Absent until it is answered; it stays absent where the connection was cut. */
  status?: number;
  readonly mutating: boolean;
  readonly records?: number;
}

export interface Control {
  readonly token: string;
  readonly org: Org;
  readonly faults: Faults;
  readonly usage: Usage;
  readonly calls: LoggedCall[];
  /** What had been used when the log was last emptied. */
  usedBefore: number;
}

const PREFIX = '/__control/';

/** Nothing where the path is none of control's, or the caller may not know that it is. */
export function control(state: Control | undefined, request: HttpRequest): HttpResponse | undefined {
  if (!state || !request.path.startsWith(PREFIX)) return undefined;
  const given = /^Bearer\s+(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  if (!isSame(given, state.token)) return undefined;
  const input = bodyOf(request);
  return input === undefined
    ? wrong('the body is no JSON object')
    : act(state, `${request.method} ${request.path.slice(PREFIX.length)}`, input);
}

function bodyOf(request: HttpRequest): Record<string, unknown> | undefined {
  if (request.body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function wrong(message: string): HttpResponse {
  return json(400, { error: message });
}

function act(state: Control, what: string, input: Record<string, unknown>): HttpResponse {
  switch (what) {
    case 'GET calls':
      return json(200, { calls: state.calls, apiCalls: state.usage.used - state.usedBefore });
    case 'DELETE calls':
      state.calls.length = 0;
      state.usedBefore = state.usage.used;
      return json(200, {});
    case 'POST faults': {
      const problem = state.faults.order(input);
      return problem === undefined ? json(200, {}) : wrong(problem);
    }
    case 'DELETE faults':
      state.faults.clear();
      return json(200, {});
    case 'POST token':
      return tokenFor(state.org, input['username']);
    case 'POST certificate':
      return register(state.org, input);
    case 'POST clock':
      return advance(state.org, input['advance']);
    case 'POST activation':
      return setActivation(state.org, input);
    case 'POST limit':
      return setLimit(state.org, input['dailyApiRequests']);
    case 'GET outbound':
      return json(200, listOutbound(state.org));
    case 'POST outbound': {
      const ordered = orderOutbound(state.org, input);
      return typeof ordered === 'string' ? wrong(ordered) : json(200, { id: ordered.id });
    }
    case 'DELETE outbound':
      return json(200, clearOutbound(state.org));
    default:
      return json(404, { error: `no control path: ${what}` });
  }
}

function tokenFor(org: Org, username: unknown): HttpResponse {
  const user = org.store.one('SELECT "Id" FROM "User" WHERE "Username" = ? AND "IsActive" = 1', String(username))?.['Id'];
  return typeof user === 'string' ? json(200, { token: issueToken(org, 'access', user) }) : wrong(`no active user ${String(username)}`);
}

function register(org: Org, { key, clientId }: Record<string, unknown>): HttpResponse {
  if (typeof key !== 'string' || !/-----BEGIN (?:PUBLIC KEY|CERTIFICATE|RSA PUBLIC KEY)-----/.test(key))
    return wrong('key: a public key or a certificate in PEM');
  addCertificate(org, key, typeof clientId === 'string' ? clientId : undefined);
  return json(200, {});
}

function advance(org: Org, duration: unknown): HttpResponse {
  const milliseconds = parseDuration(String(duration));
  if (milliseconds === undefined) return wrong('advance: a duration of ISO 8601 such as P1D or PT4H');
  org.clock.advance(milliseconds);
  org.pulse.beat();
  return json(200, { now: new Date(org.clock.now()).toISOString() });
}

function setActivation(org: Org, { delayMs, outcome }: Record<string, unknown>): HttpResponse {
  const { activation } = org.settings;
  if (delayMs !== undefined && !(typeof delayMs === 'number' && delayMs >= 0)) return wrong('delayMs: milliseconds');
  if (outcome !== undefined && outcome !== 'Active' && outcome !== 'ActivationFailed') return wrong('outcome: Active or ActivationFailed');
  org.settings.activation = { delayMs: delayMs ?? activation.delayMs, outcome: outcome ?? activation.outcome };
  return json(200, org.settings.activation);
}

function setLimit(org: Org, limit: unknown): HttpResponse {
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0) return wrong('dailyApiRequests: a number of calls');
  org.settings.dailyApiRequests = limit;
  return json(200, { dailyApiRequests: limit });
}
