// Who may own a record: an active user, or a queue that lists the object.
import { refuseRow } from '../refusal.ts';
import type { ObjectType } from '../schema/object.ts';
import { type Change, type Work, isChanged } from './work.ts';

export function checkOwner(work: Work, object: ObjectType, change: Change): void {
  const owner = change.row['OwnerId'];
  if (typeof owner !== 'string' || !isChanged(change, 'OwnerId') || !object.fields.get('ownerid')?.createable) return;
  if (owner.startsWith('00G')) {
    const listed = work.org.store.one('SELECT 1 AS yes FROM "QueueSobject" WHERE "QueueId" = ? AND "SobjectType" = ?', owner, object.name);
    if (!listed) refuseRow('INVALID_OPERATION', 'Queue not associated with this SObject type', []);
    return;
  }
  const active = work.org.store.one('SELECT "IsActive" FROM "User" WHERE "Id" = ?', owner)?.['IsActive'] === 1;
  if (!active) {
    refuseRow('INACTIVE_OWNER_OR_USER', `operation performed with inactive user [${owner}] as owner of ${object.label.toLowerCase()}`, []);
  }
}
