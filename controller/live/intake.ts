// Records that changed in the org become events, each change once. How far it was read is written down with them.
import type { RecordChange } from '../../ports/changes.ts';
import type { NewEvent } from '../../ports/live.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';

export interface Intake {
  readonly store: Pick<Store, 'inbox'>;
  readonly scope: Scope;
  readonly records: CrmRecords;
  readonly now: () => Date;
  /** What happens from then on is news, where nobody has looked before. */
  readonly begin: Date;
  /** When this process saw a change first, in milliseconds: by the change. */
  readonly firstSeen: Map<string, number>;
}

/** The org tells the time of a change in whole seconds: a second change within one is told from the first by looking once more after it. */
const SECOND_LOOK_MS = 2_000;

/** Gives how many changes were new. What was there before the first look began is nobody's news. */
export async function pollChanges(intake: Intake, object: string, loops: readonly string[]): Promise<number> {
  const { store, scope, records } = intake;
  const name = `poll ${object}`;
  const cursor = await store.inbox.cursor(scope, name);
  if (cursor === undefined) {
    // The org knows whole seconds: what happens in this one is news.
    const begun = new Date(Math.floor(intake.begin.getTime() / 1000) * 1000);
    await store.inbox.add(scope, [], { name, value: begun.toISOString() });
    return 0;
  }
  const [since = '', begun = since] = cursor.split(' ');
  let added = 0;
  for (let at: string | undefined = since, last = since; at !== undefined; ) {
    const { changes, next } = await records.changedSince(object, at);
    const news = changes.filter((change) => change.at >= begun);
    const events = news
      .filter(({ kind }) => kind !== 'deleted')
      .flatMap((change) => eventsOf(change, loops, lookOf(intake, changeName(change))));
    last = news.at(-1)?.cursor ?? last;
    added += await store.inbox.add(scope, events, { name, value: `${last} ${begun}` });
    at = next;
  }
  return added;
}

/** Changes that were told, by a stream or a webhook. They are polled as well, in case one was not told. */
export async function takeChanges(
  { store, scope }: Pick<Intake, 'store' | 'scope'>,
  changes: readonly RecordChange[],
  loopsOf: ReadonlyMap<string, readonly string[]>,
): Promise<number> {
  const events = changes.flatMap((change) => {
    const name = `${changeName(change)} ${change.source} ${change.cursor ?? ''}`.trimEnd();
    return change.kind === 'deleted' ? [] : eventsOf(change, loopsOf.get(change.object) ?? [], name);
  });
  return store.inbox.add(scope, events);
}

/** One for each loop that is rung by it. */
function eventsOf({ object, id, at, source }: RecordChange, loops: readonly string[], name: string): readonly NewEvent[] {
  return loops.map((loop, index) => ({ id: index === 0 ? name : `${name} ${loop}`, loop, object, record: id, at, source }));
}

function changeName({ object, id, at }: RecordChange): string {
  return `${object}/${id}@${at}`;
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

/** A poll looks back two minutes; beyond that nothing is seen again. */
const SEEN_FOR_MS = 5 * 60_000;

function forgetOld(firstSeen: Map<string, number>, now: number): void {
  for (const [change, at] of firstSeen) {
    // In the order in which they were seen.
    if (now - at < SEEN_FOR_MS) return;
    firstSeen.delete(change);
  }
}
