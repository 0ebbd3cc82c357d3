// The type table: for each type of record, what is asked, what is its natural key, and what the plan engine must know of it.
// A new type is one row. Facts: Salesforce's object reference.
import { type Fields, type Link, linkTo } from '../../resources/core.ts';
import type { TypeFacts } from '../../plans/plan.ts';
import { firstPart, lastPart, optional, type Row, text, value, values } from './columns.ts';
import { forecastingTypes } from './forecasting-types.ts';
import { ruleTypes } from './rule-types.ts';
import { whereIn } from './soql.ts';

/** Who is who, for types that hold a user's id without a relationship to it. */
export interface People {
  readonly me: { readonly id: string; readonly username: string };
  readonly usernames: ReadonlyMap<string, string>;
  /** Members of queues that are no users, where they are asked for. */
  readonly groups?: ReadonlyMap<string, Link>;
}

export interface TypeRow {
  readonly facts: TypeFacts;
  /** Statements that together find every record with one of these keys; they may find more. */
  ask(keys: readonly string[], me: People['me']): readonly string[];
  /** Statements that together find every record of the type; permissions on fields, those of `objects`. Absent: it is never listed. */
  readonly all?: (objects: readonly string[]) => readonly string[];
  /** True where `live` needs `people.usernames`. */
  readonly needsPeople?: true;
  /** The record behind a row; nothing for a row that no key can name. */
  live(row: Row, people: People): { readonly key: string; readonly fields: Fields } | undefined;
}

const AUDIT = 'LastModifiedDate, LastModifiedBy.Username';
const MODELS = `SELECT Id, Name, DeveloperName, Description, State, ${AUDIT} FROM Territory2Model`;
const TYPES = `SELECT Id, MasterLabel, DeveloperName, Description, Priority, ${AUDIT} FROM Territory2Type`;
const TERRITORIES = `SELECT Id, Name, DeveloperName, Description, AccountAccessLevel, OpportunityAccessLevel, CaseAccessLevel, Territory2Model.DeveloperName, Territory2Type.DeveloperName, ParentTerritory2.DeveloperName, ${AUDIT} FROM Territory2`;
const ASSIGNMENTS = `SELECT Id, RoleInTerritory2, User.Username, Territory2.DeveloperName, Territory2.Territory2Model.DeveloperName, ${AUDIT} FROM UserTerritory2Association`;
const QUEUES = `SELECT Id, Name, DeveloperName, Type, Email, DoesSendEmailToMembers, ${AUDIT} FROM Group WHERE Type = 'Queue'`;
const QUEUE_OBJECTS = 'SELECT Id, SobjectType, Queue.DeveloperName FROM QueueSobject';
const MEMBERS = "SELECT Id, UserOrGroupId, Group.DeveloperName FROM GroupMember WHERE Group.Type = 'Queue'";
const FIELD_RIGHTS =
  'SELECT Id, Field, SobjectType, PermissionsRead, PermissionsEdit, Parent.Name, Parent.IsOwnedByProfile, Parent.Profile.Name FROM FieldPermissions';
/** The running user, whoever that is. */
export const ME = '$me';

