// A job is done a page at a time: a page is read, each of its records is decided on like a change of it, and when all of that is kept the
// cursor moves. A process that dies in a page leaves it to be done again, and what was decided in it already is found unchanged.
import type { JobCounts, JobRow } from '../../ports/jobs.ts';
import type { Store } from '../../ports/store.ts';
import type { LoopDescriptor } from '../../loops/loop.ts';
import { fieldsRead } from '../live/fields.ts';
import { BATCH, chainOf, type Working } from '../live/work.ts';
import { labelOf } from '../loops/decision.ts';
import { type Decided, decideOn, type Ground } from '../loops/decide.ts';
import { LOOPS } from '../loops/registry.ts';
import { problemOf } from '../problems.ts';
import type { Pages, Row } from './page.ts';

export interface JobWorking extends Omit<Working, 'store'> {
  readonly store: Pick<Store, 'inbox' | 'lookups' | 'jobs' | 'snapshotMark'>;
  readonly pages: Pages;
}

/** The condition that somebody wrote is none, or a field of the map is not there. */
const NO_QUERY = /^(?:MALFORMED_QUERY|INVALID_(?:FIELD|TYPE|QUERY)|NO_SUCH_OBJECT)/;

/** Jobs of that name are no loop's: people run them, and see to it that they end. */
export const ASSIGN = 'assign';

/** Takes the next page of the oldest job. Gives the records that were looked at; nothing where there is no job, or the org does not answer. */
export async function workJob(ground: Ground, working: JobWorking): Promise<number> {
  const { store, active } = working;
  const { scope, compiled } = ground;
  const job = (await store.jobs.unfinished(scope)).find(({ loop }) => loop !== ASSIGN);
  if (job === undefined) return 0;
  // It is to be done by something that was switched to a moment ago: the next round has it.
  if (job.snapshot !== compiled.row.id && (await store.snapshotMark(scope)) !== ground.mark) return 0;
  const loop = LOOPS.get(job.loop);
  if (loop?.step === undefined || !active.has(job.loop)) {
    await ended(ground, working, job, { status: 'failed', error: `${job.loop} does not act on this org.` });
    return workJob(ground, working);
  }
  let page: Awaited<ReturnType<Pages['next']>>;
  try {
    page = await working.pages.next(job, fieldsRead(ground, job.object));
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    // What the org can not understand it will not understand later either; an org that is away comes back.
    if (NO_QUERY.test(problem.code)) await ended(ground, working, job, { status: 'failed', error: problem.message });
    return 0;
  }
  const to = page.rows.at(-1)?.['Id'];
  if (typeof to !== 'string') {
    await ended(ground, working, job, { status: 'done' });
    return workJob(ground, working);
  }
  const ends = await Promise.all(page.rows.map((row) => decided(ground, working, { job, loop, row, at: page.at })));
  const counts = added(job.counts, ends);
  await store.jobs.advance(scope, job.id, { from: job.cursor, to, counts });
  return page.rows.length;
}

async function ended(
  { scope }: Ground,
  { store, deciding, listener }: JobWorking,
  job: JobRow,
  end: { readonly status: 'done' | 'failed'; readonly error?: string },
): Promise<void> {
  await store.jobs.finish(scope, job.id, { ...end, at: deciding.deps.clock.now().toISOString() });
  listener({ type: 'gone-through', job, ...end });
}

type End = 'changed' | 'unchanged' | 'failed';

interface One {
  readonly job: JobRow;
  readonly loop: LoopDescriptor;
  readonly row: Row;
  readonly at: string;
}

async function decided(ground: Ground, working: JobWorking, one: One): Promise<End> {
  const { job, loop, row, at } = one;
  const { deciding, listener, active } = working;
  const id = String(row['Id']);
  const event = { object: job.object, id, live: true, batch: true };
  const started = performance.now();
  let ended: Decided;
  try {
    ended = await decideOn(ground, deciding, {
      loop,
      event,
      record: { value: row, source: 'org', at },
      chain: chainOf(loop, { id: `${job.id}/${id}`, object: job.object, record: id, at: deciding.deps.clock.now().toISOString() }, active),
    });
  } catch {
    return later(ground, working, one, id);
  }
  switch (ended.kind) {
    case 'decided': {
      const { decision } = ended;
      const seconds = (performance.now() - started) / 1000;
      listener({ type: 'decided', loop: loop.name, outcome: labelOf(decision), seconds, id: decision.id });
      return 'changed';
    }
    case 'dropped':
    case 'not-found':
    case 'no-snapshot':
      return 'unchanged';
    case 'invalid':
    case 'unavailable':
      return later(ground, working, one, id);
    case 'parked':
      throw new Error(`${loop.name} waits for what it was not to wait for`);
    default:
      return ended satisfies never;
  }
}

/** It is an event of its own from here on: tried again, and seen by people where it never works. The same one, however often the page is done. */
async function later({ scope }: Ground, { store, deciding }: JobWorking, { job }: One, record: string): Promise<End> {
  const at = deciding.deps.clock.now().toISOString();
  await store.inbox.add(scope, [{ id: `${job.id}/${record}`, loop: job.loop, object: job.object, record, at, source: BATCH }]);
  return 'failed';
}

function added(before: JobCounts, ended: readonly End[]): JobCounts {
  const count = (end: End) => before[end] + ended.filter((one) => one === end).length;
  return { seen: before.seen + ended.length, changed: count('changed'), unchanged: count('unchanged'), failed: count('failed') };
}
