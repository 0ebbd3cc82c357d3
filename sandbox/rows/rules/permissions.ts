// Permission sets and what hangs on them. The set of a profile belongs to the profile: it takes field permissions, nothing else.
import { refuseRow } from '../../refusal.ts';
import { fieldOf } from '../../schema/schema.ts';
import type { ObjectRules, Work } from '../work.ts';
import { checkDeveloperName } from './names.ts';

const permissionSet: ObjectRules = {
  before(_work, { row, old }) {
    if (old?.['IsOwnedByProfile'] === 1) refuseOwned();
    checkDeveloperName(row['Name'], 'Name');
  },
  beforeDelete(_work, row) {
    if (row['IsOwnedByProfile'] === 1) refuseOwned();
  },
};

function refuseOwned(): never {
  return refuseRow('INSUFFICIENT_ACCESS_OR_READONLY', 'a permission set that is owned by a profile can not be changed by itself');
}

const permissionSetAssignment: ObjectRules = {
  before(work, { row }) {
    if (isOwned(work, row['PermissionSetId']))
      refuseRow('FIELD_INTEGRITY_EXCEPTION', 'Permission sets of profiles are assigned by the profile of the user', ['PermissionSetId']);
  },
  beforeDelete(work, row) {
    if (isOwned(work, row['PermissionSetId'])) refuseOwned();
  },
};

function isOwned(work: Work, id: unknown): boolean {
  return work.rows.read('PermissionSet', String(id))?.['IsOwnedByProfile'] === 1;
}

const fieldPermissions: ObjectRules = {
  before(work, { row }) {
    const [object = '', name = ''] = String(row['Field']).split('.');
    const type = work.org.schema.object(object);
    const field = type && fieldOf(type, name);
    if (!type || !field || type.name.toLowerCase() !== String(row['SobjectType']).toLowerCase()) {
      refuseRow('INVALID_FIELD', `Field: bad value for restricted picklist field: ${row['Field']}`, ['Field']);
    }
    if (field.open)
      refuseRow(
        'FIELD_INTEGRITY_EXCEPTION',
        `Field: ${row['Field']} has no field-level security here: custom fields that are not required have`,
        ['Field'],
      );
    if (row['PermissionsEdit'] === 1 && row['PermissionsRead'] !== 1) {
      refuseRow('FIELD_INTEGRITY_EXCEPTION', 'Permissions Edit depends on Permissions Read', ['PermissionsEdit']);
    }
    row['SobjectType'] = type.name;
    row['Field'] = `${type.name}.${field.name}`;
  },
  after(work, { row, old }) {
    // Nothing granted is no row.
    if (old && row['PermissionsRead'] === 0) work.rows.remove(work, 'FieldPermissions', row);
  },
};

export const permissionRules: Readonly<Record<string, ObjectRules>> = {
  PermissionSet: permissionSet,
  PermissionSetAssignment: permissionSetAssignment,
  FieldPermissions: fieldPermissions,
};
