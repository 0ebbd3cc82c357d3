// A table for each object, a column for each field. Text compares without regard to case, as SOQL does; ids and dates exactly.
import { createHash } from 'node:crypto';
import type { Field, FieldType } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import type { Schema } from '../schema/schema.ts';
import type { Store } from './store.ts';

const AUDIT = new Set(['CreatedById', 'LastModifiedById']);

function quoted(name: string): string {
  return `"${name}"`;
}

/** Creates what is missing. A file made by an older definition gains the new columns; none is ever dropped. */
export function createTables(store: Store, schema: Schema): void {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(schema.objects.map((object) => [object.name, [...object.fields]])))
    .digest('hex');
  if (store.note('definitions') === fingerprint) return;
  for (const object of schema.objects) createTable(store, object);
  store.setNote('definitions', fingerprint);
}

export function addColumn(store: Store, object: ObjectType, field: Field): void {
  if (columnsOf(store, object).has(field.name.toLowerCase())) return;
  store.exec(`ALTER TABLE ${quoted(object.name)} ADD COLUMN ${columnOf(field)}`);
  createIndex(store, object, field);
}

export function dropColumn(store: Store, object: ObjectType, field: Field): void {
  store.exec(`DROP INDEX IF EXISTS ${indexName(object, field)}`);
  store.exec(`ALTER TABLE ${quoted(object.name)} DROP COLUMN ${quoted(field.name)}`);
}

/** Where the traits that an index follows have changed. */
export function reindex(store: Store, object: ObjectType, field: Field): void {
  store.exec(`DROP INDEX IF EXISTS ${indexName(object, field)}`);
  createIndex(store, object, field);
}

function createTable(store: Store, object: ObjectType): void {
  const fields = [...object.fields.values()];
  store.exec(`CREATE TABLE IF NOT EXISTS ${quoted(object.name)} (${fields.map(columnOf).join(', ')})`);
  const there = columnsOf(store, object);
  for (const field of fields) {
    if (!there.has(field.name.toLowerCase())) store.exec(`ALTER TABLE ${quoted(object.name)} ADD COLUMN ${columnOf(field)}`);
    createIndex(store, object, field);
  }
  object.keys.forEach((key, index) => {
    store.exec(`CREATE INDEX IF NOT EXISTS ${quoted(`${object.name}#${index}`)} ON ${quoted(object.name)} (${key.map(quoted).join(', ')})`);
  });
}

function columnsOf(store: Store, object: ObjectType): ReadonlySet<string> {
  return new Set(store.all('SELECT name FROM pragma_table_info(?)', object.name).map((column) => String(column['name']).toLowerCase()));
}

function columnOf(field: Field): string {
  if (field.name === 'Id') return '"Id" TEXT NOT NULL PRIMARY KEY';
  const collation = sqlType(field.type) === 'TEXT' && !isExact(field) ? ' COLLATE NOCASE' : '';
  return `${quoted(field.name)} ${sqlType(field.type)}${collation}${field.type === 'boolean' ? ' NOT NULL DEFAULT 0' : ''}`;
}

function isExact(field: Field): boolean {
  return field.caseSensitive || ['id', 'reference', 'date', 'complexvalue'].includes(field.type);
}

function sqlType(type: FieldType): string {
  if (type === 'boolean' || type === 'int' || type === 'datetime') return 'INTEGER';
  return type === 'double' || type === 'currency' || type === 'percent' ? 'REAL' : 'TEXT';
}

function createIndex(store: Store, object: ObjectType, field: Field): void {
  const lookedUp =
    (field.type === 'reference' && !AUDIT.has(field.name)) || (field.idLookup && field.name !== 'Id') || field.externalId || field.unique;
  if (!lookedUp && field.name !== 'SystemModstamp') return;
  store.exec(`CREATE INDEX IF NOT EXISTS ${indexName(object, field)} ON ${quoted(object.name)} (${quoted(field.name)})`);
}

function indexName(object: ObjectType, field: Field): string {
  return quoted(`${object.name}.${field.name}`);
}
