// Changes written in the order of their records: a record is in its new territory before it leaves the old one, and what was sent is known
// before it is answered. Whatever dies on the way, the next look at the org sees what is left.
import type { Clock } from '../../ports/clock.ts';
import { BATCH_SIZE, type Crm, type RowOutcome, type WriteBatch, type WriteRow } from '../../ports/crm.ts';
import type { JobCounts } from '../../ports/jobs.ts';
import type { Scope, Store } from '../../ports/store.ts';
import { BULK_AT_ONCE, BULK_FROM, inBulk } from '../jobs/writer.ts';
import type { Change } from './look.ts';
import { ASSOCIATION } from './org.ts';

export interface Writing {
  readonly crm: Pick<Crm, 'write' | 'bulk'>;
  readonly store: Pick<Store, 'assigned' | 'jobs'>;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly object: string;
  /** Territories of the org, by path. */
  readonly ids: ReadonlyMap<string, string>;
  readonly job: { readonly id: string; readonly cursor?: string | undefined; readonly counts: JobCounts };
  /** Calls of the day are kept for others from here on. */
  isOverBudget(): boolean;
  readonly stopping: AbortSignal;
  onProgress?(done: number, of: number): void;
}

export interface FailedChange {
  readonly record: string;
  readonly code: string;
  readonly message: string;
}

export interface Written {
  readonly done: number;
  readonly failed: readonly FailedChange[];
  /** Why not all was sent. */
  readonly stopped?: { readonly code: string; readonly message: string };
}

/** Of a row that is locked, or an org that is busy. */
const MOST_TRIES = 4;
const FIRST_PAUSE_MS = 500;
/** It is as it was to be. */
const IS_THERE = new Set(['DUPLICATE_VALUE']);
const IS_GONE = new Set(['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY', 'NOT_FOUND']);

export async function writeChanges(writing: Writing, changes: readonly Change[]): Promise<Written> {
  const { store, scope, job, stopping } = writing;
  const size = changes.length >= BULK_FROM ? BULK_AT_ONCE : BATCH_SIZE;
  const failed: FailedChange[] = [];
  let done = 0;
  let { cursor, counts } = job;
  for (let at = 0; at < changes.length; at += size) {
    if (stopping.aborted) return { done, failed, stopped: { code: 'stopped', message: 'It was stopped.' } };
    if (writing.isOverBudget())
      return { done, failed, stopped: { code: 'api-budget', message: 'The calls of the day that are not kept for others are used up.' } };
    const some = changes.slice(at, at + size);
    const ended = await writeSome(writing, some);
    const unavailable = ended.find((one) => one?.status === 'unavailable');
    if (unavailable !== undefined && 'code' in unavailable)
      return { done, failed, stopped: { code: unavailable.code, message: unavailable.message } };
    const wrong = some.flatMap(({ record }, index): readonly FailedChange[] => {
      const outcome = ended[index];
      return outcome === undefined || !('code' in outcome) ? [] : [{ record, code: outcome.code, message: outcome.message }];
    });
    failed.push(...wrong);
    done += some.length - wrong.length;
    const to = some.at(-1)?.record ?? cursor ?? '';
    counts = {
      seen: counts.seen + some.length,
      changed: counts.changed + some.length - wrong.length,
      unchanged: counts.unchanged,
      failed: counts.failed + wrong.length,
    };
    await store.jobs.advance(scope, job.id, { from: cursor, to, counts });
    cursor = to;
    writing.onProgress?.(at + some.length, changes.length);
  }
  return { done, failed };
}

