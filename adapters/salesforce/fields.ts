// Custom fields. Their definition is metadata: it is listed by the Tooling API, described by the object's describe, and written one by one.
import { addressText, type Fields, type FieldValue, type Scalar } from '../../resources/core.ts';
import type { LiveObject } from '../../plans/plan.ts';
import { CallFailed, type RowOutcome, type WriteRow, UnknownObject } from '../../ports/crm.ts';
import { shaped } from './answers.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { literal } from './soql.ts';
import type { Row } from './columns.ts';

interface DescribedField {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly unique: boolean;
  readonly externalId: boolean;
  readonly nillable: boolean;
  readonly inlineHelpText: string | null;
  readonly calculatedFormula: string | null;
  readonly calculated: boolean;
  readonly autoNumber: boolean;
  readonly extraTypeInfo: string | null;
  readonly referenceTo: readonly string[];
  readonly picklistValues: readonly { readonly value: string; readonly active: boolean }[];
}

interface Metadata extends Record<string, unknown> {
  readonly type?: string;
  readonly valueSet?: { readonly valueSetDefinition?: { readonly value?: readonly { readonly fullName: string }[] } };
}

/** Who changed it last is told by id. */
export type LiveField = LiveObject & { readonly byId: string | null };

export function readFields(session: Session, keys: readonly string[]): Promise<readonly LiveField[]> {
  const wanted = new Set(keys);
  return fieldsOf(session, [...new Set(keys.map((key) => key.slice(0, key.indexOf('.'))))], (key) => wanted.has(key));
}

/** Calls: one Tooling query for all objects, one describe an object, and one more for each field that we may not see yet. */
export async function fieldsOf(
  session: Session,
  objects: readonly string[],
  isWanted: (key: string) => boolean,
): Promise<readonly LiveField[]> {
  if (objects.length === 0) return [];
  const [listed, ...described] = await Promise.all([
    query(session, listing(objects), 'tooling/query'),
    ...objects.map((object) => describe(session, object)),
  ]);
  const definitions = new Map<string, Fields>();
  for (const [index, { fields }] of described.entries()) {
    for (const field of fields) definitions.set(`${objects[index]}.${field.name}`, fromDescribe(field));
  }
  const live: LiveField[] = [];
  for (const row of listed) {
    const key = keyOf(row);
    if (!isWanted(key)) continue;
    const id = String(row.Id);
    // Described only to whom it is visible: a field without permissions is read by its own definition.
    const definition = definitions.get(key) ?? fromMetadata(await metadataOf(session, id));
    const description = (row.Description ?? null) as Scalar;
    live.push({
      address: { type: 'CustomField', key },
      id,
      fields: { ...definition, description },
      byId: typeof row.LastModifiedById === 'string' ? row.LastModifiedById : null,
      ...(typeof row.LastModifiedDate === 'string' && { at: row.LastModifiedDate }),
    });
  }
  return live;
}

async function describe(session: Session, object: string): Promise<{ readonly fields: readonly DescribedField[] }> {
  const answer = await session
    .read<{ fields: readonly DescribedField[] }>({ method: 'GET', path: `/sobjects/${object}/describe` })
    .catch((error: unknown) => {
      if (!(error instanceof CallFailed) || error.status !== 404) throw error;
      const message = `it has no object "${object}", or this user may not see it. Check the names of the custom fields that are declared: ${object}.…`;
      throw new UnknownObject(object, message, error.status, { cause: error });
    });
  return shaped(answer, ({ fields }) => Array.isArray(fields), `description of ${object}`, session.instanceUrl);
}

function listing(objects: readonly string[]): string {
  return `SELECT Id, DeveloperName, NamespacePrefix, EntityDefinition.QualifiedApiName, Description, LastModifiedById, LastModifiedDate FROM CustomField WHERE EntityDefinition.QualifiedApiName IN (${objects.map(literal).join(',')})`;
}

function keyOf(row: Row): string {
  const object = (row.EntityDefinition as Row | null)?.QualifiedApiName;
  const prefix = typeof row.NamespacePrefix === 'string' ? `${row.NamespacePrefix}__` : '';
  return `${String(object)}.${prefix}${String(row.DeveloperName)}__c`;
}

