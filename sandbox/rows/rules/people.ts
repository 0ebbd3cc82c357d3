// Users, roles, groups and queues.
import { refuseRow } from '../../refusal.ts';
import type { Row } from '../../schema/field.ts';
import { type Change, type ObjectRules, type Work, isChanged } from '../work.ts';
import { checkDeveloperName, developerNameOf, fullName } from './names.ts';

const USERNAME = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const user: ObjectRules = {
  before(work, change) {
    const { row, old } = change;
    if (!USERNAME.test(String(row['Username']))) {
      refuseRow('INVALID_EMAIL_ADDRESS', `Username: invalid email address: ${row['Username']}`, ['Username']);
    }
    if (old && row['IsActive'] === 0 && row['Id'] === work.caller.userId) {
      refuseRow('INVALID_OPERATION', 'You can not deactivate yourself', ['IsActive']);
    }
    row['Name'] = fullName(row);
    row['UserType'] = 'Standard';
    row['CommunityNickname'] ??= String(row['Username']).split('@', 1)[0]?.slice(0, 40) ?? null;
    if (isChanged(change, 'ManagerId')) checkAbove(work, 'User', 'ManagerId', row);
  },
  after(work, change) {
    if (isChanged(change, 'ProfileId')) followProfile(work, change);
    if (change.old && isChanged(change, 'IsActive')) {
      for (const { Id } of work.org.store.all(
        'SELECT "Id" FROM "UserTerritory2Association" WHERE "UserId" = ?',
        String(change.row['Id']),
      )) {
        work.rows.patch(work, 'UserTerritory2Association', String(Id), { IsActive: change.row['IsActive'] ?? 0 }, 'system');
      }
    }
  },
};

/** A profile's rights are a permission set of its own that each of its users is assigned to. */
function followProfile(work: Work, { row, old }: Change): void {
  const setOf = (profile: Row[string] | undefined) =>
    work.org.store.one('SELECT "Id" FROM "PermissionSet" WHERE "ProfileId" = ? AND "IsOwnedByProfile" = 1', profile ?? null)?.['Id'] as
      | string
      | undefined;
  const AssigneeId = String(row['Id']);
  if (old) {
    work.org.store.run(
      'DELETE FROM "PermissionSetAssignment" WHERE "AssigneeId" = ? AND "PermissionSetId" = ?',
      AssigneeId,
      setOf(old['ProfileId']) ?? null,
    );
  }
  const PermissionSetId = setOf(row['ProfileId']);
  if (PermissionSetId !== undefined) work.rows.insert(work, 'PermissionSetAssignment', { AssigneeId, PermissionSetId, IsActive: 1 });
}

const userRole: ObjectRules = {
  before(work, change) {
    const { row } = change;
    row['DeveloperName'] ??= developerNameOf(String(row['Name']));
    checkDeveloperName(row['DeveloperName']);
    if (isChanged(change, 'ParentRoleId')) checkAbove(work, 'UserRole', 'ParentRoleId', row);
  },
};

/** Nobody is above themselves, whatever the number of steps. */
export function checkAbove(work: Work, object: string, field: string, row: Row): void {
  const own = row['Id'];
  const seen = new Set<unknown>();
  for (let above = row[field]; typeof above === 'string' && !seen.has(above); above = work.rows.read(object, above)?.[field] ?? null) {
    if (above === own) refuseRow('CIRCULAR_DEPENDENCY', `${field}: a row can not be above itself`, [field]);
    seen.add(above);
  }
}

// ---- groups and queues ----

const OWNABLE = ['Lead', 'Case', 'Task'];

const group: ObjectRules = {
  before(work, { row }) {
    row['OwnerId'] ??= work.caller.userId;
    if (row['Type'] === 'Queue') row['DeveloperName'] ??= developerNameOf(String(row['Name']));
    checkDeveloperName(row['DeveloperName']);
  },
  beforeDelete(work, row) {
    for (const object of OWNABLE) {
      const owned = work.org.store.one(
        `SELECT COUNT(*) AS n FROM "${object}" WHERE "OwnerId" = ? AND "IsDeleted" = 0`,
        row['Id'] ?? null,
      )?.['n'];
      if (Number(owned) > 0)
        refuseRow(
          'DELETE_FAILED',
          `Your attempt to delete the queue could not be completed because it owns ${String(owned)} ${object.toLowerCase()} records`,
        );
    }
  },
};

const queueSobject: ObjectRules = {
  before(work, { row }) {
    row['CreatedById'] = work.caller.userId;
    if (work.rows.read('Group', String(row['QueueId']))?.['Type'] !== 'Queue') {
      refuseRow('INVALID_CROSS_REFERENCE_KEY', 'Queue ID: the group is no queue', ['QueueId']);
    }
  },
};

const groupMember: ObjectRules = {
  before(_work, { row }) {
    if (row['GroupId'] === row['UserOrGroupId'])
      refuseRow('CIRCULAR_DEPENDENCY', 'a group can not be a member of itself', ['UserOrGroupId']);
  },
};

export const peopleRules: Readonly<Record<string, ObjectRules>> = {
  User: user,
  UserRole: userRole,
  Group: group,
  QueueSobject: queueSobject,
  GroupMember: groupMember,
};
