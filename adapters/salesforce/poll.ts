// What has changed since a moment, found by asking. Rows are ordered by SystemModstamp, which moves with every change, and by id among those of
// one moment. A round begins two minutes before where the last one ended: a transaction that took long is committed under an older moment than
// others that were seen already. So a round tells some changes again; they are the same by object, id and time.
import { CallFailed } from '../../ports/crm.ts';
import type { RecordChange } from '../../ports/changes.ts';
import type { Row } from './columns.ts';
import { eachPage } from './query.ts';
import type { Session } from './session.ts';
import { literal } from './soql.ts';

export interface PolledChanges {
  /** By time, then by id. */
  readonly changes: readonly RecordChange[];
  /** Where this round goes on; absent where it has reached the present. */
  readonly next?: string;
}

const OVERLAP_MS = 2 * 60_000;
const NAME = /^[A-Za-z]\w*$/;
const CURSOR = /^(\S+)\/([A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?)$/;

/**
 * Records of an object that were created, changed or deleted, at most `limit` of them. `since`: a moment (ISO 8601) or the cursor of the last
 * change that was taken begins a round with its overlap; `next` of the page before goes on with it. Deleted records are found as long as they
 * are in the recycle bin. Throws `CallFailed` or `CrmUnavailable`: a poll that failed never means that nothing has changed.
 */
export async function changedSince(session: Session, object: string, since: string, limit = 2_000): Promise<PolledChanges> {
  if (!NAME.test(object)) throw new CallFailed('INVALID_NAME', `"${object}" is no name of an object`, undefined);
  const { condition, moment } = startOf(since);
  const rows: Row[] = [];
  const soql = `SELECT Id, SystemModstamp, CreatedDate, LastModifiedById, IsDeleted FROM ${object} WHERE ${condition} ORDER BY SystemModstamp, Id LIMIT ${limit}`;
  await eachPage(session, soql, (page) => rows.push(...page), 'queryAll');
  const changes = rows.map((row) => changeOf(object, row, moment));
  const last = changes.at(-1);
  return { changes, ...(last !== undefined && rows.length === limit && { next: `${MORE}${last.cursor ?? ''}` }) };
}

/** A page's `next` is told from a cursor: it takes no overlap. */
const MORE = 'after:';

function startOf(since: string): { readonly condition: string; readonly moment: number } {
  const more = since.startsWith(MORE);
  const text = more ? since.slice(MORE.length) : since;
  const [, at = text, id] = CURSOR.exec(text) ?? [];
  const moment = Date.parse(at);
  if (Number.isNaN(moment) || (more && id === undefined))
    throw new CallFailed('INVALID_CURSOR', `"${since}" is neither a moment nor a cursor of a poll`, undefined);
  if (!more || id === undefined) return { condition: `SystemModstamp >= ${new Date(moment - OVERLAP_MS).toISOString()}`, moment };
  const exact = new Date(moment).toISOString();
  return { condition: `(SystemModstamp > ${exact} OR (SystemModstamp = ${exact} AND Id > ${literal(id)}))`, moment };
}

/** A record that was made and then changed since the moment is new to whoever asks. */
function changeOf(object: string, row: Row, since: number): RecordChange {
  const at = momentOf(row, 'SystemModstamp');
  const id = String(row['Id']);
  const isNew = Date.parse(momentOf(row, 'CreatedDate')) >= since - OVERLAP_MS;
  return {
    object,
    id,
    kind: row['IsDeleted'] === true ? 'deleted' : isNew ? 'created' : 'updated',
    at,
    source: 'poll',
    cursor: `${at}/${id}`,
    ...(typeof row['LastModifiedById'] === 'string' && { by: row['LastModifiedById'] }),
  };
}

function momentOf(row: Row, name: string): string {
  const moment = new Date(String(row[name]));
  if (Number.isNaN(moment.getTime())) throw new CallFailed('UNREADABLE_ANSWER', `the org answered with no time in ${name}`, 200);
  return moment.toISOString();
}
