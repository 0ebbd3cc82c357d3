// What changed and what was deleted between two moments, for clients that keep a copy.
import { refuse } from '../refusal.ts';
import { visibleRows } from '../access/sharing.ts';
import type { ObjectType } from '../schema/object.ts';
import { momentText } from '../soql/shape.ts';
import { allOf, sql } from '../storage/sql.ts';
import { type Context, type RestRequest, type RestResponse, objectOf } from './request.ts';

type Params = Readonly<Record<string, string>>;

const DAY = 86_400_000;
const UPDATED_DAYS = 30;
const DELETED_DAYS = 15;
const MOST_IDS = 600_000;

export function updated(context: Context, request: RestRequest, params: Params): RestResponse {
  const object = replicated(context, params['object']);
  const { start, end } = rangeOf(context, request, UPDATED_DAYS);
  const parts = [sql('t."SystemModstamp" >= ? AND t."SystemModstamp" < ?', start, end)];
  if (object.recycled) parts.push(sql('t."IsDeleted" = 0'));
  const visible = visibleRows(context.org, context.caller, object, 't');
  if (visible) parts.push(visible);
  const where = allOf(parts);
  const ids = context.org.store.arrays(
    `SELECT t."Id" FROM "${object.name}" t WHERE ${where.text} ORDER BY t."SystemModstamp", t."Id"`,
    ...where.params,
  );
  if (ids.length > MOST_IDS) refuse('EXCEEDED_ID_LIMIT', `more than ${MOST_IDS} ids`);
  return { status: 200, body: { ids: ids.map(([id]) => id), latestDateCovered: momentText(covered(context, end)) } };
}

export function deleted(context: Context, request: RestRequest, params: Params): RestResponse {
  const object = replicated(context, params['object']);
  const { start, end } = rangeOf(context, request, DELETED_DAYS);
  const rows = context.org.store.all(
    'SELECT id, at FROM "_deletion" WHERE object = ? AND at >= ? AND at < ? ORDER BY at, id',
    object.name,
    start,
    end,
  );
  const oldest = context.org.clock.now() - DELETED_DAYS * DAY;
  return {
    status: 200,
    body: {
      deletedRecords: rows.map((row) => ({ id: row['id'], deletedDate: momentText(Number(row['at'])) })),
      earliestDateAvailable: momentText(oldest),
      latestDateCovered: momentText(covered(context, end)),
    },
  };
}

function replicated(context: Context, name: string | undefined): ObjectType {
  const object = objectOf(context, name);
  return object.replicateable ? object : refuse('INVALID_TYPE_FOR_OPERATION', `entity type is not replicateable: ${object.label}`);
}

/** Seconds are ignored. What comes after the end of the range, or after now, is not covered. */
function rangeOf(context: Context, request: RestRequest, days: number): { start: number; end: number } {
  const [start, end] = ['start', 'end'].map((name) => {
    const text = request.query.get(name);
    const moment = text === null ? Number.NaN : Date.parse(text.replace(/ (\d\d:?\d\d)$/, '+$1'));
    return Number.isNaN(moment)
      ? refuse('INVALID_REPLICATION_DATE', `${name}: a date and time of ISO 8601 is required`)
      : Math.floor(moment / 60_000) * 60_000;
  }) as [number, number];
  if (start >= end) refuse('INVALID_REPLICATION_DATE', 'startDate has to be before endDate');
  if (start < context.org.clock.now() - days * DAY) refuse('INVALID_REPLICATION_DATE', `startDate is more than ${days} days ago`);
  return { start, end };
}

function covered(context: Context, end: number): number {
  return Math.floor(Math.min(end, context.org.clock.now()) / 60_000) * 60_000;
}
