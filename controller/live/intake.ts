// Records that changed in the org become events, each change once. How far it was read is written down with them.
import type { NewEvent } from '../../ports/live.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';

export interface Intake {
  readonly store: Pick<Store, 'inbox'>;
  readonly scope: Scope;
  readonly records: CrmRecords;
  readonly now: () => Date;
  /** When this process saw a change first, in milliseconds: by the change. */
  readonly firstSeen: Map<string, number>;
}

/** Transactions end in another order than they begin: what becomes visible late has an earlier time. */
const OVERLAP_MS = 120_000;
const AT_ONCE = 2_000;
const MOST = 50_000;

/** The org tells the time of a change in whole seconds: a second change within one is told from the first by looking once more after it. */
const SECOND_LOOK_MS = 2_000;

/** Gives how many changes were new. The first look begins now: what was there before is nobody's news. */
export async function pollChanges(intake: Intake, object: string, loop: string): Promise<number> {
  const { store, scope, records, now } = intake;
  const name = `poll ${object}`;
  const cursor = await store.inbox.cursor(scope, name);
  if (cursor === undefined) {
    await store.inbox.add(scope, [], { name, value: now().toISOString() });
    return 0;
  }
  const [since = '', begun = since] = cursor.split(' ');
  // Never before the first look.
  const from = new Date(Math.max(Date.parse(since) - OVERLAP_MS, Date.parse(begun))).toISOString();
  let added = 0;
  let at = from;
  let limit = AT_ONCE;
  for (;;) {
    const changed = await records.changedSince(object, at, limit);
    const events = changed.map(
      ({ id, at: when }): NewEvent => ({ id: lookOf(intake, `${object}/${id}@${when}`), loop, object, record: id, at: when, source: 'poll' }),
    );
    const last = changed.at(-1)?.at;
    const next = last === undefined || last < since ? since : last;
    added += await store.inbox.add(scope, events, { name, value: `${next} ${begun}` });
    if (changed.length < limit || last === undefined || limit >= MOST) return added;
    // More changes in one instant than a page holds: a wider one shows those behind them.
    limit = last === at ? limit * 2 : AT_ONCE;
    at = last;
  }
}

/** The name of a change; another one when it was seen before, and no more than once. */
function lookOf({ firstSeen, now }: Intake, change: string): string {
  const at = now().getTime();
  const first = firstSeen.get(change);
  if (first === undefined) {
    forgetOld(firstSeen, at);
    firstSeen.set(change, at);
  }
  return first !== undefined && at - first >= SECOND_LOOK_MS ? `${change}+` : change;
}

/** Beyond the overlap nothing is seen again. */
function forgetOld(firstSeen: Map<string, number>, now: number): void {
  for (const [change, at] of firstSeen) {
    // In the order in which they were seen.
    if (now - at < OVERLAP_MS * 2) return;
    firstSeen.delete(change);
  }
}
