// A git remote over HTTP for tests: git's own server program behind a port, with a password and faults.
import { spawn, spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Remote {
  /** Of the repository that is served. */
  readonly url: string;
  readonly origin: string;
  /** The paths that were asked for, with their methods. */
  readonly asked: readonly string[];
  /** The Authorization headers that came. */
  readonly credentials: readonly string[];
  /** From now on: `user:password` is wanted, a status is answered, or the connection is cut or left hanging. */
  behave(how: { readonly password?: string; readonly status?: number; readonly fault?: 'hang-up' | 'hang' | 'cut' }): void;
  /** Called before an answer. */
  before(hook: (path: string) => void): void;
  close(): Promise<void>;
}

/** Serves the repositories below a folder, read only; ends with the test. */
export async function serveGit(folder: string, name: string): Promise<Remote> {
  const asked: string[] = [];
  const credentials: string[] = [];
  let how: Parameters<Remote['behave']>[0] = {};
  let hook: ((path: string) => void) | undefined;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(`${request.method} ${path}`);
    const { authorization } = request.headers;
    if (authorization !== undefined) credentials.push(authorization);
    hook?.(path);
    if (how.fault === 'hang') return;
    if (how.fault === 'hang-up') {
      request.socket.destroy();
      return;
    }
    const wanted = how.password === undefined ? undefined : `Basic ${Buffer.from(how.password).toString('base64')}`;
    if (wanted !== undefined && authorization !== wanted) response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('no');
    else if (how.status !== undefined) response.writeHead(how.status).end('not now');
    else answer(folder, request, response, how.fault === 'cut' && request.method === 'POST');
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => stop(server);
  onTestFinished(close);
  return {
    url: `${origin}/${name}`,
    origin,
    asked,
    credentials,
    behave(next) {
      how = next;
    },
    before(next) {
      hook = next;
    },
    close,
  };
}

function answer(folder: string, request: IncomingMessage, response: ServerResponse, isCut: boolean): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => undefined);
  const pieces: Buffer[] = [];
  backend.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  backend.on('close', () => {
    const all = Buffer.concat(pieces);
    const end = all.indexOf('\r\n\r\n');
    const headers = all.subarray(0, Math.max(end, 0)).toString().split('\r\n');
    for (const header of headers) {
      const [name = '', value = ''] = header.split(': ');
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else if (name !== '') response.setHeader(name, value);
    }
    const body = all.subarray(end + 4);
    if (!isCut) {
      response.end(body);
      return;
    }
    response.setHeader('content-length', body.length);
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => request.socket.destroy());
  });
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise((closed) => {
    server.close(closed);
    server.closeAllConnections();
  });
}

/** Git in a folder, from outside a repository helper. */
export function gitIn(folder: string, ...args: readonly string[]): string {
  const run = spawnSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example', ...args], { cwd: folder, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}`);
  return run.stdout.trim();
}