/** By change: what went wrong, or nothing. */
async function writeSome(writing: Writing, some: readonly Change[]): Promise<readonly (RowOutcome | undefined)[]> {
  const { store, scope, clock, ids, object } = writing;
  const wrong: (RowOutcome | undefined)[] = some.map(() => undefined);
  const pairs = new Map(
    some.flatMap(({ record, to }, at) => (to === undefined ? [] : [[at, { record, territory: ids.get(to) ?? '' }] as const])),
  );
  await store.assigned.claim(scope, [...pairs.values()], clock.now().toISOString());
  const created = await send(
    writing,
    ASSOCIATION,
    'create',
    [...pairs.values()].map(({ record, territory }) => made(record, territory)),
  );
  const never = [...pairs].flatMap(([at, pair], index) => {
    const outcome = created[index];
    if (outcome === undefined || outcome.status === 'done') return [];
    // Somebody else was faster: it is as it was to be, and theirs.
    if (!isDone(outcome, IS_THERE)) wrong[at] = outcome;
    return outcome.status === 'failed' ? [pair] : [];
  });
  await store.assigned.release(scope, never);
  const named = [...pairs.values()].flatMap((pair, index) => {
    const outcome = created[index];
    return outcome?.status === 'done' ? [{ ...pair, association: outcome.id }] : [];
  });
  await store.assigned.name(scope, named);

  const leaving = some.flatMap(({ record, removes }, at) =>
    wrong[at] === undefined ? removes.map((one) => ({ at, record, ...one })) : [],
  );
  const removed = await send(
    writing,
    ASSOCIATION,
    'delete',
    leaving.map(({ id }) => row(ASSOCIATION, id, {})),
  );
  const gone = leaving.filter(({ at }, index) => {
    const outcome = removed[index];
    if (outcome === undefined || isDone(outcome, IS_GONE)) return true;
    wrong[at] = outcome;
    return false;
  });
  await store.assigned.release(scope, gone);

  const told = some.flatMap(({ record, fields }, at) =>
    wrong[at] === undefined && Object.keys(fields).length > 0 ? [{ at, row: row(object, record, fields) }] : [],
  );
  const said = await send(
    writing,
    object,
    'update',
    told.map((one) => one.row),
  );
  for (const [index, { at }] of told.entries()) {
    const outcome = said[index];
    if (outcome !== undefined && outcome.status !== 'done') wrong[at] = outcome;
  }
  return wrong;
}

function isDone(outcome: RowOutcome, fine: ReadonlySet<string>): boolean {
  return outcome.status === 'done' || ('code' in outcome && fine.has(outcome.code));
}

function made(record: string, territory: string): WriteRow {
  return {
    address: { type: ASSOCIATION, key: `${territory}/${record}` },
    fields: { ObjectId: record, Territory2Id: territory, AssociationCause: 'Territory2Manual' },
    ids: new Map(),
  };
}

function row(type: string, id: string, fields: WriteRow['fields']): WriteRow {
  return { address: { type, key: id }, id, fields, ids: new Map() };
}

/** An outcome a row, in order. Rows that the org is too busy for are sent again; none else is. */
async function send(
  writing: Writing,
  type: string,
  operation: WriteBatch['operation'],
  rows: readonly WriteRow[],
): Promise<readonly RowOutcome[]> {
  const outcomes: RowOutcome[] = [];
  let left = rows.map((_, at) => at);
  for (let tries = 0; left.length > 0; tries += 1) {
    const sent = await sendOnce(
      writing,
      type,
      operation,
      left.map((at) => rows[at] as WriteRow),
    );
    for (const [index, at] of left.entries()) outcomes[at] = sent[index] as RowOutcome;
    left = left.filter((at) => outcomes[at]?.status === 'retry');
    if (tries + 1 >= MOST_TRIES || writing.stopping.aborted) break;
    if (left.length > 0) await writing.clock.sleep(FIRST_PAUSE_MS * 2 ** tries, writing.stopping);
  }
  return outcomes;
}

async function sendOnce(
  { crm, clock, stopping }: Writing,
  type: string,
  operation: WriteBatch['operation'],
  rows: readonly WriteRow[],
): Promise<readonly RowOutcome[]> {
  if (rows.length >= BULK_FROM) return inBulk({ crm, clock }, stopping, operation)(type, rows);
  const outcomes: RowOutcome[] = [];
  for (let at = 0; at < rows.length; at += BATCH_SIZE) {
    const last = outcomes.at(-1);
    if (last?.status === 'unavailable') outcomes.push(...rows.slice(at).map(() => last));
    if (outcomes.length === rows.length) break;
    outcomes.push(...(await crm.write({ type, operation, rows: rows.slice(at, at + BATCH_SIZE) })));
  }
  return outcomes;
}
