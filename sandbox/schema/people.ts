// Users, roles, profiles, permission sets, groups and queues: who is in the org and what each of them may do.
import {
  type Field,
  backAs,
  createOnly,
  defaultsTo,
  email,
  field,
  flag,
  longText,
  lookup,
  lookupKey,
  moment,
  phone,
  picklist,
  readOnly,
  required,
  restricted,
  text,
} from './field.ts';
import { address } from './crm.ts';
import { type ObjectType, audit, define, stamp } from './object.ts';
import { PERMISSIONS } from './permissions.ts';

const permissionFlags = (...traits: Parameters<typeof flag>[1][]): Field[] =>
  PERMISSIONS.map((name) => flag(`Permissions${name}`, ...traits));

const user = define(
  'User',
  { prefix: '005', keys: [['Username']], writes: 'cu', setup: true, replicateable: true, writePermission: 'ManageUsers' },
  [
    field('Username', 'string', { length: 80, idLookup: true }, required),
    text('FirstName', 40),
    text('LastName', 80, required),
    text('Name', 121, readOnly, required),
    text('CompanyName', 80),
    text('Division', 80),
    text('Department', 80),
    text('Title', 80),
    ...address(''),
    email('Email', required, { length: 128 }, lookupKey),
    phone('Phone'),
    phone('MobilePhone'),
    text('Alias', 8, required),
    text('CommunityNickname', 40, required, defaultsTo(null)),
    flag('IsActive', defaultsTo(1)),
    picklist('TimeZoneSidKey', [], required),
    picklist('LocaleSidKey', [], required),
    picklist('EmailEncodingKey', ['UTF-8', 'ISO-8859-1'], required),
    picklist('LanguageLocaleKey', [], required),
    lookup('UserRoleId', 'UserRole', backAs('Users', 'restrict')),
    lookup('ProfileId', 'Profile', required, backAs('Users', 'restrict')),
    picklist('UserType', ['Standard'], readOnly),
    text('EmployeeNumber', 20),
    lookup('ManagerId', 'User', backAs('ManagedUsers')),
    moment('LastLoginDate', readOnly),
    text('FederationIdentifier', 512),
    flag('ForecastEnabled'),
    ...audit(),
  ],
);

const userRole = define(
  'UserRole',
  { prefix: '00E', keys: [['DeveloperName']], setup: true, replicateable: true, writePermission: 'ManageRoles', label: 'Role' },
  [
    text('Name', 80, required),
    text('DeveloperName', 80, required, defaultsTo(null)),
    lookup('ParentRoleId', 'UserRole', { relationship: null }, backAs('ChildRoles', 'restrict')),
    longText('RollupDescription', 80),
    picklist('OpportunityAccessForAccountOwner', ['None', 'Read', 'Edit'], restricted, required),
    picklist('CaseAccessForAccountOwner', ['None', 'Read', 'Edit'], restricted, defaultsTo('None')),
    picklist('ContactAccessForAccountOwner', ['None', 'Read', 'Edit'], restricted, defaultsTo('Edit')),
    ...audit().filter((entry) => !entry.name.startsWith('Created')),
  ],
);

const profile = define('Profile', { prefix: '00e', writes: '', replicateable: true }, [
  text('Name', 255, readOnly, required),
  picklist('UserType', ['Standard'], readOnly),
  longText('Description', 255, readOnly),
  ...permissionFlags(readOnly),
  ...audit(),
]);

const setup = { setup: true, writePermission: 'AssignPermissionSets' } as const;

const permissionSet = define(
  'PermissionSet',
  { prefix: '0PS', keys: [['Name']], setup: true, writePermission: 'ManageProfilesPermissionsets' },
  [
    text('Name', 80, required),
    text('Label', 80, required),
    text('NamespacePrefix', 15, readOnly),
    longText('Description', 255),
    lookup('ProfileId', 'Profile', readOnly, backAs('PermissionSets')),
    flag('IsOwnedByProfile', readOnly),
    flag('IsCustom', readOnly, defaultsTo(1)),
    picklist('Type', ['Regular', 'Standard', 'Session', 'Group', 'Profile'], readOnly, defaultsTo('Regular')),
    ...permissionFlags(),
    ...audit(),
  ],
);