/** Creates, changes or deletes fields, a call each (two for a change, which must send the whole definition). */
export async function writeField(session: Session, operation: 'create' | 'update' | 'delete', row: WriteRow): Promise<RowOutcome> {
  if (operation === 'create') {
    const body = { FullName: row.address.key, Metadata: toMetadata(row.fields, {}) };
    const answer = await session.write<{ id: string }>({ method: 'POST', path: '/tooling/sobjects/CustomField', body });
    const { id } = shaped(answer, (created) => typeof created.id === 'string', 'id of a new field', session.instanceUrl);
    return { status: 'done', id };
  }
  const id = row.id;
  if (id === undefined) throw new Error(`${addressText(row.address)} has no id to ${operation}`);
  const path = `/tooling/sobjects/CustomField/${id}`;
  if (operation === 'update') {
    const before = await metadataOf(session, id);
    await session.write({ method: 'PATCH', path, body: { Metadata: toMetadata(row.fields, before) } });
  } else {
    await session.write({ method: 'DELETE', path });
  }
  return { status: 'done', id };
}

async function metadataOf(session: Session, id: string): Promise<Metadata> {
  const answer = await session.read<{ Metadata: Metadata | null }>({ method: 'GET', path: `/tooling/sobjects/CustomField/${id}` });
  const { Metadata } = shaped(answer, ({ Metadata: found }) => typeof found === 'object', 'definition of a field', session.instanceUrl);
  if (Metadata === null) throw new CallFailed('NO_METADATA', `The org does not show the definition of the custom field ${id}.`, 200);
  return Metadata;
}

/** Types of the describe → types of the metadata, where they differ in more than their first letter. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'Text',
  double: 'Number',
  boolean: 'Checkbox',
  datetime: 'DateTime',
  multipicklist: 'MultiselectPicklist',
  reference: 'Lookup',
  textarea: 'TextArea',
};

function typeOf(field: DescribedField): string {
  if (field.type === 'textarea' && field.extraTypeInfo === 'richtextarea') return 'Html';
  if (field.type === 'textarea' && field.length > 255) return 'LongTextArea';
  return TYPES[field.type] ?? field.type.charAt(0).toUpperCase() + field.type.slice(1);
}

function fromDescribe(field: DescribedField): Fields {
  const type = typeOf(field);
  return {
    type,
    label: field.label,
    // The describe says 0 where a type has no such thing.
    length: field.length === 0 ? null : field.length,
    precision: field.precision === 0 ? null : field.precision,
    scale: field.precision === 0 ? null : field.scale,
    unique: field.unique,
    externalId: field.externalId,
    required: !field.nillable && type !== 'Checkbox',
    inlineHelpText: field.inlineHelpText,
    formula: field.calculatedFormula,
    calculated: field.calculated,
    autoNumber: field.autoNumber,
    referenceTo: field.referenceTo[0] ?? null,
    values: field.picklistValues.filter((entry) => entry.active).map((entry) => entry.value),
  };
}

function fromMetadata({ valueSet, ...metadata }: Metadata): Fields {
  const values = valueSet?.valueSetDefinition?.value?.map((entry) => entry.fullName) ?? [];
  return { ...(metadata as Record<string, FieldValue>), values };
}

/** The declared fields over what is there; a list of values becomes a value set. */
function toMetadata({ values, ...fields }: Fields, before: Metadata): Metadata {
  const known = Object.fromEntries(Object.entries(before).filter(([, value]) => value !== null));
  const set = Array.isArray(values) && {
    valueSet: {
      valueSetDefinition: { sorted: false, value: values.map((name) => ({ fullName: String(name), label: String(name), default: false })) },
    },
  };
  const metadata: Metadata = { ...known, ...fields, ...set };
  if (metadata.type === 'LongTextArea' || metadata.type === 'Html') return { visibleLines: 5, ...metadata };
  if (metadata.type === 'MultiselectPicklist') return { visibleLines: 4, ...metadata };
  if (metadata.type === 'Checkbox') return { defaultValue: 'false', ...metadata };
  return metadata;
}
