// Pages over HTTP: a few seconds, a few megabytes, a few redirects, each of them looked at like the first address.
import { Agent, fetch } from 'undici';
import type { PageRead, Pages } from '../../ports/pages.ts';
import { type GuardOptions, guardOf, Inside } from './guard.ts';
import { readHtml } from './html.ts';

export interface WebOptions extends GuardOptions {
  /** What the other side sees. */
  readonly userAgent: string;
  /** Milliseconds for a page with its redirects. Default: 15 s. */
  readonly timeout?: number;
  /** Bytes, unpacked. Default: 4 MiB. */
  readonly most?: number;
}

export interface WebPages extends Pages {
  close(): Promise<void>;
}

const TIMEOUT_MS = 15_000;
const MOST_BYTES = 4 << 20;
const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function webPages({ userAgent, timeout = TIMEOUT_MS, most = MOST_BYTES, ...options }: WebOptions): WebPages {
  const guard = guardOf(options);
  const dispatcher = new Agent({ connect: { lookup: guard.lookup, timeout }, maxOrigins: 100, keepAliveTimeout: 1_000 });
  const headers = { 'user-agent': userAgent, accept: 'text/html,application/xhtml+xml,text/plain;q=0.8' };

  async function read(address: string): Promise<PageRead> {
    const signal = AbortSignal.timeout(timeout);
    let url = URL.parse(address);
    for (let hops = 0; url !== null && hops <= MOST_REDIRECTS; hops += 1) {
      const refused = guard.refuses(url);
      if (refused !== undefined) return unread(hops === 0 ? refused : `it sends elsewhere, where ${refused}`);
      const answer = await fetch(url.href, { dispatcher, redirect: 'manual', signal, headers });
      const { status } = answer;
      const location = answer.headers.get('location');
      if (REDIRECTS.has(status) && location !== null) {
        await answer.body?.cancel();
        url = URL.parse(location, url.href);
        continue;
      }
      if (status !== 200) {
        await answer.body?.cancel();
        return unread(`the page answers ${status}`);
      }
      return await pageOf(url, answer.headers.get('content-type') ?? '', answer.body);
    }
    return unread(url === null ? 'it sends to an address that is none' : `it sends elsewhere more than ${MOST_REDIRECTS} times`);
  }

  async function pageOf(url: URL, sort: string, body: AsyncIterable<Uint8Array> | null): Promise<PageRead> {
    const [type = '', ...rest] = sort.toLowerCase().split(';');
    const isHtml = ['text/html', 'application/xhtml+xml'].includes(type.trim());
    if (!isHtml && type.trim() !== 'text/plain') return unread(`the page is no text (${type.trim() === '' ? 'of no type' : type.trim()})`);
    const bytes = await upTo(body, most);
    if (bytes === undefined) return unread(`the page is longer than ${most >> 10} KiB`);
    const text = decoded(bytes, rest.join(';'));
    return { kind: 'read', url: url.href, ...(isHtml ? readHtml(text) : { text }) };
  }

  return {
    read: (url) => read(url).catch((error: unknown) => unread(wordsOf(error))),
    close: () => dispatcher.close(),
  };
}

function unread(why: string): PageRead {
  return { kind: 'unread', why };
}

/** Nothing where there is more. */
async function upTo(body: AsyncIterable<Uint8Array> | null, most: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** By the header, else by what the page says of itself, else as most pages are. */
function decoded(bytes: Uint8Array, parameters: string): string {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  const label = /charset\s*=\s*["']?([\w-]+)/i;
  const name = label.exec(parameters)?.[1] ?? label.exec(head)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(name).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function wordsOf(error: unknown): string {
  const causes = [error, ...(error instanceof Error && error.cause !== undefined ? [error.cause] : [])];
  const inside = causes.find((cause) => cause instanceof Inside);
  if (inside instanceof Error) return inside.message;
  if (causes.some((cause) => cause instanceof Error && cause.name === 'TimeoutError')) return 'the page does not answer in time';
  const codes = causes.flatMap((cause) => (cause instanceof Error && 'code' in cause ? [String(cause.code)] : []));
  return `the page does not answer${codes.length === 0 ? '' : ` (${codes.at(-1)})`}`;
}
