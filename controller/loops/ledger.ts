// Decisions on their way into the store. Many that are made at once share one transaction and one write to the disk; each is acknowledged
// when it is on the disk. The state that a decision leaves is seen by the next one at once, so turns are taken one after the other.
import type { Kept, Versioned } from '../../ports/decisions.ts';
import type { Scope, Store } from '../../ports/store.ts';

export interface Ledger {
  /** At hand where it was read before. */
  state(keys: readonly string[]): States | Promise<States>;
  /** Keys that are not any more what the decision read; none: it is taken. */
  stale(entry: Pick<Kept, 'writes'>): readonly string[];
  /** Resolves when it is on the disk; false where another process was faster, and it has to be made again. */
  keep(entry: Kept): Promise<boolean>;
}

type States = Readonly<Record<string, Versioned>>;

const NEW: Versioned = { version: 0, value: null };
/** More than this is forgotten, and read again when it is asked for. */
const MOST_KEYS = 50_000;
/** Entries of one transaction. */
const MOST_AT_ONCE = 500;

export function openLedger(store: Pick<Store, 'decisions'>, scope: Scope): Ledger {
  const known = new Map<string, Versioned>();
  let waiting: { readonly entry: Kept; readonly settle: (kept: boolean) => void; readonly fail: (error: unknown) => void }[] = [];
  let isWriting = false;

  const forget = (entries: readonly Kept[]) => {
    for (const { writes } of entries) for (const { key } of writes) known.delete(key);
  };

  async function write(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST_AT_ONCE);
      waiting = waiting.slice(MOST_AT_ONCE);
      const entries = group.map(({ entry }) => entry);
      try {
        const kept = await store.decisions.keep(scope, entries);
        const lost = entries.filter((_, at) => kept[at] !== true);
        // What was decided on the state of one that lost the race lost it too: all of it is read anew.
        if (lost.length > 0) forget([...entries, ...waiting.map(({ entry }) => entry)]);
        group.forEach(({ settle }, at) => settle(kept[at] === true));
      } catch (error) {
        forget([...entries, ...waiting.map(({ entry }) => entry)]);
        for (const { fail } of group) fail(error);
      }
      if (known.size > MOST_KEYS && waiting.length === 0) known.clear();
    }
    isWriting = false;
  }

  const pick = (keys: readonly string[]): States => Object.fromEntries(keys.map((key) => [key, known.get(key) ?? NEW]));
  return {
    state(keys) {
      const missing = keys.filter((key) => !known.has(key));
      if (missing.length === 0) return pick(keys);
      return store.decisions.state(scope, missing).then((found) => {
        // A decision that was made meanwhile knows better.
        for (const key of missing) if (!known.has(key)) known.set(key, found.get(key) ?? NEW);
        return pick(keys);
      });
    },
    stale: ({ writes }) => writes.filter(({ key, expect }) => (known.get(key) ?? NEW).version !== expect).map(({ key }) => key),
    keep(entry) {
      for (const { key, expect, value } of entry.writes) known.set(key, { version: expect + 1, value });
      return new Promise((settle, fail) => {
        waiting.push({ entry, settle, fail });
        if (!isWriting) {
          isWriting = true;
          // Whatever else is decided in this turn of the event loop goes along.
          setImmediate(() => void write());
        }
      });
    },
  };
}
