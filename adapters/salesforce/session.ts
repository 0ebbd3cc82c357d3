// One signed-in session over the real client. The client's own transport, retries and unbounded refresh are not used:
// reads are retried here with jitter, writes never; an expired token is renewed once, not for ever.
import { createSign } from 'node:crypto';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { Connection } from 'jsforce';
import { CallFailed, CrmUnavailable } from '../../ports/crm.ts';
import { checkAnswer, checkTable, errorPage } from './answers.ts';
import type { Credentials } from './credentials.ts';
import { isTransient, judge } from './errors.ts';
import { transportTo } from './transport.ts';

/** The version of the API that every call names. */
export const API_VERSION = '64.0';
const READ_ATTEMPTS = 5;

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/services/data/vXX.X`, or from the root where it begins with `/services`. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer is a table as text, and given as that. */
  readonly table?: true;
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

/** One request and its answer. Whatever the client would pass on unread (a page, half a text, nothing) is a failure. */
async function exchange<T>(connection: Connection, call: Call): Promise<T> {
  const { instanceUrl } = connection;
  const transport = await transportTo(new URL(instanceUrl).origin);
  const request = {
    method: call.method,
    url: call.path,
    headers: { 'Sforce-Auto-Assign': 'FALSE', ...(call.body !== undefined && { 'content-type': 'application/json' }), ...call.headers },
    ...(call.body !== undefined && { body: typeof call.body === 'string' ? call.body : JSON.stringify(call.body) }),
  };
  try {
    const value = await connection.request<T>(request, { transport });
    const answer = transport.answered();
    if (call.table === true && answer !== undefined) return checkTable(answer, instanceUrl) as T;
    if (answer !== undefined) checkAnswer(answer, value, instanceUrl, call.method !== 'GET');
    return value;
  } catch (error) {
    const answer = transport.answered();
    throw judge(error, answer?.statusCode, instanceUrl, answer && errorPage(answer));
  }
}

/** A connection of the real client with a token of its own. */
export async function signIn(credentials: Credentials): Promise<Connection> {
  const { Connection } = await core();
  const connect = (instanceUrl: string, accessToken: string) =>
    new Connection({ instanceUrl, accessToken, version: API_VERSION, logLevel: 'NONE' });
  if (credentials.kind === 'token') return connect(credentials.instanceUrl, credentials.accessToken);
  const { instanceUrl, accessToken } = await grantedTo(credentials);
  return connect(instanceUrl, accessToken);
}

type Client = Exclude<Credentials, { kind: 'token' }>;

/** RFC 6749, 4.4, and RFC 7523: the org names the address that the token is for. */
async function grantedTo(credentials: Client): Promise<{ readonly instanceUrl: string; readonly accessToken: string }> {
  const loginUrl = credentials.kind === 'jwt' ? credentials.loginUrl : credentials.instanceUrl;
  const grant = {
    client_id: credentials.clientId,
    ...(credentials.kind === 'client'
      ? { grant_type: 'client_credentials', client_secret: credentials.clientSecret }
      : { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(credentials) }),
  };
  const transport = await transportTo(new URL(loginUrl).origin);
  const refused = (why: string) =>
    new CrmUnavailable('sign-in-refused', `The org at ${new URL(loginUrl).host} refused the sign-in (${why}).`);
  const answer = await transport
    .httpRequest({
      method: 'POST',
      url: `${loginUrl}/services/oauth2/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(grant).toString(),
    })
    .catch((error: unknown) => {
      const judged = judge(error, undefined, loginUrl);
      throw judged instanceof CrmUnavailable ? judged : new CrmUnavailable(judged.code, judged.message, { cause: error });
    });
  const page = errorPage(answer);
  if (page !== undefined) throw refused(page);
  const reply = JSON.parse(answer.body === '' ? '{}' : answer.body) as Readonly<Record<string, unknown>>;
  const { access_token: accessToken, instance_url: address } = reply;
  if (answer.statusCode >= 400 || typeof accessToken !== 'string' || typeof address !== 'string' || !URL.canParse(address)) {
    throw refused(
      typeof reply.error === 'string' ? `${reply.error}: ${String(reply.error_description)}` : `${answer.statusCode} without a token`,
    );
  }
  return { instanceUrl: address.replace(/\/+$/, ''), accessToken };
}

/** RFC 7523: three minutes of validity, signed RS256 with the app's key. */
function assertion(credentials: Extract<Client, { kind: 'jwt' }>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: credentials.clientId,
    sub: credentials.username,
    aud: credentials.loginUrl,
    exp: Math.floor(Date.now() / 1000) + 180,
  };
  const head = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  try {
    return `${head}.${createSign('RSA-SHA256').update(head).sign(credentials.privateKey, 'base64url')}`;
  } catch (error) {
    throw new CrmUnavailable('bad-key', 'The file of SALESFORCE_JWT_KEY_FILE holds no private key that can sign (PEM, RSA).', {
      cause: error,
    });
  }
}

/** The client is loaded when the first call is made: it costs a command that needs no org nothing. */
function core() {
  return import('jsforce/lib/core.js');
}
