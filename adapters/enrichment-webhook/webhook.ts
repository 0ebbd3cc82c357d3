// A service of one's own that knows companies or people. Each request is signed, so that the service knows who asks; what it answers is
// looked at strictly, as a service that answers with something else is broken, and half of an answer is none.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Provider } from '../../ports/enrichment.ts';
import type { Candidate, Found } from '../../resources/enrichment-policy/found.ts';
import { exchange, isSafe, retryAfter } from '../http/exchange.ts';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  /** The variable of the address, for messages: the address itself may hold a secret. */
  readonly urlName: string;
  readonly now: () => number;
}

const LARGEST = 1024 * 1024;

const short = z.string().trim().min(1).max(1_000);
const candidate = z.strictObject({
  id: short.max(200),
  label: short.optional(),
  name: short.optional(),
  domains: z.array(short).max(100).optional(),
  country: short.optional(),
  state: short.optional(),
  emails: z.array(short).max(100).optional(),
  linkedin: short.optional(),
  values: z.record(
    short.max(80),
    z.union([z.string().max(10_000), z.number(), z.boolean(), z.array(z.string().max(1_000)).max(1_000), z.null()]),
  ),
});
const answer = z.strictObject({ candidates: z.array(candidate).max(50) });

export function webhook({ url: address, secret, urlName, now }: WebhookOptions): Provider | { readonly unusable: string } {
  if (!URL.canParse(address) || !isSafe(new URL(address))) return { unusable: `${urlName} is no https address` };
  const url = new URL(address);
  return {
    async lookup(query, signal) {
      const body = JSON.stringify({ query });
      const timestamp = String(Math.floor(now() / 1_000));
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json',
        'x-loopctl-timestamp': timestamp,
        'x-loopctl-signature-256': `sha256=${signatureOf(secret, timestamp, body)}`,
      };
      const got = await exchange({ url, method: 'POST', headers, body, signal, largest: LARGEST });
      if (!got.ok) return { kind: 'unavailable', error: got.error };
      if (got.status === 204 || got.status === 404) return { kind: 'none' };
      if (got.status === 200) return found(got.text);
      if (got.status === 400 || got.status === 422) return { kind: 'refused', error: `it does not take the question (${got.status})` };
      const again = retryAfter(got.headers, now());
      return { kind: 'unavailable', error: `it answered ${got.status}`, ...(again !== undefined && { afterMs: again }) };
    },
  };
}

/** HMAC-SHA256 in hex over `timestamp.body`: an old request can not be sent again as a new one. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

function found(text: string): Found {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'unavailable', error: 'its answer is no JSON' };
  }
  const read = answer.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { kind: 'unavailable', error: `its answer is not of the form that was agreed, at ${issue?.path.join('.') || 'the top'}` };
  }
  const candidates = read.data.candidates.map(({ values, label, ...rest }): Candidate => {
    const known = Object.entries(values).filter((entry): entry is [string, Exclude<(typeof entry)[1], null>] => entry[1] !== null);
    return { ...defined(rest), label: label ?? rest.name ?? rest.id, values: Object.fromEntries(known) };
  });
  return candidates.length === 0 ? { kind: 'none' } : { kind: 'found', candidates };
}

type Defined<T> = { readonly [Key in keyof T]: Exclude<T[Key], undefined> };

function defined<T extends object>(of: T): Defined<T> {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as Defined<T>;
}
