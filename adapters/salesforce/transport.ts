// How requests travel. The client's own transport ends the process where an answer is cut in its middle (a stream without a listener) and
// carries the access token to wherever a redirect points; so the client is given this one, which reads each answer whole before it counts.
import { PassThrough } from 'node:stream';
import type { HttpRequest, HttpResponse } from 'jsforce/lib/types/common.js';
import type { StreamPromise } from 'jsforce/lib/util/promise.js';
import type { Dispatcher } from 'undici';
import { CallFailed } from '../../ports/crm.ts';

/** From the first byte sent to the last byte of the answer, in milliseconds. */
const TIMEOUT = 120_000;
const REDIRECTS = 5;
/** This machine. */
export const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** What the client takes for a transport. */
export interface Transport {
  httpRequest(request: HttpRequest): StreamPromise<HttpResponse>;
  /** The last answer that came whole. */
  answered(): HttpResponse | undefined;
}

/** A transport to one origin: nothing is sent anywhere else. */
export async function transportTo(origin: string): Promise<Transport> {
  const { StreamPromise } = await import('jsforce/lib/util/promise.js');
  let last: HttpResponse | undefined;
  const send = async (request: HttpRequest) => {
    last = undefined;
    last = await exchange(request, origin);
    return last;
  };
  return {
    // Whoever wants the answer as a stream gets none: nobody here does.
    httpRequest: (request) => StreamPromise.create(() => ({ stream: new PassThrough(), promise: send(request) })),
    answered: () => last,
  };
}

async function exchange(request: HttpRequest, origin: string, hops = 0): Promise<HttpResponse> {
  const url = new URL(request.url);
  // The address of a next page comes from an answer too.
  if (url.origin !== origin) throw elsewhere(origin, url, undefined);
  const { fetch } = await import('undici');
  const { method, headers, body } = request;
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT),
    dispatcher: await dispatcherTo(url),
    ...(headers !== undefined && { headers }),
    ...(typeof body === 'string' && { body }),
  });
  const text = await answer.text();
  const location = answer.headers.get('location');
  if (answer.status > 300 && answer.status < 400 && location !== null && URL.canParse(location, url.href)) {
    const next = new URL(location, url);
    if (next.origin !== origin || method !== 'GET' || hops === REDIRECTS) throw elsewhere(origin, next, answer.status);
    return exchange({ ...request, url: next.href }, origin, hops + 1);
  }
  return { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: text };
}

/** The other side is named without what its address may carry. */
function elsewhere(origin: string, to: URL, status: number | undefined): CallFailed {
  const message = `The org at ${new URL(origin).host} sends on to ${to.origin}, where credentials are not taken. If that is the org’s address, set SALESFORCE_INSTANCE_URL to it.`;
  return new CallFailed('REDIRECTED', message, status ?? 302);
}

let direct: Dispatcher | undefined;
let proxied: Dispatcher | undefined;

/** By the proxy of HTTPS_PROXY, HTTP_PROXY and NO_PROXY; this machine itself is never asked of one. */
async function dispatcherTo(url: URL): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  if (LOOPBACK.test(url.hostname)) return (direct ??= new Agent({ allowH2: false }));
  return (proxied ??= new EnvHttpProxyAgent({ allowH2: false }));
}
