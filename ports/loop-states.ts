// States that loops keep, of many subjects at once: for counting. A loop itself asks for what it needs by key.
import type { Scope } from './store.ts';

export interface LoopStates {
  /** Values of the keys that begin so, by key, a page of them; `after`: the last key of the page before. */
  page(
    scope: Scope,
    prefix: string,
    of: { readonly limit: number; readonly after?: string },
  ): Promise<readonly { readonly key: string; readonly value: unknown }[]>;
}
