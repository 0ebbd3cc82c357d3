// CustomField through the Tooling API: a row that describes a column. Nobody may see a new field until FieldPermissions say so.
import { requireWrite } from '../access/caller.ts';
import type { Org } from '../org.ts';
import { notFound, refuseRow } from '../refusal.ts';
import { insertCells, readRow, updateCells } from '../rows/cells.ts';
import type { Work } from '../rows/work.ts';
import { type Metadata, completeMetadata, fieldOfMetadata, splitFullName } from '../schema/custom.ts';
import type { Field, Row } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import { fieldOf } from '../schema/schema.ts';
import { addColumn, dropColumn, reindex } from '../storage/tables.ts';

/** Fields that were made earlier, when the org starts. */
export function loadCustomFields(org: Org): void {
  for (const row of org.store.all('SELECT "FullName", "Metadata" FROM "CustomField"')) {
    const { object, name } = splitFullName(row['FullName']);
    const type = org.schema.object(object);
    if (type) org.schema.putField(type, definition(org, name, JSON.parse(String(row['Metadata'])) as Metadata));
  }
}

/** The field as its row has it, after a transaction was undone; gone where the row is. */
export function reloadField(org: Org, fullName: string): void {
  const { object, name } = splitFullName(fullName);
  const type = org.schema.object(object);
  const row = org.store.one('SELECT "Metadata" FROM "CustomField" WHERE "FullName" = ?', fullName);
  if (type && row) org.schema.putField(type, definition(org, name, JSON.parse(String(row['Metadata'])) as Metadata));
  else if (type) org.schema.dropField(type, name);
}

function definition(org: Org, name: string, metadata: Metadata): Field {
  return fieldOfMetadata(name, { ...metadata, fullName: name }, (target) => org.schema.object(target) !== undefined);
}

/** Objects without custom fields: histories, tables of values, and those of which Salesforce says so. */
function isCustomizable(object: ObjectType): boolean {
  return (
    object.api === 'data' &&
    object.createable &&
    !['UserTerritory2Association', 'GroupMember', 'QueueSobject', 'PermissionSetAssignment', 'FieldPermissions'].includes(object.name)
  );
}

export function createField(work: Work, input: Readonly<Record<string, unknown>>): string {
  const { org } = work;
  const custom = customFieldType(org);
  requireWrite(work.caller, custom);
  const { object: objectName, name } = splitFullName(input['FullName']);
  const object = org.schema.object(objectName);
  if (!object || !isCustomizable(object))
    return refuseRow('INVALID_TYPE', `entity type cannot have custom fields: ${objectName}`, ['FullName']);
  if (fieldOf(object, name))
    refuseRow('DUPLICATE_DEVELOPER_NAME', `There is already a field named ${name} on ${object.label}.`, ['FullName']);
  const metadata = completeMetadata(name, metadataOf(input));
  const field = definition(org, name, metadata);
  return org.store.atomically(() => {
    const row: Row = {
      ...describing(object, field, metadata),
      ManageableState: 'unmanaged',
      EntityDefinitionId: object.name,
      TableEnumOrId: object.name,
    };
    insertCells(work, custom, row);
    addColumn(org.store, object, field);
    org.schema.putField(object, field);
    defineField(work, object, field, String(row['Id']));
    return String(row['Id']);
  });
}

export function updateField(work: Work, id: string, input: Readonly<Record<string, unknown>>): void {
  const { org } = work;
  const custom = customFieldType(org);
  requireWrite(work.caller, custom);
  const { object, old } = existing(org, id);
  const metadata = completeMetadata(old.name, metadataOf(input));
  const field = definition(org, old.name, metadata);
  if (field.type !== old.type)
    refuseRow('FIELD_INTEGRITY_EXCEPTION', `the type of ${old.name} can not be changed from ${old.type} to ${field.type} here`, [
      'Metadata.type',
    ]);
  checkData(org, object, old, field);
  org.store.atomically(() => {
    updateCells(work, custom, id, describing(object, field, metadata), 'user');
    reindex(org.store, object, field);
    org.schema.putField(object, field);
    org.store.run('DELETE FROM "FieldDefinition" WHERE "DurableId" = ?', `${object.name}.${id.slice(0, 15)}`);
    defineField(work, object, field, id);
  });
}

