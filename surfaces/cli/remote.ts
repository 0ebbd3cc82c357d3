// A running controller, asked in the place of the store of this machine. What it answers is checked before it is believed; the token is
// never printed.
import { z } from 'zod';
import type { Origin, Problem } from '../../resources/core.ts';
import { problemShape } from '../http/problems.ts';
import { statusShape } from '../http/shapes.ts';
import { Refusal, refusedBy } from './ending.ts';
import type { Host } from './host.ts';
import type { CommonOptions } from './session.ts';
import type { Terminal } from './terminal.ts';

export interface Remote {
  get<T>(path: string, shape: z.ZodType<T>): Promise<T>;
  post<T>(path: string, body: unknown, shape: z.ZodType<T>): Promise<T>;
}

/** What a command begins with where it speaks to a controller. */
export interface RemoteSession {
  readonly remote: Remote;
  readonly terminal: Terminal;
  readonly host: Host;
  readonly options: CommonOptions;
}

/** A little longer than a controller takes to give up by itself. */
const TIMEOUT = 130_000;

/** `server` is what was given or stands in LOOPCTL_SERVER. */
export function remoteAt(server: string, { env, version }: Pick<Host, 'env' | 'version'>): Remote {
  const base = URL.parse(server.endsWith('/') ? server : `${server}/`);
  if (base === null || !['http:', 'https:'].includes(base.protocol))
    throw new Refusal('bad-server', `"${server}" is no address of a controller. Write it like https://loopctl.acme.example`);
  if (base.username !== '' || base.password !== '')
    throw new Refusal('bad-server', 'The address of the controller has a password in it. The token belongs into LOOPCTL_TOKEN.');
  const token = env.LOOPCTL_TOKEN ?? '';
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Refusal(
      'no-token',
      `LOOPCTL_TOKEN holds no token for ${base.origin}. Make one where the controller runs: loopctl token create`,
    );
  const ask = async <T>(path: string, shape: z.ZodType<T>, request: { readonly method: string; readonly body?: string }): Promise<T> => {
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/json, application/problem+json',
      'user-agent': `loopctl/${version}`,
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
    };
    const url = new URL(path.replace(/^\//, ''), base);
    const answer = await fetch(url, { ...request, headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) }).catch(
      (error: unknown) => {
        throw new Refusal(
          'no-server',
          `No controller answers at ${base.origin} (${reasonOf(error)}). Is it running, and is this its address?`,
        );
      },
    );
    const text = await answer.text();
    if (!answer.ok) throw refusalIn(text, answer.status, base.origin);
    const read = shape.safeParse(jsonIn(text));
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
    throw new Refusal(
      'server-answer',
      `What ${base.origin} answers is not what a controller of version ${version} says${where}. Is it one?`,
    );
  };
  return {
    get: (path, shape) => ask(path, shape, { method: 'GET' }),
    post: (path, body, shape) => ask(path, shape, { method: 'POST', body: JSON.stringify(body) }),
  };
}

/** A controller keeps one environment: another one is not taken for it. */
export async function checkEnvironment(remote: Remote, wanted: string | undefined): Promise<void> {
  if (wanted === undefined) return;
  const { environment } = await remote.get('/api/status', statusShape);
  if (environment !== wanted)
    throw new Refusal('other-environment', `That controller keeps the environment ${environment}, not ${wanted}.`);
}

function refusalIn(text: string, status: number, origin: string): Refusal {
  const told = problemShape.safeParse(jsonIn(text));
  if (!told.success) return new Refusal('server-answer', `${origin} answers ${status}, and not as a controller does. Is it one?`);
  const { code, detail, problems = [] } = told.data;
  const read = z.array(sentProblem).safeParse(problems);
  if (read.success && read.data.length > 0) return refusedBy(read.data.map(problemIn));
  return new Refusal(code, detail);
}

/** The contract's form of a problem. */
const sentProblem = z.looseObject({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
  path: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
  ref: z.looseObject({ kind: z.string(), name: z.string() }).optional(),
  hint: z.string().optional(),
});

function problemIn({ severity, code, message, path, line = 1, column = 1, ref, hint }: z.output<typeof sentProblem>): Problem {
  const at: Origin | undefined = path === undefined ? undefined : { path, line, column };
  return {
    severity,
    code,
    message,
    ...(at !== undefined && { at }),
    ...(ref !== undefined && { ref }),
    ...(hint !== undefined && { hint }),
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` says what was wrong in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
