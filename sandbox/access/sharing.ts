// Which rows a person sees. CRM records are private: their owner sees them, whoever stands above the owner in the role hierarchy,
// the members of an owning queue, account teams, and the people of the record's territories in the active model. Everything else is
// open to read. "View All Data" sees all; territories of a model that is not active need "Manage Territories".
import type { Org } from '../org.ts';
import type { ObjectType } from '../schema/object.ts';
import { type Sql, allOf, anyOf, around, sql } from '../storage/sql.ts';
import type { Caller } from './caller.ts';
import { plainText } from '../text.ts';

/** The condition on rows of this object that the caller may see; nothing where all are. */
export function visibleRows(org: Org, caller: Caller, object: ObjectType, alias: string): Sql | undefined {
  const { sharing } = object;
  if (sharing === 'everyone') return undefined;
  if (sharing === 'active-model') return caller.permissions.has('ManageTerritories') ? undefined : ofActiveModel(object, alias);
  if (caller.permissions.has('ViewAllData') || caller.permissions.has('ModifyAllData')) return undefined;
  const look: Look = { org, caller };
  if (typeof sharing === 'object') return parentVisible(look, object, sharing.parent, alias);
  if (sharing === 'activity') return activities(look, alias);
  if (sharing === 'contact') return anyOf([owned(look, alias), parentVisible(look, object, 'AccountId', alias)]);
  return anyOf([owned(look, alias), ...grants(look, object.name, alias)]);
}

interface Look {
  readonly org: Org;
  readonly caller: Caller;
}

// ---- by owner ----

/** Users at and below the caller, and the queues that the caller works from: as a JSON list, for `json_each`. */
function ownersBelow(org: Org, caller: Caller): string {
  const known = below.get(caller);
  if (known !== undefined) return known;
  const users = org.store
    .all(
      `WITH RECURSIVE role(id) AS (
         SELECT "Id" FROM "UserRole" WHERE "ParentRoleId" = ?
         UNION SELECT r."Id" FROM "UserRole" r JOIN role ON r."ParentRoleId" = role.id)
       SELECT "Id" FROM "User" WHERE "UserRoleId" IN (SELECT id FROM role)`,
      caller.roleId,
    )
    .map((row) => String(row['Id']));
  const queues = org.store
    .all(
      `WITH RECURSIVE mine(id) AS (
         SELECT m."GroupId" FROM "GroupMember" m JOIN "Group" g ON g."Id" = m."GroupId"
           WHERE m."UserOrGroupId" = ? OR (g."DoesIncludeBosses" = 1 AND m."UserOrGroupId" IN (SELECT value FROM json_each(?)))
         UNION SELECT m."GroupId" FROM "GroupMember" m JOIN mine ON m."UserOrGroupId" = mine.id)
       SELECT id FROM mine`,
      caller.userId,
      JSON.stringify(users),
    )
    .map((row) => String(row['id']));
  const list = JSON.stringify([caller.userId, ...users, ...queues]);
  below.set(caller, list);
  return list;
}

/** A caller is made anew whenever roles or memberships change, so what hangs on one is never stale. */
const below = new WeakMap<Caller, string>();

function owned({ org, caller }: Look, alias: string): Sql {
  return sql(`${alias}."OwnerId" IN (SELECT value FROM json_each(?))`, ownersBelow(org, caller));
}

// ---- by territory, team, account ----

/** Territories of the active model that the caller is assigned to, and all below them. */
export function territoriesOf(caller: Caller): Sql {
  return sql(
    `WITH RECURSIVE mine(id) AS (
       SELECT a."Territory2Id" FROM "UserTerritory2Association" a JOIN "Territory2" t ON t."Id" = a."Territory2Id"
         JOIN "Territory2Model" m ON m."Id" = t."Territory2ModelId" AND m."State" = 'Active' WHERE a."UserId" = ? AND a."IsActive" = 1
       UNION SELECT c."Id" FROM "Territory2" c JOIN mine ON c."ParentTerritory2Id" = mine.id)
     SELECT id FROM mine`,
    caller.userId,
  );
}

/** Records in the caller's territories; `level` names the territory's field that must grant more than nothing. */
function inTerritories(caller: Caller, level?: string): Sql {
  const granting = level === undefined ? '' : ` AND t."${level}" <> 'None'`;
  return around(
    `SELECT o."ObjectId" FROM "ObjectTerritory2Association" o JOIN "Territory2" t ON t."Id" = o."Territory2Id"${granting}
     WHERE o."IsDeleted" = 0 AND o."Territory2Id" IN ({})`,
    territoriesOf(caller),
  );
}

function grants(look: Look, object: string, alias: string): Sql[] {
  const { org, caller } = look;
  const owners = ownersBelow(org, caller);
  if (object === 'Lead') return [around(`${alias}."Id" IN ({})`, inTerritories(caller))];
  if (object === 'Account') {
    return [
      around(`${alias}."Id" IN ({})`, inTerritories(caller)),
      sql(`${alias}."Id" IN (SELECT "AccountId" FROM "AccountTeamMember" WHERE "UserId" = ? AND "IsDeleted" = 0)`, caller.userId),
      // Who owns something below an account may read the account.
      sql(
        `${alias}."Id" IN (SELECT "AccountId" FROM "Opportunity" WHERE "IsDeleted" = 0 AND "OwnerId" IN (SELECT value FROM json_each(?)))`,
        owners,
      ),
      sql(
        `${alias}."Id" IN (SELECT "AccountId" FROM "Case" WHERE "IsDeleted" = 0 AND "OwnerId" IN (SELECT value FROM json_each(?)))`,
        owners,
      ),
    ];
  }
  const level = object === 'Case' ? 'CaseAccessLevel' : 'OpportunityAccessLevel';
  const ofAccountOwner = object === 'Case' ? 'CaseAccessForAccountOwner' : 'OpportunityAccessForAccountOwner';
  return [
    around(`${alias}."AccountId" IN ({})`, inTerritories(caller, level)),
    ...(object === 'Opportunity' ? [around(`${alias}."Territory2Id" IN ({})`, territoriesOf(caller))] : []),
    sql(
      `${alias}."AccountId" IN (SELECT a."Id" FROM "Account" a JOIN "User" u ON u."Id" = a."OwnerId" JOIN "UserRole" r ON r."Id" = u."UserRoleId"
         AND r."${ofAccountOwner}" <> 'None' WHERE a."OwnerId" IN (SELECT value FROM json_each(?)))`,
      owners,
    ),
  ];
}

