// Writing: a collection of at most 200 rows is one call; custom fields and the state of a territory model are a call each.
import { addressText, isLink } from '../../resources/core.ts';
import { BATCH_SIZE, CallFailed, CrmUnavailable, type RowOutcome, type WriteBatch, type WriteRow } from '../../ports/crm.ts';
import { shaped, UNREADABLE } from './answers.ts';
import { isBusyRow, isTransient } from './errors.ts';
import { writeField } from './fields.ts';
import { isStateChange, writeState } from './models.ts';
import type { Call, Session } from './session.ts';

interface SaveResult {
  readonly id?: string | null;
  readonly success: boolean;
  readonly errors: readonly { readonly statusCode: string; readonly message: string; readonly fields?: readonly string[] }[];
}

/** A delete of what is gone already: look whether that is so. */
const GONE = new Set(['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY', 'NOT_FOUND']);

export async function writeRecords(session: Session, batch: WriteBatch): Promise<readonly RowOutcome[]> {
  if (batch.rows.length > BATCH_SIZE) throw new Error(`A batch of ${batch.rows.length} rows is more than ${BATCH_SIZE}.`);
  if (batch.type === 'CustomField') return oneByOne(batch.rows, (row) => writeField(session, batch.operation, row));
  if (batch.rows.some((row) => isStateChange(batch, row))) return oneByOne(batch.rows, (row) => writeState(session, row));
  try {
    const results = await send(session, batch);
    return batch.rows.map((row, index) => toOutcome(batch, row, results[index]));
  } catch (error) {
    const outcome = failure(error);
    return batch.rows.map(() => outcome);
  }
}

async function send(session: Session, batch: WriteBatch): Promise<readonly SaveResult[]> {
  const results = await session.write<readonly SaveResult[]>(call(batch));
  const isRight = (rows: readonly SaveResult[]) => Array.isArray(rows) && rows.every((row) => typeof row?.success === 'boolean');
  return shaped(results, isRight, 'list of results', session.instanceUrl);
}

function call({ type, operation, rows }: WriteBatch): Call {
  if (operation === 'delete') {
    const ids = rows.map(idOf).join(',');
    return { method: 'DELETE', path: `/composite/sobjects?ids=${ids}&allOrNone=false` };
  }
  const records = rows.map((row) => ({ attributes: { type }, ...(operation === 'update' && { id: idOf(row) }), ...columns(row) }));
  return {
    method: operation === 'create' ? 'POST' : 'PATCH',
    path: '/composite/sobjects',
    body: { allOrNone: false, records },
  };
}

/** Fields with ids in the place of links. */
export function columns(row: WriteRow): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row.fields).map(([name, value]) => {
      if (!isLink(value)) return [name, value];
      const id = row.ids.get(value.link);
      if (id === undefined) throw new Error(`${addressText(row.address)}: no id is known for ${value.link}`);
      return [name, id];
    }),
  );
}

export function idOf(row: WriteRow): string {
  if (row.id === undefined) throw new Error(`${addressText(row.address)} has no id`);
  return row.id;
}

function toOutcome({ operation }: WriteBatch, row: WriteRow, result: SaveResult | undefined): RowOutcome {
  if (result === undefined) return { status: 'unknown', code: 'NO_ANSWER', message: 'the org gave no answer for this row' };
  if (result.success) return { status: 'done', id: result.id ?? row.id ?? '' };
  const code = result.errors?.[0]?.statusCode ?? 'UNKNOWN';
  const message = (result.errors ?? []).map((error) => error.message).join('; ');
  if (isBusyRow(code)) return { status: 'retry', code, message };
  if (operation === 'delete' && GONE.has(code)) return { status: 'unknown', code, message };
  return { status: 'failed', code, message };
}

/** In turn: what one row did is known whatever happens to the next. */
async function oneByOne(rows: readonly WriteRow[], write: (row: WriteRow) => Promise<RowOutcome>): Promise<readonly RowOutcome[]> {
  const outcomes: RowOutcome[] = [];
  for (const row of rows) {
    const last = outcomes.at(-1);
    if (last?.status === 'unavailable') outcomes.push(last);
    else outcomes.push(await write(row).catch(failure));
  }
  return outcomes;
}

/** What a call that threw means for its rows. Bugs go on. */
export function failure(error: unknown): RowOutcome {
  if (error instanceof CrmUnavailable) return { status: 'unavailable', code: error.code, message: error.message };
  if (!(error instanceof CallFailed)) throw error;
  const { code, message } = error;
  if (error.status === 400 && isBusyRow(code)) return { status: 'retry', code, message };
  if (error.status === 404 && GONE.has(code)) return { status: 'unknown', code, message };
  return { status: isTransient(error) || code === UNREADABLE ? 'unknown' : 'failed', code, message };
}
