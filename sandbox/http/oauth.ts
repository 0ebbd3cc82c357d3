// OAuth 2.0: client credentials, JWT bearer, refresh, web flow.
import { createHash, createHmac, verify } from 'node:crypto';
import { callerOf } from '../access/caller.ts';
import type { Org } from '../org.ts';
import { identity, userinfo } from './identity.ts';
import { type HttpRequest, type HttpResponse, escapeHtml, formOf, html, json } from './message.ts';
import { type Grant, certificatesFor, credentialsOf, grantOf, isSame, issueToken, revokeToken } from './tokens.ts';
import { plainText } from '../text.ts';

export function oauth(org: Org, request: HttpRequest): HttpResponse | undefined {
  switch (`${request.method} ${request.path}`) {
    case 'POST /services/oauth2/token':
      return token(org, request);
    case 'GET /services/oauth2/authorize':
      return askWho(org, formOf(request));
    case 'POST /services/oauth2/authorize':
      return authorize(org, formOf(request));
    case 'GET /services/oauth2/revoke':
    case 'POST /services/oauth2/revoke':
      return revokeToken(org, formOf(request).get('token') ?? '')
        ? { status: 200, headers: {}, body: '' }
        : refused('invalid_token', 'invalid token');
    case 'GET /services/oauth2/userinfo':
    case 'POST /services/oauth2/userinfo':
      return userinfo(org, request);
    default:
      return /^\/id\/\w+\/\w+$/.test(request.path) && request.method === 'GET' ? identity(org, request) : undefined;
  }
}

function refused(error: string, error_description: string): HttpResponse {
  return json(400, { error, error_description }, { 'Cache-Control': 'no-store' });
}

// ---- the token endpoint ----

function token(org: Org, request: HttpRequest): HttpResponse {
  const form = formOf(request);
  switch (form.get('grant_type')) {
    case 'client_credentials':
      return asClient(org, request, form, () => reply(org, request, org.store.note('administrator') ?? ''));
    case 'refresh_token':
      return asClient(org, request, form, () => refresh(org, request, form));
    case 'authorization_code':
      return asClient(org, request, form, () => redeem(org, request, form));
    case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
      return bearer(org, request, form.get('assertion') ?? '');
    default:
      return refused('unsupported_grant_type', 'grant type not supported');
  }
}

function asClient(org: Org, request: HttpRequest, form: URLSearchParams, proceed: () => HttpResponse): HttpResponse {
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  const [basicId = '', basicSecret = ''] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':');
  const known = credentialsOf(org);
  if ((form.get('client_id') ?? basicId) !== known.clientId) return refused('invalid_client_id', 'client identifier invalid');
  return isSame(form.get('client_secret') ?? basicSecret, known.clientSecret)
    ? proceed()
    : refused('invalid_client', 'invalid client credentials');
}

function reply(org: Org, request: HttpRequest, userId: string, more: Readonly<Record<string, string>> = {}): HttpResponse {
  if (!callerOf(org, userId)) return refused('invalid_grant', 'inactive user');
  const id = `${request.origin}/id/${org.organizationId}/${userId}`;
  const issued = String(org.clock.now());
  const body = {
    access_token: issueToken(org, 'access', userId),
    instance_url: request.origin,
    id,
    token_type: 'Bearer',
    issued_at: issued,
    signature: createHmac('sha256', credentialsOf(org).clientSecret)
      .update(id + issued)
      .digest('base64'),
    scope: 'api refresh_token id',
    ...more,
  };
  return json(200, body, { 'Cache-Control': 'no-store' });
}

function refresh(org: Org, request: HttpRequest, form: URLSearchParams): HttpResponse {
  const grant = grantOf(org, 'refresh', form.get('refresh_token') ?? '');
  return grant ? reply(org, request, grant.userId) : refused('invalid_grant', 'expired access/refresh token');
}

// ---- JWT bearer ----

const MILLISECONDS_FROM = 1e11;