export function deleteField(work: Work, id: string): void {
  const { org } = work;
  requireWrite(work.caller, customFieldType(org));
  const { object, old } = existing(org, id);
  org.store.atomically(() => {
    dropColumn(org.store, object, old);
    org.schema.dropField(object, old.name);
    org.store.run('DELETE FROM "CustomField" WHERE "Id" = ?', id);
    org.store.run('DELETE FROM "FieldPermissions" WHERE "Field" = ?', `${object.name}.${old.name}`);
    org.store.run('DELETE FROM "FieldDefinition" WHERE "DurableId" = ?', `${object.name}.${id.slice(0, 15)}`);
  });
  org.accessRevision += 1;
}

function customFieldType(org: Org): ObjectType {
  return org.schema.object('CustomField') ?? notFound();
}

function existing(org: Org, id: string): { object: ObjectType; old: Field } {
  const row = readRow(org, customFieldType(org), id) ?? notFound();
  const { object, name } = splitFullName(row['FullName']);
  const type = org.schema.object(object) ?? notFound();
  return { object: type, old: fieldOf(type, name) ?? notFound() };
}

function metadataOf(input: Readonly<Record<string, unknown>>): Metadata {
  const metadata = input['Metadata'];
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    return refuseRow('REQUIRED_FIELD_MISSING', 'Required fields are missing: [Metadata]', ['Metadata']);
  return metadata as Metadata;
}

function describing(object: ObjectType, field: Field, metadata: Metadata): Row {
  return {
    FullName: `${object.name}.${field.name}`,
    DeveloperName: field.name.replace(/__c$/, ''),
    Metadata: JSON.stringify(metadata),
    Length: field.length || null,
    Precision: field.precision || null,
    Scale: field.precision ? field.scale : null,
    Description: typeof metadata['description'] === 'string' ? metadata['description'] : null,
    InlineHelpText: typeof metadata['inlineHelpText'] === 'string' ? metadata['inlineHelpText'] : null,
  };
}

/** A narrower definition must still fit what is there. */
function checkData(org: Org, object: ObjectType, old: Field, field: Field): void {
  const column = `"${object.name}"."${old.name}"`;
  if (field.length < old.length) {
    const longest = Number(org.store.one(`SELECT max(length(${column})) AS n FROM "${object.name}"`)?.['n'] ?? 0);
    if (longest > field.length)
      refuseRow('FIELD_INTEGRITY_EXCEPTION', `length: there are values of ${longest} characters in ${old.name}`, ['Metadata.length']);
  }
  if (!field.unique || old.unique) return;
  const alive = object.recycled ? ' AND "IsDeleted" = 0' : '';
  const twice = org.store.one(
    `SELECT 1 AS yes FROM "${object.name}" WHERE ${column} IS NOT NULL${alive} GROUP BY ${column} HAVING COUNT(*) > 1 LIMIT 1`,
  );
  if (twice) refuseRow('FIELD_INTEGRITY_EXCEPTION', `unique: there are duplicate values in ${old.name}`, ['Metadata.unique']);
}

// ---- definitions, for clients that list fields ----

function defineField(work: Work, object: ObjectType, field: Field, customFieldId?: string): void {
  const durable = `${object.name}.${customFieldId?.slice(0, 15) ?? field.name}`;
  work.rows.insert(work, 'FieldDefinition', {
    Id: durable,
    DurableId: durable,
    QualifiedApiName: field.name,
    DeveloperName: field.name.replace(/__c$/, ''),
    Label: field.label,
    DataType: field.type,
    Length: field.length,
    Precision: field.precision,
    Scale: field.scale,
    EntityDefinitionId: object.name,
  });
}

/** Definitions of objects and standard fields are made anew when the definitions of this program change. */
export function defineStandard(work: Work): void {
  const { store, schema } = work.org;
  store.run('DELETE FROM "EntityDefinition"');
  store.run(`DELETE FROM "FieldDefinition" WHERE "QualifiedApiName" NOT LIKE '%\\_\\_c' ESCAPE '\\'`);
  for (const object of schema.objects.filter(({ api }) => api === 'data')) {
    work.rows.insert(work, 'EntityDefinition', {
      Id: object.name,
      DurableId: object.name,
      QualifiedApiName: object.name,
      DeveloperName: object.name,
      Label: object.label,
      PluralLabel: object.plural,
      KeyPrefix: object.prefix,
      IsCustomizable: isCustomizable(object) ? 1 : 0,
      IsQueryable: 1,
    });
    for (const field of object.fields.values()) if (!field.custom) defineField(work, object, field);
  }
}
