// Several requests in one call: a composite, in which later ones refer to earlier ones, and a batch, in which each stands alone.
import { Refusal, type Trouble, refuse } from '../refusal.ts';
import { filledIn } from './references.ts';
import { type Context, type RestRequest, type RestResponse, bodyObject, errorBody } from './request.ts';

const MOST_REQUESTS = 25;
const MOST_QUERIES = 5;
const REFERENCE_ID = /^[A-Za-z0-9]\w*$/;

export interface Node {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body: unknown;
  readonly httpHeaders: unknown;
}

export interface NodeAnswer {
  readonly body: unknown;
  readonly httpHeaders: Readonly<Record<string, string>>;
  readonly httpStatusCode: number;
  readonly referenceId: string;
}

export function composite(context: Context, request: RestRequest): RestResponse {
  const body = bodyObject(request);
  const nodes = nodesOf(body['compositeRequest']);
  if (nodes.length > MOST_REQUESTS) refuse('LIMIT_EXCEEDED', `a composite has at most ${MOST_REQUESTS} sub-requests`);
  const heavy = nodes.filter(({ url }) => /\/v\d+\.0\/(?:tooling\/)?(?:query|queryAll|composite\/sobjects)(?:[/?]|$)/.test(url));
  if (heavy.length > MOST_QUERIES) refuse('LIMIT_EXCEEDED', `a composite has at most ${MOST_QUERIES} queries and collections`);
  return { status: 200, body: { compositeResponse: runNodes(context, nodes, body['allOrNone'] === true).answers } };
}

// ---- nodes ----

export function nodesOf(given: unknown): Node[] {
  if (!Array.isArray(given)) return refuse('JSON_PARSER_ERROR', 'compositeRequest: a list of sub-requests is required');
  const seen = new Set<string>();
  return given.map((entry: unknown) => {
    const { method, url, referenceId, body, httpHeaders } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<
      string,
      unknown
    >;
    if (typeof method !== 'string' || typeof url !== 'string') refuse('JSON_PARSER_ERROR', 'a sub-request has a method and a url');
    if (typeof referenceId !== 'string' || !REFERENCE_ID.test(referenceId)) {
      refuse(
        'JSON_PARSER_ERROR',
        `Provided referenceId ('${String(referenceId)}') must start with a letter or a number, and it can contain only letters, numbers and underscores ('_').`,
      );
    }
    if (seen.has(referenceId)) refuse('JSON_PARSER_ERROR', `the referenceId '${referenceId}' is used twice`);
    seen.add(referenceId);
    return { method, url, referenceId, body, httpHeaders };
  });
}

class RolledBack extends Error {}

const HALTED = 'The transaction was rolled back since another operation in the same transaction failed.';

/** Runs the nodes in order. With `allOrNone` a failure undoes them all, and only its own error is told. */
export function runNodes(context: Context, nodes: readonly Node[], allOrNone: boolean): { answers: NodeAnswer[]; ok: boolean } {
  const answers: NodeAnswer[] = [];
  const bodies = new Map<string, unknown>();
  try {
    context.org.store.atomically(() => {
      for (const [index, node] of nodes.entries()) {
        const answer = runNode(context, node, index, bodies);
        answers.push(answer);
        if (answer.httpStatusCode < 300) bodies.set(node.referenceId, answer.body);
        else if (allOrNone) throw new RolledBack();
      }
    });
  } catch (cause) {
    if (!(cause instanceof RolledBack)) throw cause;
    const failedAt = answers.length - 1;
    return { ok: false, answers: nodes.map((node, index) => (index === failedAt ? (answers[index] as NodeAnswer) : halted(node, HALTED))) };
  }
  return { answers, ok: answers.every((answer) => answer.httpStatusCode < 300) };
}

export function halted(node: Node, message: string): NodeAnswer {
  return failure(node, 400, [{ code: 'PROCESSING_HALTED', message }]);
}

function failure(node: Node, status: number, troubles: readonly Trouble[]): NodeAnswer {
  return { body: errorBody(troubles), httpHeaders: {}, httpStatusCode: status, referenceId: node.referenceId };
}

function runNode(context: Context, node: Node, index: number, bodies: ReadonlyMap<string, unknown>): NodeAnswer {
  const url = filledIn(node.url, bodies);
  const body = filledIn(node.body, bodies);
  const missing = 'missing' in url ? url.missing : 'missing' in body ? body.missing : undefined;
  if (missing !== undefined) return halted(node, `Invalid reference specified. No value for ${missing} found.`);
  // A row on its own has, within the call, the index of its sub-request.
  const shifted: Context = { ...context, rowFault: (row) => context.rowFault(index + row) };
  const own = /\/composite\/sobjects/.test(node.url) ? context : shifted;
  const answer = perform(
    own,
    node.method,
    'value' in url ? String(url.value) : '',
    'value' in body ? body.value : undefined,
    node.httpHeaders,
  );
  return { body: answer.body ?? null, httpHeaders: answer.headers ?? {}, httpStatusCode: answer.status, referenceId: node.referenceId };
}

/** A request to a URL of this server, its refusal as an answer. */
function perform(context: Context, method: string, url: string, body: unknown, headers: unknown): RestResponse {
  try {
    const found = /^\/*(?:services\/data\/)?v(\d+)\.0\/([^?]*)(?:\?(.*))?$/.exec(url);
    if (!found) refuse('NOT_FOUND', `The requested resource does not exist: ${url}`);
    const [, version = '', path = '', query = ''] = found;
    if (/^composite\/?(?:$|batch|graph)/.test(path)) refuse('INVALID_OPERATION', 'composites can not be nested');
    const request: RestRequest = {
      method: method.toUpperCase(),
      path: path
        .split('/')
        .filter((part) => part !== '')
        .map(decodeURIComponent),
      query: new URLSearchParams(query),
      headers: lowerCase(headers),
      body,
    };
    return context.dispatch({ ...context, version: Number(version) }, request);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return { status: cause.status, body: errorBody(cause.troubles) };
  }
}

function lowerCase(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

// ---- batches ----

export function batch(context: Context, request: RestRequest): RestResponse {
  const { batchRequests, haltOnError } = bodyObject(request);
  if (!Array.isArray(batchRequests)) return refuse('JSON_PARSER_ERROR', 'batchRequests: a list of sub-requests is required');
  if (batchRequests.length > MOST_REQUESTS) refuse('LIMIT_EXCEEDED', `a batch has at most ${MOST_REQUESTS} sub-requests`);
  context.charge(Math.max(0, batchRequests.length - 1));
  const results: { statusCode: number; result: unknown }[] = [];
  for (const [index, entry] of (batchRequests as Record<string, unknown>[]).entries()) {
    const stopped = haltOnError === true && results.some(({ statusCode }) => statusCode >= 300);
    if (stopped) {
      results.push({
        statusCode: 412,
        result: errorBody([{ code: 'BATCH_PROCESSING_HALTED', message: 'Batch processing halted per request. Subrequest not executed' }]),
      });
      continue;
    }
    const shifted: Context = { ...context, rowFault: (row) => context.rowFault(index + row) };
    const answer = perform(shifted, String(entry['method']), String(entry['url']), entry['richInput'], undefined);
    results.push({ statusCode: answer.status, result: answer.body ?? null });
  }
  return { status: 200, body: { hasErrors: results.some(({ statusCode }) => statusCode >= 300), results } };
}
