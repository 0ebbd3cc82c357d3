// Where lookups are answered: from what is kept at once, or by asking a provider or an agent, which takes its time.
import type { FactValue } from '../../loops/loop.ts';
import type { Lookup } from '../../loops/requests.ts';

export interface Desk<Kind extends Lookup['kind']> {
  /** From what is kept alone, at once: `open` where asking would tell more, `missing` where nobody can be asked. */
  known(request: Extract<Lookup, { readonly kind: Kind }>): Promise<FactValue>;
  /** Asks, and keeps the answer, so that `known` gives it. What came to nothing is kept too: it is not open any more for a while. */
  ask(request: Extract<Lookup, { readonly kind: Kind }>): Promise<Asked>;
}

export type Asked =
  | { readonly kind: 'answered' }
  /** The other side did not answer, or is to be left in peace: once more later. `afterMs`: as it wished. */
  | { readonly kind: 'again'; readonly error: string; readonly afterMs?: number }
  /** It refuses, and will again. */
  | { readonly kind: 'given-up'; readonly error: string };
