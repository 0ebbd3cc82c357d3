// sObject Collections: up to 200 rows a call, each for itself or all or none.
import { normalizeId } from '../ids.ts';
import { Refusal, type Trouble, refuse, refuseRow } from '../refusal.ts';
import { beginWork } from '../rows/begin.ts';
import type { Work } from '../rows/work.ts';
import { type Input, createRow, deleteRow, updateRow } from '../rows/write.ts';
import type { ObjectType } from '../schema/object.ts';
import { type Context, type RestRequest, type RestResponse, bodyObject, objectOf, rowErrors } from './request.ts';
import { externalKey, fieldsNamed, findByKey, readVisible, recordOut } from './rows.ts';
import { plainText } from '../text.ts';

type Params = Readonly<Record<string, string>>;

const MOST_ROWS = 200;
const MOST_CHUNKS = 10;
const MOST_RETRIEVED = 2000;

interface Done {
  readonly id?: string;
  readonly created?: boolean;
}
type Outcome = (Done & { readonly troubles?: undefined }) | { readonly id?: string; readonly troubles: readonly Trouble[] };

const ROLLED_BACK: Trouble = {
  code: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  message: 'Record rolled back because not all records were valid and the request was using AllOrNone header',
  fields: [],
};

// ---- what is done with each row ----

export function createAll(context: Context, request: RestRequest): RestResponse {
  const { records, allOrNone } = recordsOf(request);
  return each(context, records, allOrNone, typesOf(records), (work, record) => ({
    id: createRow(work, typeOfRecord(context, record), record),
  }));
}

export function updateAll(context: Context, request: RestRequest): RestResponse {
  const { records, allOrNone } = recordsOf(request);
  return each(context, records, allOrNone, typesOf(records), (work, record) => {
    const { id, rest } = withoutId(record);
    const object = typeOfRecord(context, record);
    updateRow(work, object, idOf(object, id), rest);
    return { id: idOf(object, id) };
  });
}

