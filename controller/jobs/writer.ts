// What batches want written: gathered until there is enough for the org to work off by itself, in one go and beside everything else; the rest
// a call at a time.
import type { Clock } from '../../ports/clock.ts';
import type { Crm, RowOutcome, WriteBatch } from '../../ports/crm.ts';
import type { Scope } from '../../ports/store.ts';
import { AT_ONCE, type Send, type Writing, writeThese } from '../live/effects.ts';
import { problemOf } from '../problems.ts';

export interface BatchWriter {
  /** Gives how many were taken up. `more`: a job goes on, and there will be more to write. */
  write(scope: Scope, writing: Writing, more: boolean): Promise<number>;
  /** Records that are being written: nothing else is written on them meanwhile. */
  readonly busy: ReadonlySet<string>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/** From so many rows on a job of the org's own costs fewer calls. */
export const BULK_FROM = 2_000;
/** What the org takes as one piece of such a job. */
export const BULK_AT_ONCE = 10_000;
const FIRST_LOOK_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** Then it is not waited for any longer: what it did is seen when the records are looked at again. */
const BULK_WAIT_MS = 20 * 60_000;

export function batchWriter(options: { onEnd(): void; onError(error: unknown): void; stopping: AbortSignal }): BatchWriter {
  let underWay: Promise<void> | undefined;
  let busy: ReadonlySet<string> = new Set();
  return {
    get busy() {
      return busy;
    },
    async write(scope, writing, more) {
      if (underWay !== undefined) return 0;
      const { outbox } = writing.store;
      const waiting = await outbox.waiting(scope, { batch: true });
      if (waiting === 0 || (more && waiting < BULK_FROM)) return 0;
      const now = writing.clock.now().toISOString();
      const taken = await outbox.take(scope, now, waiting < BULK_FROM ? AT_ONCE : BULK_AT_ONCE, { batch: true });
      if (taken.length < BULK_FROM) {
        const some = taken.slice(0, AT_ONCE);
        await writeThese(scope, writing, some, (type, rows) => writing.crm.write({ type, operation: 'update', rows }));
        return some.length;
      }
      busy = new Set(taken.map(({ record }) => record));
      underWay = writeThese(scope, writing, taken, inBulk(writing, options.stopping))
        .catch(options.onError)
        .finally(() => {
          underWay = undefined;
          busy = new Set();
          options.onEnd();
        });
      return taken.length;
    },
    async settled() {
      await underWay;
    },
  };
}

/** Hands the rows over and waits for the org. */
export function inBulk(
  { crm, clock }: { readonly crm: Pick<Crm, 'write' | 'bulk'>; readonly clock: Clock },
  stopping: AbortSignal,
  operation: WriteBatch['operation'] = 'update',
): Send {
  return async (type, rows) => {
    // Too few are left of it after a look at the records.
    if (rows.length <= AT_ONCE) return crm.write({ type, operation, rows });
    const begun = await crm.bulk.begin(type, rows, operation);
    if (begun.kind === 'refused') return rows.map(() => begun.outcome);
    const until = clock.now().getTime() + BULK_WAIT_MS;
    for (let pause = FIRST_LOOK_MS; clock.now().getTime() < until && !stopping.aborted; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
      await clock.sleep(pause, stopping);
      const outcomes = await looked(crm.bulk.ended(begun.job, rows));
      if (outcomes !== undefined) return outcomes;
    }
    return rows.map((): RowOutcome => ({ status: 'unknown', code: 'NO_ANSWER', message: `the org has not ended the job ${begun.job}` }));
  };
}

/** An org that does not answer is asked again. */
async function looked(asked: Promise<readonly RowOutcome[] | undefined>): Promise<readonly RowOutcome[] | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (problemOf(error) === undefined) throw error;
    return undefined;
  }
}
