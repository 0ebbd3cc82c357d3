// Who calls: the user behind a token, what permission sets allow them, which custom fields they may see.
import type { Org } from '../org.ts';
import { PERMISSIONS, type Permission } from '../schema/permissions.ts';
import type { Field } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import { fieldOf } from '../schema/schema.ts';
import { Refusal } from '../refusal.ts';

export interface Caller {
  readonly userId: string;
  readonly username: string;
  readonly profileId: string;
  readonly roleId: string | null;
  readonly timeZone: string;
  readonly permissions: ReadonlySet<Permission>;
  /** `Lead.Score__c` → whether it may be changed; what is absent may not even be seen. */
  readonly customFields: ReadonlyMap<string, { readonly edit: boolean }>;
}

/** Derived from rows once for each state of the access tables. */
const known = new WeakMap<Org, { revision: number; callers: Map<string, Caller | undefined> }>();

/** Nothing where there is no such user, or an inactive one. */
export function callerOf(org: Org, userId: string): Caller | undefined {
  let cache = known.get(org);
  if (cache?.revision !== org.accessRevision) {
    cache = { revision: org.accessRevision, callers: new Map() };
    known.set(org, cache);
  }
  if (!cache.callers.has(userId)) cache.callers.set(userId, readCaller(org, userId));
  return cache.callers.get(userId);
}

function readCaller(org: Org, userId: string): Caller | undefined {
  const user = org.store.one('SELECT * FROM "User" WHERE "Id" = ? AND "IsActive" = 1', userId);
  if (!user) return undefined;
  const sets = org.store.all(
    'SELECT p.* FROM "PermissionSetAssignment" a JOIN "PermissionSet" p ON p."Id" = a."PermissionSetId" WHERE a."AssigneeId" = ?',
    userId,
  );
  const permissions = new Set(PERMISSIONS.filter((name) => sets.some((set) => set[`Permissions${name}`] === 1)));
  const customFields = new Map<string, { edit: boolean }>();
  for (const right of org.store.all(
    `SELECT f."Field", max(f."PermissionsRead") AS "read", max(f."PermissionsEdit") AS "edit" FROM "FieldPermissions" f
     WHERE f."ParentId" IN (SELECT "PermissionSetId" FROM "PermissionSetAssignment" WHERE "AssigneeId" = ?) GROUP BY f."Field"`,
    userId,
  )) {
    if (right['read'] === 1) customFields.set(String(right['Field']), { edit: right['edit'] === 1 });
  }
  return {
    userId,
    username: String(user['Username']),
    profileId: String(user['ProfileId']),
    roleId: user['UserRoleId'] === null ? null : String(user['UserRoleId']),
    timeZone: String(user['TimeZoneSidKey']),
    permissions,
    customFields,
  };
}

// ---- fields ----

/** The field as this caller has it: one without field-level security for them does not exist. */
export function visibleField(caller: Caller, object: ObjectType, name: string): Field | undefined {
  const field = fieldOf(object, name);
  return field && maySee(caller, object, field) ? field : undefined;
}

export function visibleFields(caller: Caller, object: ObjectType): Field[] {
  return [...object.fields.values()].filter((field) => maySee(caller, object, field));
}

function maySee(caller: Caller, object: ObjectType, field: Field): boolean {
  return field.open || caller.customFields.has(`${object.name}.${field.name}`);
}

export function mayEdit(caller: Caller, object: ObjectType, field: Field): boolean {
  return field.open || caller.customFields.get(`${object.name}.${field.name}`)?.edit === true;
}

// ---- objects ----

/** Writing set-up objects takes the permission that belongs to them; without it nothing is said about the row. */
export function requireWrite(caller: Caller, object: ObjectType): void {
  const wanted = object.writePermission;
  if (wanted === null || caller.permissions.has(wanted)) return;
  throw new Refusal([{ code: 'INSUFFICIENT_ACCESS_OR_READONLY', message: 'insufficient access rights on object id', fields: [] }]);
}
