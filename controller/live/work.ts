// Events of the inbox become decisions: what changed is read for many records at once, each is decided on in its turn.
import type { LoopEvent, ReviewAnswer } from '../../loops/event.ts';
import type { FactValue, LoopDescriptor } from '../../loops/loop.ts';
import type { InboxRow, NewEvent } from '../../ports/live.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import type { Listener } from '../follow/events.ts';
import { type Decided, type Deciding, decideOn, type Ground } from '../loops/decide.ts';
import { LOOPS } from '../loops/registry.ts';
import { problemOf } from '../problems.ts';
import { labelOf } from '../loops/decision.ts';
import { fieldsRead } from './fields.ts';

export interface Working {
  readonly store: Pick<Store, 'inbox' | 'lookups'>;
  readonly records: CrmRecords;
  readonly deciding: Deciding;
  readonly listener: Listener;
  /** The loops that act on this org. */
  readonly active: ReadonlySet<string>;
  /** Told of the records that are decided on. */
  onTaken?(records: readonly string[]): void;
}

/** The source of an event that a job could not end by itself. */
export const BATCH = 'batch';
/** As many ids as go into one query. */
const AT_ONCE = 500;
/** How often an event is tried; then it waits for people. */
const ATTEMPTS = 8;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60 * 60_000;
/** While the org does not answer. */
const AWAY_MS = 5_000;

/** Gives how many events were taken up. */
export async function workOff(ground: Ground, working: Working): Promise<number> {
  const { store, deciding } = working;
  const { clock } = deciding.deps;
  const rows = await store.inbox.take(ground.scope, clock.now().toISOString(), AT_ONCE);
  working.onTaken?.(rows.map(({ record }) => record));
  for (const [object, some] of Map.groupBy(rows, (row) => row.object)) await ofObject(ground, working, object, some);
  return rows.length;
}

async function ofObject(ground: Ground, working: Working, object: string, rows: readonly InboxRow[]): Promise<void> {
  const read = await readAll(ground, working, object, rows);
  if (read === undefined) return;
  const gone = rows.filter(({ record }) => !read.has(record));
  if (gone.length > 0)
    await working.store.inbox.pass(
      ground.scope,
      gone.map(({ id }) => id),
      [],
    );
  await Promise.all(rows.filter(({ record }) => read.has(record)).map((row) => one(ground, working, row, read.get(row.record))));
}

/** One query for all; where the org does not answer, all of them wait. */
async function readAll(
  ground: Ground,
  { store, records, deciding }: Working,
  object: string,
  rows: readonly InboxRow[],
): Promise<ReadonlyMap<string, FactValue> | undefined> {
  const now = deciding.deps.clock.now();
  try {
    const found = await records.records(object, [...new Set(rows.map(({ record }) => record))], fieldsRead(ground, object));
    return new Map([...found].map(([id, value]) => [id, { value, source: 'org', at: now.toISOString() }]));
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    // The org's absence is no fault of an event: it never dies of it.
    const due = new Date(now.getTime() + AWAY_MS * (0.5 + deciding.deps.clock.random()));
    await store.inbox.postpone(
      ground.scope,
      rows.map(({ id }) => id),
      { due: due.toISOString(), blameless: true },
      problem.message,
    );
    return undefined;
  }
}

async function one(ground: Ground, working: Working, row: InboxRow, record: FactValue | undefined): Promise<void> {
  const loop = LOOPS.get(row.loop);
  const { store, deciding, listener } = working;
  if (loop?.step === undefined) return store.inbox.postpone(ground.scope, [row.id], { dead: true }, `There is no loop "${row.loop}".`);
  // Another loop rang one that does not act here.
  if (!working.active.has(loop.name)) return store.inbox.pass(ground.scope, [row.id], []);
  const chain = chainOf(loop, row, working.active);
  const answer = row.source === 'review' ? (row.payload as ReviewAnswer) : undefined;
  const event: LoopEvent = {
    object: row.object,
    id: row.record,
    live: true,
    ...(row.source === BATCH && { batch: true }),
    ...(answer !== undefined && { answer }),
    ...((row.source === 'chain' || row.source === 'override') && (row.payload as Pick<LoopEvent, 'reassign' | 'override'> | undefined)),
  };
  const asked = { loop, event, row, chain, ...(record !== undefined && { record }) };
  const started = performance.now();
  let ended: Decided;
  try {
    ended = await decideOn(ground, deciding, { ...asked, mayPark: true });
    if (ended.kind === 'parked') {
      if (await store.lookups.park(ground.scope, row.id, ended.lookups, deciding.deps.clock.now().toISOString())) return;
      ended = await decideOn(ground, deciding, asked);
    }
  } catch (error) {
    return failed(ground, working, row, (error as Error).message);
  }
  switch (ended.kind) {
    case 'decided': {
      const { decision } = ended;
      const seconds = (performance.now() - started) / 1000;
      return listener({ type: 'decided', loop: loop.name, outcome: labelOf(decision), seconds, id: decision.id });
    }
    case 'dropped':
      return store.inbox.pass(ground.scope, [row.id], chain);
    case 'invalid':
      // No model and no rules for the object: it is nobody's business, and it may be the next loop's.
      if (ended.problems.some(({ path }) => path === 'object')) return store.inbox.pass(ground.scope, [row.id], chain);
      return failed(ground, working, row, ended.problems.map(({ path, message }) => `${path} ${message}`).join('; '));
    case 'parked':
      throw new Error(`${loop.name} waits for what it was not to wait for`);
    case 'not-found':
    case 'no-snapshot':
      return store.inbox.pass(ground.scope, [row.id], []);
    case 'unavailable':
      return failed(ground, working, row, ended.problem.message);
    default:
      return ended satisfies never;
  }
}

/** What is asked next, with an id of its own that is the same whenever this event is worked off. */
export function chainOf(
  { next = [] }: LoopDescriptor,
  { id, object, record, at }: Pick<NewEvent, 'id' | 'object' | 'record' | 'at'>,
  active: ReadonlySet<string>,
): readonly NewEvent[] {
  return next.filter((name) => active.has(name)).map((loop) => ({ id: `${id}>${loop}`, loop, object, record, at, source: 'chain' }));
}

/** Later each time; in the end it waits for people, who see why. */
async function failed({ scope }: Ground, { store, deciding }: Working, { id, attempts }: InboxRow, error: string): Promise<void> {
  const { clock } = deciding.deps;
  const due = new Date(clock.now().getTime() + pauseAfter(attempts, clock.random())).toISOString();
  await store.inbox.postpone(scope, [id], attempts + 1 >= ATTEMPTS ? { dead: true } : { due }, error);
}

export function pauseAfter(attempts: number, random: number): number {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(attempts, 12)) * (0.5 + random);
}
