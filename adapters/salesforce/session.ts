// One signed-in session over the real client. The client's own retries and its unbounded refresh are switched off:
// reads are retried here with jitter, writes never; an expired token is renewed once, not for ever.
import { createSign } from 'node:crypto';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { Connection } from 'jsforce';
import { CallFailed, CrmUnavailable } from '../../ports/crm.ts';
import type { Credentials } from './credentials.ts';
import { isTransient, judge } from './errors.ts';

/** The version of the API that every call names. */
export const API_VERSION = '64.0';
const TIMEOUT = 120_000;
const READ_ATTEMPTS = 5;

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/services/data/vXX.X`, or from the root where it begins with `/services`. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Session {
  readonly instanceUrl: string;
  /** A call that changes nothing: repeated with jitter while the org is busy. */
  read<T>(call: Call): Promise<T>;
  /** A call that changes something: sent once. */
  write<T>(call: Call): Promise<T>;
  /** Calls sent since the start, and the org's day as its last answer told. */
  usage(): { readonly read: number; readonly write: number; readonly used?: number; readonly limit?: number };
}

export function openSession(credentials: Credentials, options: { readonly onCall?: (call: Call) => void } = {}): Session {
  let client: Promise<Connection> | undefined;
  let usage: { read: number; write: number; used?: number; limit?: number } = { read: 0, write: 0 };
  const current = () => {
    client ??= signIn(credentials).catch((error: unknown) => {
      client = undefined;
      throw error;
    });
    return client;
  };

  async function send<T>(call: Call, kind: 'read' | 'write', renewed = false): Promise<T> {
    const used = await current();
    usage = { ...usage, [kind]: usage[kind] + 1 };
    options.onCall?.(call);
    try {
      return await exchange<T>(used, call);
    } catch (error) {
      const expired = error instanceof CrmUnavailable && error.code === 'INVALID_SESSION_ID';
      if (!expired || renewed || credentials.kind === 'token') throw error;
      const now = await current();
      if (now === used) client = undefined;
      return await send<T>(call, kind, true);
    } finally {
      const told = used.limitInfo.apiUsage;
      if (told !== undefined) usage = { ...usage, used: told.used, limit: told.limit };
    }
  }

  const patiently = retry(
    handleWhen((error) => error instanceof CallFailed && isTransient(error)),
    { maxAttempts: READ_ATTEMPTS, backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 5_000 }) },
  );
  return {
    instanceUrl: credentials.instanceUrl,
    read: (call) => patiently.execute(() => send(call, 'read')),
    write: (call) => send(call, 'write'),
    usage: () => usage,
  };
}

/** One request and its answer; every failure with the HTTP status that the client keeps to itself. */
async function exchange<T>(connection: Connection, call: Call): Promise<T> {
  const { Transport } = await transport();
  const plain = new Transport();
  let status: number | undefined;
  const recording = {
    httpRequest(request: Parameters<typeof plain.httpRequest>[0], sending: Parameters<typeof plain.httpRequest>[1]) {
      const answer = plain.httpRequest(request, sending);
      void answer
        .then((response) => {
          status = response.statusCode;
          return status;
        })
        .catch(() => status);
      return answer;
    },
  };
  const request = {
    method: call.method,
    url: call.path,
    headers: { 'Sforce-Auto-Assign': 'FALSE', ...(call.body !== undefined && { 'content-type': 'application/json' }), ...call.headers },
    ...(call.body !== undefined && { body: typeof call.body === 'string' ? call.body : JSON.stringify(call.body) }),
  };
  const sending = { transport: recording, timeout: TIMEOUT, retry: { maxRetries: 0, statusCodes: [] } };
  try {
    return await connection.request<T>(request, sending);
  } catch (error) {
    throw judge(error, status, connection.instanceUrl);
  }
}

async function signIn(credentials: Credentials): Promise<Connection> {
  const { Connection, OAuth2 } = await core();
  const connect = (instanceUrl: string, accessToken: string) =>
    new Connection({ instanceUrl, accessToken, version: API_VERSION, logLevel: 'NONE' });
  if (credentials.kind === 'token') return connect(credentials.instanceUrl, credentials.accessToken);
  const loginUrl = credentials.kind === 'jwt' ? credentials.loginUrl : credentials.instanceUrl;
  const oauth = new OAuth2({
    loginUrl,
    clientId: credentials.clientId,
    ...(credentials.kind === 'client' && { clientSecret: credentials.clientSecret }),
  });
  const grant =
    credentials.kind === 'client'
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(credentials) };
  try {
    const reply = await oauth.requestToken(grant);
    return connect(reply.instance_url.replace(/\/+$/, ''), reply.access_token);
  } catch (error) {
    const judged = judge(error, undefined, loginUrl);
    if (judged instanceof CrmUnavailable) throw judged;
    const { name, message } = error as Error;
    throw new CrmUnavailable('sign-in-refused', `The org at ${new URL(loginUrl).host} refused the sign-in (${name}: ${message}).`, {
      cause: error,
    });
  }
}

/** RFC 7523: three minutes of validity, signed RS256 with the app's key. */
function assertion(credentials: Extract<Credentials, { kind: 'jwt' }>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: credentials.clientId,
    sub: credentials.username,
    aud: credentials.loginUrl,
    exp: Math.floor(Date.now() / 1000) + 180,
  };
  const head = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${head}.${createSign('RSA-SHA256').update(head).sign(credentials.privateKey, 'base64url')}`;
}

/** The client is loaded when the first call is made: it costs a command that needs no org nothing. */
function core() {
  return import('jsforce/lib/core.js');
}

function transport() {
  return import('jsforce/lib/transport.js');
}