export const typeTable: Readonly<Record<string, TypeRow>> = {
  ...forecastingTypes,
  ...ruleTypes,
  User: {
    facts: { createOnly: [], updateable: false, external: true },
    ask: (keys) =>
      whereIn(
        'SELECT Id, Username, IsActive FROM User WHERE',
        'Username',
        keys.filter((key) => key !== ME),
      ),
    live: (row) => ({ key: text(row, 'Username').toLowerCase(), fields: { IsActive: value(row, 'IsActive') } }),
  },
  ProfilePermissionSet: {
    facts: { createOnly: [], updateable: false, external: true },
    ask: (keys) => whereIn('SELECT Id, Profile.Name FROM PermissionSet WHERE IsOwnedByProfile = true AND', 'Profile.Name', keys),
    live: (row) => ({ key: text(row, 'Profile', 'Name'), fields: {} }),
  },
  Territory2Model: {
    facts: { createOnly: [], updateable: true, holdsData: true },
    // All of them: an org has a handful, and whether another one is active decides about activation.
    ask: () => [MODELS],
    all: () => [MODELS],
    live: (row) => ({ key: text(row, 'DeveloperName'), fields: values(row, ['Name', 'DeveloperName', 'Description', 'State']) }),
  },
  Territory2Type: {
    facts: { createOnly: [], updateable: true, unique: ['Priority'] },
    // All of them: an org has a handful, and whose priority is whose decides about what can be written.
    ask: () => [TYPES],
    all: () => [TYPES],
    live: (row) => ({ key: text(row, 'DeveloperName'), fields: values(row, ['MasterLabel', 'DeveloperName', 'Description', 'Priority']) }),
  },
  Territory2: {
    facts: { createOnly: ['Territory2ModelId'], updateable: true },
    ask: (keys) => whereIn(`${TERRITORIES} WHERE`, 'Territory2Model.DeveloperName', keys.map(firstPart)),
    all: () => [TERRITORIES],
    live: (row) => {
      const model = text(row, 'Territory2Model', 'DeveloperName');
      const parent = optional(row, 'ParentTerritory2', 'DeveloperName');
      return {
        key: `${model}/${text(row, 'DeveloperName')}`,
        fields: {
          ...values(row, ['Name', 'DeveloperName', 'Description', 'AccountAccessLevel', 'OpportunityAccessLevel', 'CaseAccessLevel']),
          Territory2ModelId: linkTo('Territory2Model', model),
          Territory2TypeId: linkTo('Territory2Type', text(row, 'Territory2Type', 'DeveloperName')),
          ParentTerritory2Id: parent === null ? null : linkTo('Territory2', `${model}/${parent}`),
        },
      };
    },
  },
  UserTerritory2Association: {
    facts: { createOnly: ['UserId', 'Territory2Id'], updateable: true },
    ask: (keys) => whereIn(`${ASSIGNMENTS} WHERE`, 'Territory2.Territory2Model.DeveloperName', keys.map(firstPart)),
    all: () => [ASSIGNMENTS],
    live: (row) => {
      const territory = `${text(row, 'Territory2', 'Territory2Model', 'DeveloperName')}/${text(row, 'Territory2', 'DeveloperName')}`;
      const username = text(row, 'User', 'Username').toLowerCase();
      return {
        key: `${territory}/${username}`,
        fields: { UserId: linkTo('User', username), Territory2Id: linkTo('Territory2', territory), ...values(row, ['RoleInTerritory2']) },
      };
    },
  },
  Group: {
    facts: { createOnly: ['Type'], updateable: true },
    ask: (keys) => whereIn(`${QUEUES} AND`, 'DeveloperName', keys),
    all: () => [QUEUES],
    live: (row) => ({
      key: text(row, 'DeveloperName'),
      fields: values(row, ['Name', 'DeveloperName', 'Type', 'Email', 'DoesSendEmailToMembers']),
    }),
  },
  QueueSobject: {
    facts: { createOnly: ['QueueId', 'SobjectType'], updateable: false },
    ask: (keys) => whereIn(`${QUEUE_OBJECTS} WHERE`, 'Queue.DeveloperName', keys.map(firstPart)),
    all: () => [QUEUE_OBJECTS],
    live: (row) => {
      const queue = text(row, 'Queue', 'DeveloperName');
      const type = text(row, 'SobjectType');
      return { key: `${queue}/${type}`, fields: { QueueId: linkTo('Group', queue), SobjectType: type } };
    },
  },
  GroupMember: {
    facts: { createOnly: ['GroupId', 'UserOrGroupId'], updateable: false },
    needsPeople: true,
    ask: (keys) => whereIn(`${MEMBERS} AND`, 'Group.DeveloperName', keys.map(firstPart)),
    all: () => [MEMBERS],
    live: (row, { usernames, groups }) => {
      const queue = text(row, 'Group', 'DeveloperName');
      const id = text(row, 'UserOrGroupId');
      const username = usernames.get(id);
      const group = groups?.get(id);
      if (group !== undefined) return { key: `${queue}/${group.link}`, fields: { GroupId: linkTo('Group', queue), UserOrGroupId: group } };
      if (username === undefined) return undefined;
      return { key: `${queue}/${username}`, fields: { GroupId: linkTo('Group', queue), UserOrGroupId: linkTo('User', username) } };
    },
  },
  PermissionSet: {
    facts: { createOnly: [], updateable: true },
    ask: (keys) =>
      whereIn(`SELECT Id, Name, Label, Description, ${AUDIT} FROM PermissionSet WHERE IsOwnedByProfile = false AND`, 'Name', keys),
    live: (row) => ({ key: text(row, 'Name'), fields: values(row, ['Name', 'Label', 'Description']) }),
  },
  PermissionSetAssignment: {
    facts: { createOnly: ['PermissionSetId', 'AssigneeId'], updateable: false },
    ask: (keys, me) =>
      whereIn(
        `SELECT Id, AssigneeId, Assignee.Username, PermissionSet.Name FROM PermissionSetAssignment WHERE AssigneeId = '${me.id}' AND`,
        'PermissionSet.Name',
        keys.map(firstPart),
      ),
    live: (row, { me }) => {
      const set = text(row, 'PermissionSet', 'Name');
      const who = text(row, 'AssigneeId') === me.id ? ME : text(row, 'Assignee', 'Username').toLowerCase();
      return { key: `${set}/${who}`, fields: { PermissionSetId: linkTo('PermissionSet', set), AssigneeId: linkTo('User', who) } };
    },
  },
  FieldPermissions: {
    facts: { createOnly: ['ParentId', 'SobjectType', 'Field'], updateable: true },
    ask: (keys) => whereIn(`${FIELD_RIGHTS} WHERE`, 'Field', keys.map(lastPart)),
    all: (objects) => whereIn(`${FIELD_RIGHTS} WHERE Field LIKE '%\\_\\_c' AND`, 'SobjectType', objects),
    live: (row) => {
      const field = text(row, 'Field');
      const profile = value(row, 'Parent', 'IsOwnedByProfile') === true ? text(row, 'Parent', 'Profile', 'Name') : undefined;
      const parent: Link =
        profile === undefined ? linkTo('PermissionSet', text(row, 'Parent', 'Name')) : linkTo('ProfilePermissionSet', profile);
      return {
        key: `${profile === undefined ? text(row, 'Parent', 'Name') : `Profile:${profile}`}/${field}`,
        fields: {
          ParentId: parent,
          SobjectType: text(row, 'SobjectType'),
          Field: field,
          ...values(row, ['PermissionsRead', 'PermissionsEdit']),
        },
      };
    },
  },
};