function bearer(org: Org, request: HttpRequest, assertion: string): HttpResponse {
  const [head = '', payload = '', signature = ''] = assertion.split('.');
  const header = partOf(head);
  const claims = partOf(payload);
  if (!header || !claims || header['alg'] !== 'RS256') return refused('invalid_grant', 'invalid assertion');
  const client = plainText(claims['iss']);
  const keys = certificatesFor(org, client);
  if (keys.length === 0) return refused('invalid_client_id', 'client identifier invalid: no public key is registered for it');
  const signed = Buffer.from(`${head}.${payload}`);
  if (!keys.some((key) => verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))))
    return refused('invalid_grant', 'invalid assertion');
  if (!isAudience(request, claims['aud'])) return refused('invalid_grant', 'audience is invalid');
  // The Salesforce CLI sends milliseconds.
  const expires = Number(claims['exp']);
  const until = expires > MILLISECONDS_FROM ? expires : expires * 1000;
  if (!(until > org.clock.now())) return refused('invalid_grant', 'expired authorization code');
  const user = org.store.one('SELECT "Id" FROM "User" WHERE "Username" = ?', plainText(claims['sub']))?.['Id'];
  return typeof user === 'string' ? reply(org, request, user) : refused('invalid_grant', "user hasn't approved this consumer");
}

function partOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** This server under any of its names, or the hosts that clients name by default. */
function isAudience(request: HttpRequest, audience: unknown): boolean {
  try {
    const given = new URL(String(Array.isArray(audience) ? audience[0] : audience));
    const own = new URL(request.origin);
    const loopback = (host: string) => ['localhost', '127.0.0.1', '[::1]'].includes(host);
    return (
      given.host === own.host ||
      (given.port === own.port && loopback(given.hostname) && loopback(own.hostname)) ||
      /^(?:login|test)\.salesforce\.com$/.test(given.hostname)
    );
  } catch {
    return false;
  }
}

// ---- web flow ----

function askWho(org: Org, form: URLSearchParams): HttpResponse {
  if (form.get('client_id') !== credentialsOf(org).clientId) return refused('invalid_client_id', 'client identifier invalid');
  if (form.get('response_type') !== 'code') return refused('unsupported_response_type', 'response type not supported');
  const kept = ['client_id', 'redirect_uri', 'state', 'code_challenge', 'response_type']
    .map((name) => `<input type="hidden" name="${name}" value="${escapeHtml(form.get(name) ?? '')}">`)
    .join('');
  return html(
    200,
    `<!doctype html><title>Log in</title><h1>Log in</h1><p>This is loopctl's double of Salesforce, not Salesforce. It asks for no password.</p>
<form method="post" action="/services/oauth2/authorize">${kept}<label>Username <input name="username" value="${escapeHtml(form.get('login_hint') ?? '')}"></label> <button>Allow</button></form>`,
  );
}

function authorize(org: Org, form: URLSearchParams): HttpResponse {
  const redirect = form.get('redirect_uri') ?? '';
  if (form.get('client_id') !== credentialsOf(org).clientId) return refused('invalid_client_id', 'client identifier invalid');
  if (!/^https?:\/\//.test(redirect)) return refused('redirect_uri_mismatch', 'redirect_uri must match configuration');
  const user = org.store.one('SELECT "Id" FROM "User" WHERE "Username" = ? AND "IsActive" = 1', form.get('username') ?? '')?.['Id'];
  if (typeof user !== 'string') return refused('access_denied', 'no active user has this username');
  const code = issueToken(org, 'code', user, { redirect, challenge: form.get('code_challenge') ?? '' });
  const target = new URL(redirect);
  target.searchParams.set('code', code);
  const state = form.get('state');
  if (state !== null && state !== '') target.searchParams.set('state', state);
  return { status: 302, headers: { Location: target.href, 'Cache-Control': 'no-store' }, body: '' };
}

/** A code is good for one try. */
function redeem(org: Org, request: HttpRequest, form: URLSearchParams): HttpResponse {
  const code = form.get('code') ?? '';
  const grant = grantOf(org, 'code', code);
  revokeToken(org, code);
  if (!grant || grant.bound['redirect'] !== form.get('redirect_uri') || !meets(grant, form.get('code_verifier') ?? ''))
    return refused('invalid_grant', 'expired authorization code');
  return reply(org, request, grant.userId, { refresh_token: issueToken(org, 'refresh', grant.userId) });
}

function meets(grant: Grant, verifier: string): boolean {
  const challenge = grant.bound['challenge'] ?? '';
  return challenge === '' || createHash('sha256').update(verifier).digest('base64url') === challenge;
}
