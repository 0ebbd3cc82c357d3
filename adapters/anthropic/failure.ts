// Why nothing came of a question, by what the SDK throws. Only what an error says of itself is kept, never a request's body.
import type { Middleware } from '@anthropic-ai/sdk';

export type Failure =
  | { readonly kind: 'unavailable'; readonly error: string; readonly afterMs?: number }
  | { readonly kind: 'refused'; readonly error: string };

export async function failureOf(error: unknown, timeoutMs: number, timedOut: boolean): Promise<Failure> {
  const { APIConnectionError, APIError, APIUserAbortError, APIConnectionTimeoutError } = await import('@anthropic-ai/sdk');
  if (timedOut || error instanceof APIUserAbortError || error instanceof APIConnectionTimeoutError) {
    return { kind: 'unavailable', error: `Anthropic did not answer within ${timeoutMs / 1000} s` };
  }
  if (error instanceof APIConnectionError) return { kind: 'unavailable', error: `Anthropic can not be reached${causeOf(error)}` };
  // Cut off in the middle, or no JSON: the SDK throws what reading the body threw.
  if (!(error instanceof APIError)) return { kind: 'unavailable', error: 'the answer of Anthropic can not be read' };
  const { status } = error;
  const type: string = error.type ?? 'no reason given';
  if (status === undefined || status === 408 || status === 409 || status === 429 || status >= 500) {
    const afterMs = waitOf(error.headers);
    return { kind: 'unavailable', error: `Anthropic answered ${status} (${type})`, ...(afterMs !== undefined && { afterMs }) };
  }
  // The key, or who may use it: its owner knows, and nothing more is repeated.
  if (status === 401 || status === 403) return { kind: 'refused', error: `Anthropic refuses the key: ${status} (${type})` };
  const said = error.apiMessage === null ? '' : `: ${error.apiMessage.slice(0, 200)}`;
  return { kind: 'refused', error: `Anthropic refuses the question: ${status} (${type})${said}` };
}

/** Where the service wants to be left alone for longer than there is time, nothing is tried again: who asked hears it at once. */
export function leavesTooLate(until: number): Middleware {
  return async (request, next) => {
    const response = await next(request);
    const wait = response.ok ? undefined : waitOf(response.headers);
    if (wait === undefined || Date.now() + wait < until) return response;
    const headers = new Headers(response.headers);
    headers.set('x-should-retry', 'false');
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
  };
}

/** Milliseconds, by `retry-after-ms` or `retry-after` (seconds, or a date). */
function waitOf(headers: Headers | undefined): number | undefined {
  const exact = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (exact > 0) return exact;
  const written = headers?.get('retry-after') ?? '';
  const wait = /^\s*[\d.]+\s*$/.test(written) ? Number.parseFloat(written) * 1000 : Date.parse(written) - Date.now();
  return wait > 0 ? wait : undefined;
}

function causeOf(error: Error): string {
  for (let at: unknown = error.cause, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string') return ` (${at.code})`;
  }
  return '';
}
