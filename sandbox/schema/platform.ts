// The organization itself, tables of picklist values, forecasting, and what the Tooling API knows about fields.
import {
  createOnly,
  backAs,
  day,
  defaultsTo,
  field,
  flag,
  integer,
  longText,
  lookup,
  moment,
  money,
  percent,
  phone,
  picklist,
  readOnly,
  required,
  restricted,
  text,
} from './field.ts';
import { address } from './crm.ts';
import { type ObjectType, audit, changes, define } from './object.ts';

const organization = define('Organization', { prefix: '00D', writes: '' }, [
  text('Name', 80, readOnly, required),
  ...address('').map((entry) => ({ ...entry, ...readOnly })),
  phone('Phone', readOnly),
  text('PrimaryContact', 80, readOnly),
  text('DefaultLocaleSidKey', 40, readOnly),
  text('TimeZoneSidKey', 40, readOnly),
  text('LanguageLocaleKey', 40, readOnly),
  integer('FiscalYearStartMonth', readOnly),
  text('OrganizationType', 40, readOnly),
  text('NamespacePrefix', 15, readOnly),
  text('InstanceName', 10, readOnly),
  flag('IsSandbox', readOnly),
  moment('TrialExpirationDate', readOnly),
  ...audit(),
]);

const value = [text('MasterLabel', 255, readOnly, required), text('ApiName', 255, readOnly), integer('SortOrder', readOnly)];

const leadStatus = define('LeadStatus', { prefix: '01J', writes: '', plural: 'Lead Statuses' }, [
  ...value,
  flag('IsDefault', readOnly),
  flag('IsConverted', readOnly),
  ...audit(),
]);

const taskStatus = define('TaskStatus', { prefix: '01J', writes: '', plural: 'Task Statuses' }, [
  ...value,
  flag('IsDefault', readOnly),
  flag('IsClosed', readOnly),
  ...audit(),
]);

const caseStatus = define('CaseStatus', { prefix: '01J', writes: '', plural: 'Case Statuses' }, [
  ...value,
  flag('IsDefault', readOnly),
  flag('IsClosed', readOnly),
  ...audit(),
]);

const opportunityStage = define('OpportunityStage', { prefix: '01J', writes: '' }, [
  ...value,
  flag('IsActive', readOnly),
  flag('IsClosed', readOnly),
  flag('IsWon', readOnly),
  picklist('ForecastCategory', [], readOnly),
  picklist('ForecastCategoryName', [], readOnly),
  percent('DefaultProbability', readOnly),
  longText('Description', 255, readOnly),
  ...audit(),
]);

const recordType = define('RecordType', { prefix: '012', writes: '' }, [
  text('Name', 80, readOnly, required),
  text('DeveloperName', 80, readOnly, required),
  picklist('SobjectType', [], readOnly),
  flag('IsActive', readOnly),
  ...audit(),
]);

const assignmentRule = define('AssignmentRule', { prefix: '01Q', writes: '' }, [
  text('Name', 120, readOnly, required),
  picklist('SobjectType', ['Case', 'Lead'], readOnly),
  flag('Active', readOnly),
  ...audit(),
]);

const period = define('Period', { prefix: '026', writes: '' }, [
  picklist('Type', ['Month', 'Quarter', 'Week', 'Year'], readOnly),
  day('StartDate', readOnly, required),
  day('EndDate', readOnly, required),
  integer('Number', readOnly),
  text('FullyQualifiedLabel', 80, readOnly),
  flag('IsForecastPeriod', readOnly),
  moment('SystemModstamp', readOnly, required),
]);

const forecastingType = define('ForecastingType', { prefix: '0Db', writes: '' }, [
  text('DeveloperName', 80, readOnly, required),
  text('MasterLabel', 80, readOnly, required),
  flag('IsActive', readOnly),
  flag('IsAmount', readOnly),
  flag('IsQuantity', readOnly),
  picklist('DateType', [], readOnly),
  picklist('RoleType', ['R', 'T'], readOnly),
  ...audit(),
]);

const forecastingQuota = define(
  'ForecastingQuota',
  {
    prefix: '0J9',
    keys: [['QuotaOwnerId', 'ForecastingTypeId', 'StartDate', 'Territory2Id', 'ProductFamily']],
    writePermission: 'QuotaOverride',
    replicateable: true,
  },
  [
    lookup('QuotaOwnerId', 'User', required, createOnly),
    lookup('ForecastingTypeId', 'ForecastingType', required, createOnly),
    day('StartDate', required, createOnly),
    money('QuotaAmount'),
    field('QuotaQuantity', 'double', { precision: 18, scale: 2 }),
    flag('IsAmount', readOnly),
    flag('IsQuantity', readOnly),
    lookup('PeriodId', 'Period', readOnly),
    lookup('Territory2Id', 'Territory2', createOnly, backAs('ForecastingQuotas', 'restrict')),
    text('ProductFamily', 255, createOnly),
    ...audit(),
  ],
);

// ---- what the Tooling API knows ----

const entityDefinition = define('EntityDefinition', { prefix: '4ie', writes: '', api: 'both' }, [
  text('DurableId', 255, readOnly, required),
  text('QualifiedApiName', 255, readOnly, required),
  text('DeveloperName', 255, readOnly, required),
  text('Label', 255, readOnly),
  text('PluralLabel', 255, readOnly),
  text('NamespacePrefix', 15, readOnly),
  text('KeyPrefix', 3, readOnly),
  flag('IsCustomizable', readOnly),
  flag('IsQueryable', readOnly),
]);

const fieldDefinition = define('FieldDefinition', { prefix: '4fe', writes: '', api: 'both' }, [
  text('DurableId', 255, readOnly, required),
  text('QualifiedApiName', 255, readOnly, required),
  text('DeveloperName', 255, readOnly, required),
  text('Label', 255, readOnly),
  text('NamespacePrefix', 15, readOnly),
  text('DataType', 255, readOnly),
  integer('Length', readOnly),
  integer('Precision', readOnly),
  integer('Scale', readOnly),
  lookup('EntityDefinitionId', 'EntityDefinition', readOnly, required, backAs('Fields')),
  moment('LastModifiedDate', readOnly),
  lookup('LastModifiedById', 'User', readOnly),
]);

/** A definition of a field, kept as a row: what the Tooling API reads and writes. `Metadata` is its JSON. */
const customField = define('CustomField', { prefix: '00N', api: 'tooling', writePermission: 'CustomizeApplication' }, [
  text('DeveloperName', 80, readOnly, required),
  text('NamespacePrefix', 15, readOnly),
  lookup('EntityDefinitionId', 'EntityDefinition', readOnly, required),
  text('TableEnumOrId', 255, readOnly, required),
  field('FullName', 'string', { length: 255 }, required, { filterable: false }),
  field('Metadata', 'complexvalue', { length: 131_072, filterable: false }, required),
  integer('Length', readOnly),
  integer('Precision', readOnly),
  integer('Scale', readOnly),
  picklist('ManageableState', ['unmanaged'], readOnly, restricted, defaultsTo('unmanaged')),
  longText('Description', 1000, readOnly),
  longText('InlineHelpText', 510, readOnly),
  moment('CreatedDate', readOnly, required),
  lookup('CreatedById', 'User', readOnly, required),
  ...changes(),
]);

export const platformObjects: readonly ObjectType[] = [
  organization,
  leadStatus,
  taskStatus,
  caseStatus,
  opportunityStage,
  recordType,
  assignmentRule,
  period,
  forecastingType,
  forecastingQuota,
  entityDefinition,
  fieldDefinition,
  customField,
];
