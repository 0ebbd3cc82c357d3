// Records of the org that are no subject of a loop, and tell that something happened to one: each change of them is looked at once, and once
// more, as the org tells times in whole seconds.
import type { RecordChange } from '../../ports/changes.ts';
import type { Cursor, NewEvent } from '../../ports/live.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';

export interface FreshPoll {
  readonly store: Pick<Store, 'inbox'>;
  readonly records: Pick<CrmRecords, 'changedSince'>;
  readonly scope: Scope;
  readonly now: Date;
  /** What happens from then on is news, where nobody has looked before. */
  readonly begin: Date;
  /** Changes that were looked at, kept by the caller from poll to poll. */
  readonly seen: Seen;
}

/** When a change was seen first, in milliseconds, and whether it was looked at once more. */
export type Seen = Map<string, { readonly first: number; readonly again: boolean }>;

/** `eventsOf`: what fresh changes mean. Gives how many events were new. `name`: of the place up to which it was read. */
export async function pollFresh(
  poll: FreshPoll,
  { name, object }: { readonly name: string; readonly object: string },
  eventsOf: (fresh: readonly RecordChange[]) => Promise<readonly NewEvent[]>,
): Promise<number> {
  const { store, scope, records, begin } = poll;
  const cursor = await store.inbox.cursor(scope, name);
  if (cursor === undefined) {
    // The org knows whole seconds: what happens in this one is news.
    await store.inbox.add(scope, [], { name, value: new Date(Math.floor(begin.getTime() / 1000) * 1000).toISOString() });
    return 0;
  }
  const [since = '', begun = since] = cursor.split(' ');
  let told = 0;
  for (let at: string | undefined = since, last = since; at !== undefined; ) {
    const { changes, next } = await records.changedSince(object, at);
    const news = changes.filter((change) => change.at >= begun);
    const fresh = news.filter((change) => isFresh(poll, change));
    last = news.at(-1)?.cursor ?? last;
    const place: Cursor = { name, value: `${last} ${begun}` };
    told += await store.inbox.add(scope, await eventsOf(fresh), place);
    // Only now: where the org did not answer, they are as fresh as before.
    for (const change of fresh) looked(poll, change);
    at = next;
  }
  return told;
}

/** The org tells times in whole seconds: a second change within one is seen by looking once more after it. */
const SECOND_LOOK_MS = 2_000;
/** A poll looks back two minutes; beyond that nothing is seen again. */
const SEEN_FOR_MS = 5 * 60_000;

function isFresh({ seen, now }: FreshPoll, change: RecordChange): boolean {
  // What is taken back is found to be missing with the next look at its record.
  if (change.kind === 'deleted') return false;
  const before = seen.get(changeName(change));
  return before === undefined || (!before.again && now.getTime() - before.first >= SECOND_LOOK_MS);
}

function looked({ seen, now }: FreshPoll, change: RecordChange): void {
  const name = changeName(change);
  const moment = now.getTime();
  const before = seen.get(name);
  if (before === undefined) {
    for (const [old, { first }] of seen) {
      // In the order in which they were seen.
      if (moment - first < SEEN_FOR_MS) break;
      seen.delete(old);
    }
  }
  seen.set(name, before === undefined ? { first: moment, again: false } : { ...before, again: true });
}

export function changeName({ object, id, at }: RecordChange): string {
  return `${object}/${id}@${at}`;
}
