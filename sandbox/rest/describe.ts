// What the org says about its objects and fields.
import { type Caller, mayEdit, visibleFields } from '../access/caller.ts';
import type { Org } from '../org.ts';
import type { Field, FieldType } from '../schema/field.ts';
import { isNumeric, isTextual } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import { type Context, type RestRequest, type RestResponse, basePath, objectOf } from './request.ts';

type Params = Readonly<Record<string, string>>;

export function describeGlobal(context: Context, request: RestRequest): RestResponse {
  const api = request.path[0] === 'tooling' ? 'tooling' : 'data';
  const objects = context.org.schema.objects.filter((object) => object.api === api || object.api === 'both');
  return { status: 200, body: { encoding: 'UTF-8', maxBatchSize: 200, sobjects: objects.map((object) => summary(context, object)) } };
}

export function describeObject(context: Context, request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object'], request.path[0] === 'tooling' ? 'tooling' : 'data');
  return {
    status: 200,
    body: {
      ...summary(context, object),
      actionOverrides: [],
      childRelationships: children(context.org, object),
      compactLayoutable: object.api === 'data',
      fields: visibleFields(context.caller, object).map((field) => fieldOut(context.caller, object, field)),
      listviewable: null,
      lookupLayoutable: null,
      namedLayoutInfos: [],
      networkScopeFieldName: null,
      recordTypeInfos: [masterRecordType()],
      searchLayoutable: object.sharing !== 'everyone',
      sobjectDescribeOption: 'FULL',
      supportedScopes: [{ label: `All ${object.plural.toLowerCase()}`, name: 'everything' }],
    },
  };
}

/** GET of an object: its summary and the rows that the caller has seen last, of which no record is kept. */
export function basicInfo(context: Context, request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object'], request.path[0] === 'tooling' ? 'tooling' : 'data');
  return { status: 200, body: { objectDescribe: summary(context, object), recentItems: [] } };
}

function summary(context: Context, object: ObjectType) {
  const below = object.api === 'tooling' ? `${basePath(context)}/tooling` : basePath(context);
  const base = `${below}/sobjects/${object.name}`;
  const may = object.writePermission === null || context.caller.permissions.has(object.writePermission);
  return {
    activateable: false,
    createable: object.createable && may,
    custom: false,
    customSetting: false,
    deepCloneable: false,
    deletable: object.deletable && may,
    deprecatedAndHidden: false,
    feedEnabled: false,
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: object.prefix,
    label: object.label,
    labelPlural: object.plural,
    layoutable: object.api === 'data' && object.updateable,
    mergeable: ['Account', 'Contact', 'Lead', 'Case'].includes(object.name),
    mruEnabled: false,
    name: object.name,
    queryable: true,
    replicateable: object.replicateable,
    retrieveable: true,
    searchable: object.sharing === 'owner' || object.sharing === 'contact' || object.name === 'User',
    triggerable: object.recycled,
    undeletable: object.recycled,
    updateable: object.updateable && may,
    urls: { sobject: base, describe: `${base}/describe`, rowTemplate: `${base}/{ID}` },
  };
}

function children(org: Org, object: ObjectType) {
  return org.schema.childLinks(object).map(({ child, field, name, onDelete }) => ({
    cascadeDelete: onDelete === 'cascade',
    childSObject: child.name,
    deprecatedAndHidden: false,
    field: field.name,
    junctionIdListNames: [],
    junctionReferenceTo: [],
    relationshipName: name,
    restrictedDelete: onDelete === 'restrict',
  }));
}

function masterRecordType() {
  return {
    active: true,
    available: true,
    defaultRecordTypeMapping: true,
    developerName: 'Master',
    master: true,
    name: 'Master',
    recordTypeId: '012000000000000AAA',
  };
}

// ---- fields ----

const SOAP_TYPES: Readonly<Partial<Record<FieldType, string>>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
};

const UNGROUPABLE: readonly FieldType[] = ['datetime', 'double', 'currency', 'percent', 'textarea', 'multipicklist', 'complexvalue'];

function fieldOut(caller: Caller, object: ObjectType, field: Field) {
  const editable = mayEdit(caller, object, field);
  const isName =
    field.name === 'Name' ||
    (object.name === 'Case' && field.name === 'CaseNumber') ||
    (field.name === 'Subject' && object.sharing === 'activity');
  return {
    aggregatable: field.filterable,
    aiPredictionField: false,
    autoNumber: field.name === 'CaseNumber',
    byteLength: field.length * 3,
    calculated: false,
    calculatedFormula: null,
    cascadeDelete: field.onDelete === 'cascade',
    caseSensitive: field.caseSensitive,
    compoundFieldName: null,
    controllerName: null,
    createable: field.createable && object.createable && editable,
    custom: field.custom,
    defaultValue: field.type === 'boolean' ? field.defaultCell === 1 : null,
    defaultValueFormula: null,
    defaultedOnCreate: field.defaulted,
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: field.type === 'int' ? field.precision : 0,
    displayLocationInDecimal: false,
    encrypted: false,
    externalId: field.externalId,
    extraTypeInfo: null,
    filterable: field.filterable,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable: field.filterable && !UNGROUPABLE.includes(field.type),
    highScaleNumber: false,
    htmlFormatted: false,
    idLookup: field.idLookup || field.externalId,
    inlineHelpText: null,
    label: field.label,
    length: field.length,
    mask: null,
    maskType: null,
    name: field.name,
    nameField: isName,
    namePointing: field.refersTo.length > 1,
    nillable: field.nillable,
    permissionable: !field.open,
    picklistValues: field.values.map(({ value, label }) => ({
      active: true,
      defaultValue: value === field.defaultCell,
      label,
      validFor: null,
      value,
    })),
    polymorphicForeignKey: field.refersTo.length > 1,
    precision: field.type === 'int' ? 0 : field.precision,
    queryByDistance: false,
    referenceTargetField: null,
    referenceTo: field.refersTo,
    relationshipName: field.relationship,
    relationshipOrder: null,
    restrictedDelete: field.onDelete === 'restrict',
    restrictedPicklist: field.restricted,
    scale: field.scale,
    searchPrefilterable: false,
    soapType: SOAP_TYPES[field.type] ?? 'xsd:string',
    sortable: field.filterable,
    type: field.type,
    unique: field.unique,
    updateable: field.updateable && object.updateable && editable,
    writeRequiresMasterRead: false,
  };
}

// ---- columns of a query ----

/** The facts that `columns=true` tells of a column. */
export function columnOut(name: string, field: Field, aggregate: boolean, joined: readonly unknown[] = [], displayName = name) {
  const isNumber = isNumeric(field.type);
  return {
    aggregate,
    apexType: apexType(field.type),
    booleanType: field.type === 'boolean',
    columnName: name,
    custom: field.custom,
    displayName,
    foreignKeyName: field.refersTo.length === 1 ? field.refersTo[0] : null,
    insertable: field.createable,
    joinColumns: joined,
    numberType: isNumber,
    textType: isTextual(field.type),
    updatable: field.updateable,
  };
}

function apexType(type: FieldType): string {
  if (type === 'id' || type === 'reference') return 'Id';
  if (type === 'boolean') return 'Boolean';
  if (type === 'int') return 'Integer';
  if (isNumeric(type)) return 'Double';
  if (type === 'date') return 'Date';
  return type === 'datetime' ? 'Datetime' : 'String';
}
