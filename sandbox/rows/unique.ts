// Values that no two rows may share: unique custom fields, and the natural keys of set-up objects.
import { refuseRow } from '../refusal.ts';
import type { ObjectType } from '../schema/object.ts';
import { type Change, type Work, isChanged } from './work.ts';

export function checkUnique(work: Work, object: ObjectType, change: Change): void {
  for (const field of object.fields.values()) if (field.unique) checkKey(work, object, change, [field.name]);
  for (const key of object.keys) checkKey(work, object, change, key);
}

function checkKey(work: Work, object: ObjectType, change: Change, key: readonly string[]): void {
  const [first = ''] = key;
  if ((change.row[first] ?? null) === null || !key.some((name) => isChanged(change, name))) return;
  const alive = object.recycled ? ' AND "IsDeleted" = 0' : '';
  const found = work.org.store.one(
    `SELECT "Id" FROM "${object.name}" WHERE ${key.map((name) => `"${name}" IS ?`).join(' AND ')} AND "Id" <> ?${alive} LIMIT 1`,
    ...key.map((name) => change.row[name] ?? null),
    change.row['Id'] ?? '',
  );
  if (found && !hasGap(change, key)) duplicate(object, first, String(found['Id']));
}

/** A lead that is in no campaign collides with nobody: only quotas may leave parts of their key empty. */
function hasGap(change: Change, key: readonly string[]): boolean {
  return key.length < 4 && key.some((name) => (change.row[name] ?? null) === null);
}

function duplicate(object: ObjectType, field: string, id: string): never {
  if (object.name === 'User')
    refuseRow(
      'DUPLICATE_USERNAME',
      "Duplicate Username. The username already exists in this or another Salesforce organization. Usernames must be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the user's email address).",
      [field],
    );
  if (object.name === 'CampaignMember') refuseRow('DUPLICATE_VALUE', 'Already a campaign member.', []);
  return refuseRow('DUPLICATE_VALUE', `duplicate value found: ${field} duplicates value on record with id: ${id.slice(0, 15)}`, []);
}
