// Rows as they are stored: read, inserted, changed, with the fields that say when and by whom.
import { noteChange } from '../changes/touched.ts';
import type { Org } from '../org.ts';
import type { Row } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import type { Work } from './work.ts';

/** Objects from which callers and their rights are derived. */
const ACCESS = new Set([
  'User',
  'UserRole',
  'Profile',
  'PermissionSet',
  'PermissionSetAssignment',
  'FieldPermissions',
  'Group',
  'GroupMember',
  'CustomField',
]);

export function readRow(org: Org, object: ObjectType, id: string): Row | undefined {
  return org.store.one(`SELECT * FROM "${object.name}" WHERE "Id" = ?`, id) as Row | undefined;
}

/** Gives the row its id and its audit fields, and stores it. */
export function insertCells(work: Work, object: ObjectType, row: Row): void {
  row['Id'] ??= work.org.nextId(object.prefix ?? '000');
  for (const name of ['CreatedDate', 'LastModifiedDate', 'SystemModstamp'])
    if (object.fields.has(name.toLowerCase())) row[name] ??= work.now;
  for (const name of ['CreatedById', 'LastModifiedById']) if (object.fields.has(name.toLowerCase())) row[name] ??= work.caller.userId;
  const names = [...object.fields.values()].map((field) => field.name);
  const columns = names.map((name) => `"${name}"`).join(', ');
  noteChange(work, object, String(row['Id']), () => undefined);
  const cells = names.map((name) => row[name] ?? (object.fields.get(name.toLowerCase())?.type === 'boolean' ? 0 : null));
  work.org.store.run(`INSERT INTO "${object.name}" (${columns}) VALUES (${names.map(() => '?').join(', ')})`, ...cells);
  work.looked.set(String(row['Id']), true);
  touched(work.org, object);
}

/** `user` moves LastModifiedDate, `system` SystemModstamp alone. */
export function updateCells(work: Work, object: ObjectType, id: string, cells: Row, by: 'user' | 'system'): void {
  const changed: Row = { ...cells };
  if (object.fields.has('systemmodstamp')) changed['SystemModstamp'] = work.now;
  if (by === 'user' && object.fields.has('lastmodifieddate')) {
    changed['LastModifiedDate'] = work.now;
    changed['LastModifiedById'] = work.caller.userId;
  }
  const names = Object.keys(changed).filter((name) => name !== 'Id');
  noteChange(work, object, id, () => readRow(work.org, object, id));
  const assignments = names.map((name) => `"${name}" = ?`).join(', ');
  work.org.store.run(`UPDATE "${object.name}" SET ${assignments} WHERE "Id" = ?`, ...names.map((name) => changed[name] ?? null), id);
  touched(work.org, object);
}

/** Takes the row out: into the recycle bin where the object has one. What is deleted is remembered for getDeleted. */
export function eraseRow(work: Work, object: ObjectType, id: string): void {
  if (object.recycled) updateCells(work, object, id, { IsDeleted: 1 }, 'user');
  else work.org.store.run(`DELETE FROM "${object.name}" WHERE "Id" = ?`, id);
  if (object.replicateable) work.org.store.run('INSERT INTO "_deletion" VALUES (?, ?, ?)', object.name, id, work.now);
  work.looked.set(id, false);
  touched(work.org, object);
}

function touched(org: Org, object: ObjectType): void {
  if (ACCESS.has(object.name)) org.accessRevision += 1;
}
