// Rows that a transaction has touched, each as it was before: what is undone with a savepoint is forgotten with it. When the transaction
// ends, a row is compared with what it was at the beginning, so that however often it was written, it changes once.
import type { Org } from '../org.ts';
import type { Row } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import type { Work } from '../rows/work.ts';

/** The objects whose changes are told: in an org of one's own they are selected in Setup, under Change Data Capture. */
export const WATCHED = ['Account', 'CampaignMember', 'Contact', 'Lead', 'Opportunity', 'Task'] as const;

export type ChangeType = 'CREATE' | 'UPDATE' | 'DELETE' | 'UNDELETE';

export interface RowChange {
  readonly object: ObjectType;
  readonly id: string;
  readonly type: ChangeType;
  readonly user: string;
  readonly old: Row | undefined;
  /** As it is stored; a deleted one as it lies in the recycle bin. */
  readonly row: Row;
}

const watching = new WeakSet<Org>();

export function createTouched(org: Org): void {
  org.store.exec(
    'CREATE TABLE IF NOT EXISTS "_touched" (n INTEGER PRIMARY KEY, object TEXT NOT NULL, id TEXT NOT NULL, old TEXT, user TEXT NOT NULL, UNIQUE (object, id))',
  );
}

/** From here on changes are noted: what a seed brings was there before anybody could listen. */
export function beginWatching(org: Org): void {
  watching.add(org);
}

/** Before a row is written for the first time in a transaction. `old` is asked where the object is watched. */
export function noteChange(work: Work, object: ObjectType, id: string, old: () => Row | undefined): void {
  if (!watching.has(work.org) || !isWatched(object.name)) return;
  const before = old();
  work.org.store.run(
    'INSERT OR IGNORE INTO "_touched" (object, id, old, user) VALUES (?, ?, ?, ?)',
    object.name,
    id,
    before === undefined ? null : JSON.stringify(before),
    work.caller.userId,
  );
}

export function isWatched(object: string): boolean {
  return (WATCHED as readonly string[]).includes(object);
}

/** What has become of the rows that were touched, in the order in which they first were; asked once, at the end of a transaction. */
export function takeChanges(org: Org): RowChange[] {
  const touched = org.store.all('SELECT object, id, old, user FROM "_touched" ORDER BY n');
  if (touched.length === 0) return [];
  org.store.run('DELETE FROM "_touched"');
  return touched.flatMap((entry) => {
    const object = org.schema.object(String(entry['object']));
    const id = String(entry['id']);
    const row = object && (org.store.one(`SELECT * FROM "${object.name}" WHERE "Id" = ?`, id) as Row | undefined);
    const old = entry['old'] === null ? undefined : (JSON.parse(String(entry['old'])) as Row);
    const type = typeOf(old, row);
    return object && type ? [{ object, id, type, user: String(entry['user']), old, row: row ?? old ?? {} }] : [];
  });
}

/** Nothing for what came and went within one transaction, and for what is purged from the recycle bin. */
function typeOf(old: Row | undefined, row: Row | undefined): ChangeType | undefined {
  const was = old !== undefined && old['IsDeleted'] !== 1;
  const is = row !== undefined && row['IsDeleted'] !== 1;
  if (was) return is ? 'UPDATE' : 'DELETE';
  if (!is) return undefined;
  return old === undefined ? 'CREATE' : 'UNDELETE';
}
