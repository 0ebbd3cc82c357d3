// Sales Territories: models, types, territories, who is in them, which records, by which rules.
import {
  backAs,
  createOnly,
  defaultsTo,
  flag,
  integer,
  longText,
  lookup,
  moment,
  picklist,
  readOnly,
  required,
  restricted,
  text,
  updateOnly,
} from './field.ts';
import { type ObjectType, audit, changes, define } from './object.ts';

export const MODEL_STATES = [
  'Planning',
  'Activating',
  'ActivationFailed',
  'Active',
  'Archiving',
  'ArchivingFailed',
  'Archived',
  'Deleting',
  'DeletionFailed',
  'Cloning',
  'CloningFailed',
] as const;
export type ModelState = (typeof MODEL_STATES)[number];

const ACCOUNT_LEVELS = ['Read', 'Edit', 'All'];
const OTHER_LEVELS = ['None', 'Read', 'Edit'];

/** Territory set-up takes "Manage Territories"; all but types and record assignments are set-up objects in the sense of mixed DML. */
const territories = { setup: true, writePermission: 'ManageTerritories', sharing: 'active-model' } as const;

const model = define(
  'Territory2Model',
  { prefix: '0MA', ...territories, keys: [['DeveloperName']], replicateable: true, label: 'Territory Model' },
  [
    text('Name', 80, required),
    text('DeveloperName', 80, required),
    longText('Description', 255),
    picklist('State', MODEL_STATES, restricted, updateOnly, defaultsTo('Planning')),
    moment('ActivatedDate', readOnly),
    moment('DeactivatedDate', readOnly),
    moment('LastRunRulesEndDate', readOnly),
    moment('LastOppTerrAssignEndDate', readOnly),
    flag('IsCloneSource', readOnly),
    flag('MayEdit', readOnly, defaultsTo(1)),
    flag('IsLocked', readOnly),
    flag('IsDeleted', readOnly),
    ...audit(),
  ],
);

const type = define(
  'Territory2Type',
  {
    prefix: '0M5',
    writePermission: 'ManageTerritories',
    keys: [['DeveloperName'], ['Priority']],
    label: 'Territory Type',
    replicateable: true,
  },
  [
    text('DeveloperName', 80, required),
    picklist('Language', ['en_US'], defaultsTo('en_US')),
    text('MasterLabel', 80, required),
    longText('Description', 255),
    integer('Priority', required),
    flag('IsDeleted', readOnly),
    ...audit(),
  ],
);

const territory = define(
  'Territory2',
  { prefix: '0MI', ...territories, keys: [['DeveloperName', 'Territory2ModelId']], label: 'Territory', plural: 'Territories' },
  [
    text('Name', 80, required),
    lookup('Territory2TypeId', 'Territory2Type', required, backAs('Territories', 'restrict')),
    lookup('Territory2ModelId', 'Territory2Model', required, createOnly, backAs('Territories', 'cascade')),
    lookup('ParentTerritory2Id', 'Territory2', backAs('ChildTerritories', 'restrict')),
    longText('Description', 1000),
    lookup('ForecastUserId', 'User', updateOnly),
    picklist('AccountAccessLevel', ACCOUNT_LEVELS, restricted, required),
    picklist('OpportunityAccessLevel', OTHER_LEVELS, restricted, required),
    picklist('CaseAccessLevel', OTHER_LEVELS, restricted, required),
    picklist('ContactAccessLevel', OTHER_LEVELS, restricted, readOnly),
    text('DeveloperName', 80, required),
    ...changes(),
  ],
);

const userAssociation = define(
  'UserTerritory2Association',
  { prefix: '0R0', ...territories, keys: [['UserId', 'Territory2Id']], label: 'User Territory Association' },
  [
    lookup('UserId', 'User', required, createOnly, backAs('UserTerritory2Associations')),
    lookup('Territory2Id', 'Territory2', required, createOnly, backAs('UserTerritory2Associations', 'cascade')),
    flag('IsActive', readOnly, defaultsTo(1)),
    picklist('RoleInTerritory2', []),
    ...changes(),
  ],
);

const objectAssociation = define(
  'ObjectTerritory2Association',
  {
    prefix: '0JB',
    keys: [['ObjectId', 'Territory2Id']],
    writes: 'cd',
    recycled: true,
    writePermission: 'ManageTerritories',
    sharing: 'active-model',
    label: 'Object Territory Association',
  },
  [
    lookup('ObjectId', ['Account', 'Lead'], required, createOnly, backAs('ObjectTerritory2Associations', 'cascade')),
    lookup('Territory2Id', 'Territory2', required, createOnly, backAs('ObjectTerritory2Associations', 'cascade')),
    picklist('AssociationCause', ['Territory2Manual', 'Territory2AssignmentRule'], restricted, required, createOnly),
    picklist('SobjectType', ['Account', 'Lead'], readOnly),
    ...audit(),
  ],
);

const rule = define(
  'ObjectTerritory2AssignmentRule',
  { prefix: '0Ir', ...territories, keys: [['DeveloperName', 'Territory2ModelId']], label: 'Territory Assignment Rule' },
  [
    text('DeveloperName', 80, required),
    picklist('Language', ['en_US'], defaultsTo('en_US')),
    text('MasterLabel', 80, required),
    lookup('Territory2ModelId', 'Territory2Model', required, createOnly, backAs('AssignmentRules', 'cascade')),
    picklist('ObjectType', ['Account', 'Lead'], restricted, required, createOnly),
    flag('IsActive'),
    text('BooleanFilter', 255),
    ...audit(),
  ],
);

const ruleItem = define('ObjectTerritory2AssignmentRuleItem', { prefix: '0Iq', ...territories, label: 'Territory Assignment Rule Item' }, [
  lookup('RuleId', 'ObjectTerritory2AssignmentRule', required, createOnly, backAs('RuleItems', 'cascade')),
  integer('SortOrder', required),
  text('Field', 255, required),
  picklist(
    'Operation',
    [
      'equals',
      'notEqual',
      'lessThan',
      'greaterThan',
      'lessOrEqual',
      'greaterOrEqual',
      'contains',
      'notContain',
      'startsWith',
      'includes',
      'excludes',
      'within',
    ],
    restricted,
    required,
  ),
  text('Value', 1000),
  ...audit(),
]);

const ruleAssociation = define(
  'RuleTerritory2Association',
  { prefix: '0N4', ...territories, keys: [['Territory2Id', 'RuleId']], label: 'Rule Territory Association' },
  [
    lookup('RuleId', 'ObjectTerritory2AssignmentRule', required, createOnly, backAs('RuleTerritory2Associations', 'cascade')),
    lookup('Territory2Id', 'Territory2', required, createOnly, backAs('RuleTerritory2Associations', 'cascade')),
    flag('IsInherited'),
    ...changes(),
  ],
);

const exclusion = define(
  'Territory2ObjectExclusion',
  { prefix: '9NX', ...territories, keys: [['ObjectId', 'Territory2Id']], label: 'Territory Object Exclusion', replicateable: true },
  [
    lookup('ObjectId', 'Account', required, createOnly, backAs('Territory2ObjectExclusions', 'cascade')),
    lookup('Territory2Id', 'Territory2', required, createOnly, backAs('Territory2ObjectExclusions', 'cascade')),
    text('Note', 255),
    ...audit(),
  ],
);

export const territoryObjects: readonly ObjectType[] = [
  model,
  type,
  territory,
  userAssociation,
  objectAssociation,
  rule,
  ruleItem,
  ruleAssociation,
  exclusion,
];
