// One request answered: which part of the server it is for, who calls, whether the org still takes calls today.
import { type Caller, callerOf } from '../access/caller.ts';
import type { Org } from '../org.ts';
import { Refusal, type Trouble, notFound, refuse } from '../refusal.ts';
import { type Context, type RestRequest, type RestResponse, errorBody } from '../rest/request.ts';
import { route } from '../rest/routes.ts';
import { beginWork } from '../rows/begin.ts';
import { hasDue, settle } from '../rows/rules/models.ts';
import { soap } from '../soap/endpoint.ts';
import { type HttpRequest, type HttpResponse, html, json } from './message.ts';
import { readMultipart } from './multipart.ts';
import { oauth } from './oauth.ts';
import { userOfHeader } from './tokens.ts';
import { standingOf, versionList } from './versions.ts';

export interface Serving {
  readonly org: Org;
  readonly usage: Usage;
  readonly rowFault: (index: number) => Trouble | undefined;
}

export interface Usage {
  used: number;
}

export function serve(serving: Serving, request: HttpRequest): HttpResponse {
  try {
    settleDue(serving.org);
    return answer(serving, request);
  } catch (cause) {
    if (cause instanceof Refusal) return json(cause.status, errorBody(cause.troubles), usageHeader(serving, request));
    serving.org.bug(cause);
    return json(500, errorBody([{ code: 'UNKNOWN_EXCEPTION', message: 'An unexpected error occurred in the double. Its log has more.' }]));
  }
}

/** States that the org reaches by itself are reached when somebody looks. */
function settleDue(org: Org): void {
  if (!hasDue(org)) return;
  const caller = callerOf(org, org.store.note('administrator') ?? '');
  if (caller) org.store.atomically(() => settle(beginWork(org, caller)));
}

function answer(serving: Serving, request: HttpRequest): HttpResponse {
  const { path } = request;
  if (path === '/')
    return html(
      200,
      "<!doctype html><title>loopctl org</title><p>loopctl's embedded org: a double of Salesforce's API, not Salesforce.</p>",
    );
  const login = oauth(serving.org, request);
  if (login) return login;
  if (/^\/services\/data\/?$/.test(path)) return json(200, versionList());
  if (path.startsWith('/services/Soap/')) return serveSoap(serving, request);
  return path.startsWith('/services/data/') ? rest(serving, request) : notFound();
}

function rest(serving: Serving, request: HttpRequest): HttpResponse {
  const found = /^\/services\/data\/v(\d+)\.0(?:\/(.*))?$/.exec(request.path);
  const version = Number(found?.[1] ?? 0);
  const standing = standingOf(version);
  if (!found || standing === 'unknown') return notFound();
  if (standing === 'gone') refuse('GONE', `API version ${version}.0 is retired: use a newer one`);
  const caller = admit(serving, request);
  const restRequest = restRequestOf(request, found[2] ?? '');
  const context = contextOf(serving, request, caller, version);
  const run = () => route(context, restRequest);
  const response =
    restRequest.method === 'GET' || restRequest.method === 'HEAD'
      ? run()
      : changing(serving.org, `rest/${version}.0`, request, () => serving.org.store.atomically(run));
  return httpResponse(serving, request, response);
}

/** Change events name the interface and the client behind a change, so that a client can tell its own. */
function changing<T>(org: Org, by: string, request: HttpRequest, work: () => T): T {
  const client = /(?:^|[,\s])client=([^,]*)/.exec(request.headers['sforce-call-options'] ?? '')?.[1]?.trim() ?? '';
  org.origin = `com/salesforce/api/${by};client=${client}`;
  try {
    return work();
  } finally {
    org.origin = '';
  }
}

/** A caller with a valid token whose org still takes calls; the call is counted. */
function admit(serving: Serving, request: HttpRequest): Caller {
  const userId = userOfHeader(serving.org, request.headers['authorization']);
  const caller = userId === undefined ? undefined : callerOf(serving.org, userId);
  if (!caller) return refuse('INVALID_SESSION_ID', 'Session expired or invalid');
  if (!caller.permissions.has('ApiEnabled')) refuse('API_DISABLED_FOR_ORG', 'API is not enabled for this Organization or Partner');
  if (serving.usage.used >= serving.org.settings.dailyApiRequests) refuse('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
  serving.usage.used += 1;
  return caller;
}

function contextOf(serving: Serving, request: HttpRequest, caller: Caller, version: number): Context {
  return {
    org: serving.org,
    caller,
    version,
    origin: request.origin,
    rowFault: serving.rowFault,
    charge: (calls) => {
      serving.usage.used += calls;
    },
    usage: () => ({ used: serving.usage.used, limit: serving.org.settings.dailyApiRequests }),
    dispatch: route,
  };
}

// ---- between HTTP and REST ----

function restRequestOf(request: HttpRequest, below: string): RestRequest {
  const method = request.query.get('_HttpMethod') ?? request.method;
  return {
    method,
    path: below
      .split('/')
      .filter((part) => part !== '')
      .map(decoded),
    query: request.query,
    headers: request.headers,
    body: bodyOf(request, method),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return notFound();
  }
}

function bodyOf(request: HttpRequest, method: string): unknown {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE' || request.body.length === 0) return undefined;
  const type = (request.headers['content-type'] ?? 'application/json').split(';', 1)[0]?.trim().toLowerCase();
  const text = request.body.toString('utf8');
  if (type === 'text/csv') return text;
  if (type === 'multipart/form-data') return readMultipart(request.body, request.headers['content-type'] ?? '');
  if (type !== 'application/json')
    refuse('UNSUPPORTED_MEDIA_TYPE', `Content-Type is not supported: ${type}. This double takes application/json, and text/csv for jobs.`);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    return refuse('JSON_PARSER_ERROR', `The body is no JSON: ${cause instanceof Error ? cause.message : ''}`);
  }
}

function httpResponse(serving: Serving, request: HttpRequest, response: RestResponse): HttpResponse {
  const headers = { ...usageHeader(serving, request), ...response.headers };
  if (response.body === undefined || request.method === 'HEAD') return { status: response.status, headers, body: '' };
  if (typeof response.body === 'string') return { status: response.status, headers, body: response.body };
  return json(response.status, response.body, headers);
}

/** On every answer below a version, refusals included. */
export function usageHeader(serving: Pick<Serving, 'org' | 'usage'>, request: HttpRequest): Record<string, string> {
  if (!/^\/services\/data\/./.test(request.path)) return {};
  return { 'Sforce-Limit-Info': `api-usage=${serving.usage.used}/${serving.org.settings.dailyApiRequests}` };
}

function serveSoap(serving: Serving, request: HttpRequest): HttpResponse {
  const admitted = (token: string) => admit(serving, { ...request, headers: { authorization: `Bearer ${token}` } });
  const version = /\/(\d+\.0)/.exec(request.path)?.[1] ?? '';
  const work = () => soap(serving.org, request.path, request.body.toString('utf8'), admitted);
  const answered = changing(serving.org, `soap/${version}`, request, () => serving.org.store.atomically(work));
  return { status: answered.status, headers: { 'Content-Type': 'text/xml;charset=UTF-8' }, body: answered.body };
}