// ---- by what the row hangs on ----

function parentVisible(look: Look, object: ObjectType, field: string, alias: string): Sql {
  const parent = object.fields.get(field.toLowerCase())?.refersTo[0] ?? '';
  return visibleThrough(look, parent, `${alias}."${field}"`);
}

function visibleThrough({ org, caller }: Look, parent: string, reference: string): Sql {
  const type = org.schema.object(parent);
  const alias = `v_${parent.toLowerCase()}`;
  const visible = type && visibleRows(org, caller, type, alias);
  return visible ? around(`${reference} IN (SELECT "Id" FROM "${parent}" ${alias} WHERE {})`, visible) : sql(`${reference} IS NOT NULL`);
}

function activities(look: Look, alias: string): Sql {
  const through = [
    ['WhatId', 'Account'],
    ['WhatId', 'Opportunity'],
    ['WhatId', 'Case'],
    ['WhoId', 'Lead'],
    ['WhoId', 'Contact'],
  ] as const;
  return anyOf([owned(look, alias), ...through.map(([field, parent]) => visibleThrough(look, parent, `${alias}."${field}"`))]);
}

// ---- models ----

function ofActiveModel(object: ObjectType, alias: string): Sql {
  if (object.name === 'Territory2Model') return sql(`${alias}."State" = 'Active'`);
  const active = `SELECT "Id" FROM "Territory2Model" WHERE "State" = 'Active'`;
  if (object.fields.has('territory2modelid')) return sql(`${alias}."Territory2ModelId" IN (${active})`);
  if (object.fields.has('territory2id')) {
    return sql(`${alias}."Territory2Id" IN (SELECT "Id" FROM "Territory2" WHERE "Territory2ModelId" IN (${active}))`);
  }
  return sql(`${alias}."RuleId" IN (SELECT "Id" FROM "ObjectTerritory2AssignmentRule" WHERE "Territory2ModelId" IN (${active}))`);
}

// ---- what may be done with one row ----

export type Level = 'none' | 'read' | 'edit' | 'all';

/** What the caller may do with a row that is there: `all` includes handing it over and deleting it. */
export function levelOn(org: Org, caller: Caller, object: ObjectType, id: string): Level {
  if (caller.permissions.has('ModifyAllData') || object.sharing === 'everyone' || object.sharing === 'active-model') return 'all';
  const row = org.store.one(`SELECT * FROM "${object.name}" WHERE "Id" = ?`, id);
  if (!row) return 'none';
  const { sharing } = object;
  if (typeof sharing === 'object') return levelThrough(org, caller, String(row[sharing.parent] ?? ''));
  const owners = JSON.parse(ownersBelow(org, caller)) as string[];
  if (owners.includes(String(row['OwnerId']))) return 'all';
  if (sharing === 'contact') return levelThrough(org, caller, String(row['AccountId'] ?? ''));
  if (sharing === 'activity') {
    const above = ['WhatId', 'WhoId'].map((name) => levelThrough(org, caller, String(row[name] ?? '')));
    return above.includes('all') || above.includes('edit') ? 'edit' : above.includes('read') ? 'read' : 'none';
  }
  const granted = territoryLevel(org, caller, object, row);
  if (granted !== 'none') return granted;
  const visible = visibleRows(org, caller, object, 't');
  if (!visible) return 'read';
  const condition = allOf([sql('t."Id" = ?', id), visible]);
  return org.store.one(`SELECT 1 AS yes FROM "${object.name}" t WHERE ${condition.text}`, ...condition.params) ? 'read' : 'none';
}

function levelThrough(org: Org, caller: Caller, id: string): Level {
  const parent = id === '' ? undefined : org.schema.objectOfId(id);
  return parent ? levelOn(org, caller, parent, id) : 'none';
}

/** The most that any of the caller's territories grants on the record. */
function territoryLevel(org: Org, caller: Caller, object: ObjectType, row: Record<string, unknown>): Level {
  const field = {
    Account: 'AccountAccessLevel',
    Lead: 'AccountAccessLevel',
    Opportunity: 'OpportunityAccessLevel',
    Case: 'CaseAccessLevel',
  }[object.name];
  if (field === undefined) return 'none';
  const record = object.name === 'Account' || object.name === 'Lead' ? row['Id'] : row['AccountId'];
  const mine = territoriesOf(caller);
  const levels = org.store.all(
    `SELECT t."${field}" AS level FROM "Territory2" t WHERE t."Id" IN (${mine.text}) AND (t."Id" = ? OR t."Id" IN (
       SELECT "Territory2Id" FROM "ObjectTerritory2Association" WHERE "ObjectId" = ? AND "IsDeleted" = 0))`,
    ...mine.params,
    plainText(row['Territory2Id']),
    plainText(record),
  );
  const granted = new Set(levels.map((entry) => entry['level']));
  return granted.has('All') ? 'all' : granted.has('Edit') ? 'edit' : granted.has('Read') ? 'read' : 'none';
}