const permissionSetAssignment = define(
  'PermissionSetAssignment',
  { prefix: '0Pa', keys: [['AssigneeId', 'PermissionSetId']], writes: 'cd', ...setup },
  [
    lookup('PermissionSetId', 'PermissionSet', required, createOnly, backAs('Assignments', 'restrict')),
    lookup('AssigneeId', 'User', required, createOnly, backAs('PermissionSetAssignments')),
    flag('IsActive', readOnly, defaultsTo(1)),
    stamp(),
  ],
);

const rights = { setup: true, writePermission: 'ManageProfilesPermissionsets' } as const;

const fieldPermissions = define(
  'FieldPermissions',
  { prefix: '01k', keys: [['Field', 'ParentId']], plural: 'Field Permissions', ...rights },
  [
    lookup('ParentId', 'PermissionSet', required, createOnly, backAs('FieldPerms', 'cascade')),
    picklist('SobjectType', [], required, createOnly),
    picklist('Field', [], required, createOnly),
    flag('PermissionsRead'),
    flag('PermissionsEdit'),
    stamp(),
  ],
);

/** Read only here: objects are open to all users, what they may do in set-up follows from system permissions. */
const objectPermissions = define('ObjectPermissions', { prefix: '110', plural: 'Object Permissions', writes: '' }, [
  lookup('ParentId', 'PermissionSet', readOnly, required, backAs('ObjectPerms', 'cascade')),
  picklist('SobjectType', [], readOnly, required),
  ...['Create', 'Read', 'Edit', 'Delete', 'ViewAllRecords', 'ModifyAllRecords'].map((name) => flag(`Permissions${name}`, readOnly)),
  ...audit(),
]);

const group = define(
  'Group',
  { prefix: '00G', keys: [['DeveloperName', 'Type']], setup: true, replicateable: true, writePermission: 'ManageUsers' },
  [
    text('Name', 40, required),
    text('DeveloperName', 80),
    lookup('RelatedId', ['User', 'UserRole'], readOnly),
    picklist('Type', ['Regular', 'Queue'], restricted, createOnly, required, defaultsTo('Regular')),
    email('Email', { length: 255 }),
    lookup('QueueRoutingConfigId', 'Group', readOnly, { relationship: null }),
    lookup('OwnerId', 'User', readOnly),
    flag('DoesSendEmailToMembers'),
    flag('DoesIncludeBosses', defaultsTo(1)),
    longText('Description', 255),
    ...audit(),
  ],
);

const queueSobject = define(
  'QueueSobject',
  { prefix: '03g', keys: [['QueueId', 'SobjectType']], writes: 'cd', setup: true, writePermission: 'ManageUsers' },
  [
    lookup('QueueId', 'Group', required, createOnly, backAs('QueueSobjects', 'cascade')),
    picklist('SobjectType', ['Case', 'Lead', 'Task'], restricted, required, createOnly),
    lookup('CreatedById', 'User', readOnly, required),
    stamp(),
  ],
);

const groupMember = define(
  'GroupMember',
  { prefix: '011', keys: [['UserOrGroupId', 'GroupId']], writes: 'cd', setup: true, writePermission: 'ManageUsers' },
  [
    lookup('GroupId', 'Group', required, createOnly, backAs('GroupMembers', 'cascade')),
    lookup('UserOrGroupId', ['Group', 'User'], required, createOnly, { relationship: 'UserOrGroup', onDelete: 'cascade' }),
    stamp(),
  ],
);

export const peopleObjects: readonly ObjectType[] = [
  user,
  userRole,
  profile,
  permissionSet,
  permissionSetAssignment,
  fieldPermissions,
  objectPermissions,
  group,
  queueSobject,
  groupMember,
];
