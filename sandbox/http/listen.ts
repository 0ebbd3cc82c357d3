// The socket side: bodies are read whole, faults delay or cut, answers are written. Idiosyncrasies of the real thing are kept:
// paths that begin with two slashes, URIs that are too long.
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { type Cometd, isCometd, openCometd } from '../cometd/endpoint.ts';
import { errorBody } from '../rest/request.ts';
import type { Org } from '../org.ts';
import { type Control, type LoggedCall, control } from './control.ts';
import { type FaultAction, createFaults, refusalOf, rowFaultOf } from './faults.ts';
import { type HttpRequest, type HttpResponse, json } from './message.ts';
import { natureOf } from './nature.ts';
import { type Usage, serve, usageHeader } from './serve.ts';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly port: number;
  readonly host: string;
  readonly control?: string | undefined;
  readonly log: (line: string) => void;
}

const LONGEST_URI = 16_384;
const LARGEST_HEADERS = 65_536;
const LARGEST_BODY = 160 * 1024 * 1024;
const MOST_LOGGED = 100_000;

interface Desk {
  readonly org: Org;
  readonly usage: Usage;
  readonly faults: ReturnType<typeof createFaults>;
  readonly control: Control | undefined;
  readonly log: (line: string) => void;
  readonly cometd: Cometd;
  closed: boolean;
}

export async function listen(org: Org, options: ListenOptions): Promise<Listening> {
  const usage = { used: 0 };
  const faults = createFaults();
  const desk: Desk = {
    org,
    usage,
    faults,
    control: options.control === undefined ? undefined : { token: options.control, org, faults, usage, calls: [], usedBefore: 0 },
    log: options.log,
    cometd: openCometd(org),
    closed: false,
  };
  const server = createServer({ maxHeaderSize: LARGEST_HEADERS, keepAliveTimeout: 60_000 }, (request, response) => {
    handle(desk, request, response).catch((cause: unknown) => {
      // A client that went away before it had said all is no fault of ours.
      if (request.complete) org.bug(cause);
      response.destroy();
    });
  });
  await bind(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      desk.closed = true;
      desk.cometd.close();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function bind(server: Server, { port, host }: ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function handle(desk: Desk, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const started = performance.now();
  const request = await read(incoming);
  if (desk.closed) return cut(outgoing);
  if ('refused' in request) return send(outgoing, request.refused);
  const controlled = control(desk.control, request);
  if (controlled) return send(outgoing, controlled);
  const call = enter(desk, request);
  const fault = desk.control && desk.faults.meet(call);
  if (fault?.delayMs !== undefined && fault.drop !== 'after') await wait(desk, fault.delayMs);
  if (desk.closed || fault?.drop === 'before') return cut(outgoing);
  const response = await respond(desk, request, fault, outgoing);
  if (desk.closed) return cut(outgoing);
  if (fault?.drop === 'after') {
    await wait(desk, fault.delayMs ?? 0);
    return cut(outgoing);
  }
  call.status = response.status;
  desk.log(`${request.method} ${request.path} ${response.status} ${(performance.now() - started).toFixed(1)} ms`);
  return send(outgoing, response);
}

/** A delay keeps nobody from stopping: it is not waited for at the end. */
async function wait(desk: Desk, milliseconds: number): Promise<void> {
  if (!desk.closed && milliseconds > 0) await pause(milliseconds, undefined, { ref: false });
}

function cut(outgoing: ServerResponse): void {
  outgoing.socket?.destroy();
}

function respond(
  desk: Desk,
  request: HttpRequest,
  fault: FaultAction | undefined,
  outgoing: ServerResponse,
): HttpResponse | Promise<HttpResponse> {
  const refusal = fault && refusalOf(fault);
  if (refusal && fault?.drop !== 'after') return json(refusal.status, errorBody([refusal.trouble]), usageHeader(desk, request));
  if (isCometd(request.path)) return desk.cometd.answer(request, goneWith(outgoing));
  return serve({ org: desk.org, usage: desk.usage, rowFault: rowFaultOf(fault) }, request);
}

/** Aborted when the client goes away before it has its answer. */
function goneWith(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (outgoing.closed) gone.abort();
  outgoing.once('close', () => gone.abort());
  return gone.signal;
}

/** In the log from its arrival, so that a test sees a call that hangs. */
function enter(desk: Desk, request: HttpRequest): LoggedCall {
  // What is asked of OAuth may hold a token.
  const search = request.query.size === 0 || request.path.startsWith('/services/oauth2/') ? '' : `?${request.query.toString()}`;
  const calls = desk.control?.calls ?? [];
  const call: LoggedCall = { n: (calls.at(-1)?.n ?? 0) + 1, method: request.method, path: request.path + search, ...natureOf(request) };
  if (calls.length < MOST_LOGGED) calls.push(call);
  return call;
}

// ---- reading and writing ----

async function read(incoming: IncomingMessage): Promise<HttpRequest | { readonly refused: HttpResponse }> {
  const uri = incoming.url ?? '/';
  const headerSize = incoming.rawHeaders.reduce((sum, part) => sum + part.length + 2, uri.length);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  if (uri.length > LONGEST_URI) return { refused: problem(414, 'URI_TOO_LONG', `the URI is longer than ${LONGEST_URI} bytes`) };
  if (headerSize > LONGEST_URI)
    return { refused: problem(431, 'HEADERS_TOO_LARGE', `URI and headers are longer than ${LONGEST_URI} bytes`) };
  if (size > LARGEST_BODY) return { refused: problem(413, 'REQUEST_TOO_LARGE', `the body is larger than ${LARGEST_BODY} bytes`) };
  const [path, search] = splitOnce(uri);
  return {
    method: incoming.method ?? 'GET',
    path: path.replace(/^\/+/, '/'),
    query: new URLSearchParams(search),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
    ),
    body: unpacked(Buffer.concat(chunks), incoming.headers['content-encoding']),
    origin: `http://${incoming.headers.host ?? 'localhost'}`,
  };
}

function splitOnce(uri: string): [string, string] {
  const at = uri.indexOf('?');
  return at < 0 ? [uri, ''] : [uri.slice(0, at), uri.slice(at + 1)];
}

function unpacked(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding !== 'gzip') return body;
  try {
    return gunzipSync(body, { maxOutputLength: LARGEST_BODY });
  } catch {
    return Buffer.from('not gzip');
  }
}

function problem(status: number, code: string, message: string): HttpResponse {
  return json(status, errorBody([{ code, message }]));
}

function send(outgoing: ServerResponse, response: HttpResponse): void {
  const body = Buffer.from(response.body, 'utf8');
  outgoing.writeHead(response.status, {
    Server: 'loopctl-org (a double, not Salesforce)',
    ...response.headers,
    ...(response.status !== 204 && response.status !== 304 && { 'Content-Length': String(body.length) }),
  });
  outgoing.end(response.status === 204 || response.status === 304 ? undefined : body);
}
