// What a change event says of a record: all that is filled in of a new one, what has changed of an old one, nothing of a deleted one.
// Names of people and addresses are compound, as Salesforce's events have them: `Name.LastName`, `BillingAddress.City`.
import { createHash } from 'node:crypto';
import type { Bound } from '../storage/store.ts';
import type { Field, Row } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import type { Schema } from '../schema/schema.ts';
import { valueOut } from '../soql/shape.ts';
import type { RowChange } from './touched.ts';

export interface Content {
  readonly values: Readonly<Record<string, unknown>>;
  readonly changedFields: readonly string[];
  readonly nulledFields: readonly string[];
}

/** Never in an event: what the platform keeps for itself, and what is derived from other records. */
const LEFT_OUT = new Set(['Id', 'IsDeleted', 'SystemModstamp', 'LastActivityDate']);
const ADDRESS = ['Street', 'City', 'State', 'PostalCode', 'Country'];
const PERSON = new Set(['Salutation', 'FirstName', 'LastName']);

/** Nothing where an update has left everything that events tell of as it was. */
export function contentOf(schema: Schema, { object, type, old, row }: RowChange): Content | undefined {
  if (type === 'DELETE') return { values: {}, changedFields: [], nulledFields: [] };
  const fields = toldOf(schema, object);
  const isNull = ({ field }: Told) => (row[field.name] ?? null) === null;
  if (type !== 'UPDATE') {
    const filled = fields.filter((entry) => !isNull(entry));
    return { values: nested(filled, row), changedFields: [], nulledFields: [] };
  }
  const changed = fields.filter(({ field }) => (old?.[field.name] ?? null) !== (row[field.name] ?? null));
  if (changed.length === 0) return undefined;
  // The moment is told even where it is the same second.
  const isMoment = ({ field }: Told) => field.name === 'LastModifiedDate';
  const told = [...fields.filter(isMoment), ...changed.filter((entry) => !isMoment(entry))];
  const names = (entries: readonly Told[]) => entries.map(({ path }) => path.join('.'));
  return { values: nested(told, row), changedFields: names(told), nulledFields: names(told.filter(isNull)) };
}

interface Told {
  readonly field: Field;
  /** Where it stands in the payload: by itself, or in a compound. */
  readonly path: readonly string[];
}

/** Derived from the definition of an object once for each state of the schema. */
const known = new WeakMap<ObjectType, { readonly revision: number; readonly fields: readonly Told[] }>();

function toldOf(schema: Schema, object: ObjectType): readonly Told[] {
  const revision = schema.revision();
  const found = known.get(object);
  if (found?.revision === revision) return found.fields;
  const fields = [...object.fields.values()]
    .filter((field) => isTold(object, field))
    .map((field) => ({ field, path: pathOf(object, field) }));
  known.set(object, { revision, fields });
  return fields;
}

/** The id of the shape of an object's events: another one as soon as a field comes, goes or changes. */
export function schemaId(object: ObjectType): string {
  const shape = [...object.fields.values()].map(({ name, type }) => [name, type]);
  return createHash('md5')
    .update(JSON.stringify([object.name, shape]))
    .digest('base64url');
}

function isTold(object: ObjectType, field: Field): boolean {
  // The name of a person is told by its parts.
  return !LEFT_OUT.has(field.name) && !(field.name === 'Name' && object.fields.has('lastname'));
}

function pathOf(object: ObjectType, field: Field): readonly string[] {
  if (PERSON.has(field.name) && object.fields.has('lastname')) return ['Name', field.name];
  const part = ADDRESS.find((name) => field.name.endsWith(name));
  if (part === undefined || field.custom) return [field.name];
  const prefix = field.name.slice(0, -part.length);
  return object.fields.has(`${prefix}PostalCode`.toLowerCase()) ? [`${prefix}Address`, part] : [field.name];
}

function nested(told: readonly Told[], row: Row): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { field, path } of told) {
    const [first = '', part] = path;
    const value = textOf(field, row[field.name] ?? null);
    if (part === undefined) values[first] = value;
    else values[first] = { ...(values[first] as object | undefined), [part]: value };
  }
  return values;
}

/** Events write moments with a `Z`, other than rows do. */
function textOf(field: Field, cell: Bound): unknown {
  return field.type === 'datetime' && cell !== null ? new Date(Number(cell)).toISOString() : valueOut(field.type, cell);
}
