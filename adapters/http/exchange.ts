// One request to somebody else's service. Its answer comes from outside: it is read up to a size, never followed elsewhere, and what went
// wrong is said without the address, which may hold a secret.
import type { Dispatcher } from 'undici';

export interface Outgoing {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Bytes. */
  readonly largest: number;
}

export type Exchanged =
  | { readonly ok: true; readonly status: number; readonly headers: ReadonlyMap<string, string>; readonly text: string }
  | { readonly ok: false; readonly error: string };

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Never throws. */
export async function exchange({ url, method, headers, body, signal, largest }: Outgoing): Promise<Exchanged> {
  try {
    const { fetch } = await import('undici');
    const dispatcher = await dispatcherTo(url);
    const answer = await fetch(url, { method, headers, redirect: 'manual', signal, dispatcher, ...(body !== undefined && { body }) });
    const text = await textOf(answer.body, largest);
    if (text === undefined) return { ok: false, error: `its answer is larger than ${largest} bytes` };
    return { ok: true, status: answer.status, headers: new Map(answer.headers), text };
  } catch (error) {
    return { ok: false, error: signal.aborted ? 'it did not answer in time' : `it can not be reached${codeOf(error)}` };
  }
}

/** Plain http is for this machine alone. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/** Milliseconds that a `Retry-After` asks for: seconds, or a date. */
export function retryAfter(headers: ReadonlyMap<string, string>, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** `undefined` where it is too large: the rest is not waited for. */
async function textOf(body: AsyncIterable<unknown> | null, largest: number): Promise<string | undefined> {
  if (body === null) return '';
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    const bytes = piece as Uint8Array;
    size += bytes.byteLength;
    if (size > largest) return undefined;
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function codeOf(error: unknown): string {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth += 1) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z_]+$/.test(code)) return ` (${code})`;
    at = cause;
  }
  return '';
}

let direct: Dispatcher | undefined;
let proxied: Dispatcher | undefined;

/** By the proxy of HTTPS_PROXY and NO_PROXY; this machine itself is never asked of one. */
async function dispatcherTo(url: URL): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  if (LOOPBACK.test(url.hostname)) return (direct ??= new Agent());
  return (proxied ??= new EnvHttpProxyAgent());
}