export function deleteAll(context: Context, request: RestRequest): RestResponse {
  const ids = (request.query.get('ids') ?? '').split(',').filter((id) => id !== '');
  if (ids.length === 0) refuse('MISSING_ARGUMENT', 'ids: the parameter is required');
  if (ids.length > MOST_ROWS)
    refuse('EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${MOST_ROWS} records in this request`);
  const allOrNone = request.query.get('allOrNone') === 'true';
  const types = ids.map((id) => context.org.schema.objectOfId(id)?.name ?? '');
  return each(context, ids, allOrNone, types, (work, text) => {
    const id = normalizeId(text) ?? refuseRow('MALFORMED_ID', `malformed id ${text}`);
    const object = context.org.schema.objectOfId(id);
    if (!object || object.api === 'tooling') return refuseRow('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
    deleteRow(work, object, id);
    return { id };
  });
}

export function upsertAll(context: Context, request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object']);
  const field = externalKey(context, object, params['field'] ?? '');
  const { records, allOrNone } = recordsOf(request);
  return each(context, records, allOrNone, typesOf(records), (work, record) => {
    if (typeOfRecord(context, record) !== object) refuseRow('INVALID_TYPE', `all records have to be of type ${object.name}`);
    const { id: own, rest } = withoutId(record);
    const value = field.name === 'Id' ? own : rest[field.name];
    if ((value ?? null) === null && field.name !== 'Id') refuseRow('MISSING_ARGUMENT', `${field.name} not specified`);
    const found = value === undefined ? [] : findByKey(context, object, field, value);
    if (found.length > 1)
      refuseRow(
        'DUPLICATE_EXTERNAL_ID',
        `${field.name}: more than one record found for external id field: [${found.map((id) => id.slice(0, 15)).join(', ')}]`,
      );
    const [id] = found;
    if (id === undefined) return { id: createRow(work, object, rest), created: true };
    updateRow(work, object, id, rest);
    return { id, created: false };
  });
}

// ---- the rows together ----

function each<T>(
  context: Context,
  items: readonly T[],
  allOrNone: boolean,
  types: readonly string[],
  act: (work: Work, item: T) => Done,
): RestResponse {
  const mixed = mixedTypes(context, types);
  if (mixed) return answer(items.map(() => ({ troubles: [mixed] })));
  const work = beginWork(context.org, context.caller);
  const outcomes: Outcome[] = [];
  const run = () => {
    for (const [index, item] of items.entries()) outcomes.push(attempt(context, index, () => act(work, item)));
    if (allOrNone && outcomes.some((outcome) => outcome.troubles)) throw new RolledBack();
  };
  try {
    context.org.store.atomically(run);
  } catch (cause) {
    if (!(cause instanceof RolledBack)) throw cause;
    return answer(
      outcomes.map((outcome) =>
        outcome.troubles ? outcome : { ...(outcome.id !== undefined && { id: outcome.id }), troubles: [ROLLED_BACK] },
      ),
    );
  }
  return answer(outcomes);
}

class RolledBack extends Error {}

function attempt(context: Context, index: number, act: () => Done): Outcome {
  const fault = context.rowFault(index);
  if (fault) return { troubles: [fault] };
  try {
    return act();
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return {
      troubles: cause.troubles.map((trouble) =>
        trouble.code === 'NOT_FOUND' ? { ...trouble, code: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id' } : trouble,
      ),
    };
  }
}

function answer(outcomes: readonly Outcome[]): RestResponse {
  const body = outcomes.map((outcome) =>
    outcome.troubles
      ? { ...(outcome.id !== undefined && { id: outcome.id }), success: false, errors: rowErrors(outcome.troubles) }
      : { id: outcome.id, success: true, errors: [], ...(outcome.created !== undefined && { created: outcome.created }) },
  );
  return { status: 200, body };
}

/** Set-up objects go alone, but for groups; and types may not alternate too often. */
function mixedTypes(context: Context, types: readonly string[]): Trouble | undefined {
  const chunks = types.filter((type, index) => type !== types[index - 1]).length;
  if (chunks > MOST_CHUNKS) {
    refuse(
      'LIMIT_EXCEEDED',
      `Cannot have more than ${MOST_CHUNKS} chunks in a single operation. Please rearrange the data to reduce chunking.`,
    );
  }
  const distinct = [...new Set(types)];
  const setup = distinct.find((type) => type !== 'Group' && context.org.schema.object(type)?.setup === true);
  if (setup === undefined || distinct.length === 1) return undefined;
  const other = distinct.find((type) => type !== setup) ?? '';
  const message = `DML operation on setup object is not permitted after you have updated a non-setup object (or vice versa): ${setup}, original object: ${other}`;
  return { code: 'MIXED_DML_OPERATION', message, fields: [] };
}

// ---- what came in ----

function recordsOf(request: RestRequest): { records: readonly Input[]; allOrNone: boolean } {
  const body = bodyObject(request);
  const { records, allOrNone } = body;
  if (!Array.isArray(records) || records.some((record) => typeof record !== 'object' || record === null)) {
    return refuse('JSON_PARSER_ERROR', 'records: a list of records is required');
  }
  if (records.length > MOST_ROWS)
    refuse('EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${MOST_ROWS} records in this request`);
  return { records: records as Input[], allOrNone: allOrNone === true };
}

function typeName(record: Input): string {
  const { attributes } = record;
  const type = typeof attributes === 'object' && attributes !== null ? (attributes as Record<string, unknown>)['type'] : undefined;
  return typeof type === 'string' ? type : '';
}

function typesOf(records: readonly Input[]): string[] {
  return records.map(typeName);
}

function typeOfRecord(context: Context, record: Input): ObjectType {
  const name = typeName(record);
  const object = context.org.schema.object(name);
  return object && object.api !== 'tooling' ? object : refuseRow('INVALID_TYPE', `sObject type '${name}' is not supported.`);
}

function withoutId(record: Input): { id: unknown; rest: Record<string, unknown> } {
  const key = Object.keys(record).find((name) => name.toLowerCase() === 'id');
  const rest = { ...record };
  if (key !== undefined) delete rest[key];
  return { id: key === undefined ? undefined : record[key], rest };
}

function idOf(object: ObjectType, id: unknown): string {
  if (id === undefined || id === null) refuseRow('MISSING_ARGUMENT', 'Id not specified in an update call');
  const known = typeof id === 'string' ? normalizeId(id) : undefined;
  if (known === undefined || known.slice(0, 3) !== object.prefix)
    refuseRow('MALFORMED_ID', `${object.label} ID: id value of incorrect type: ${plainText(id)}`, ['Id']);
  return known;
}

// ---- reading ----

export function retrieveAll(context: Context, request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object']);
  const { ids, fields } = request.method === 'POST' ? bodyObject(request) : listsOf(request);
  if (!Array.isArray(ids) || !Array.isArray(fields)) refuse('MISSING_ARGUMENT', 'ids and fields are required');
  if (ids.length > MOST_RETRIEVED)
    refuse('EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${MOST_RETRIEVED} records into this call`);
  const wanted = fieldsNamed(context, object, fields.map(String));
  const keys = ids.map((id) => normalizeId(String(id)) ?? refuse('MALFORMED_ID', `malformed id ${String(id)}`));
  const rows = readVisible(context.org, context.caller, object, keys);
  return {
    status: 200,
    body: keys.map((id) => {
      const row = rows.get(id);
      return row ? recordOut(context, object, wanted, row) : null;
    }),
  };
}

function listsOf(request: RestRequest): { ids: unknown; fields: unknown } {
  const list = (name: string) =>
    request.query
      .get(name)
      ?.split(',')
      .map((part) => part.trim());
  return { ids: list('ids'), fields: list('fields') };
}
