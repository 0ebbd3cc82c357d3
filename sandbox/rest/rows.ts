// One row: read, created, changed, deleted; by id or by an external id; with the conditions of HTTP.
import { createHash } from 'node:crypto';
import { type Caller, visibleField, visibleFields } from '../access/caller.ts';
import { visibleRows } from '../access/sharing.ts';
import { normalizeId } from '../ids.ts';
import type { Org } from '../org.ts';
import { Refusal, notFound, refuse } from '../refusal.ts';
import { beginWork } from '../rows/begin.ts';
import { cellOf } from '../rows/values.ts';
import { createRow, deleteRow, presentRow, updateRow } from '../rows/write.ts';
import type { Field, Row } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import { type RecordOut, valueOut } from '../soql/shape.ts';
import { allOf, sql } from '../storage/sql.ts';
import { type Context, type RestRequest, type RestResponse, basePath, bodyObject, objectOf } from './request.ts';

type Params = Readonly<Record<string, string>>;

// ---- reading ----

/** Rows that the caller may see, by id; those that are not there are left out. */
export function readVisible(org: Org, caller: Caller, object: ObjectType, ids: readonly string[]): Map<string, Row> {
  const parts = [sql('t."Id" IN (SELECT value FROM json_each(?))', JSON.stringify(ids))];
  if (object.recycled) parts.push(sql('t."IsDeleted" = 0'));
  const visible = visibleRows(org, caller, object, 't');
  if (visible) parts.push(visible);
  const where = allOf(parts);
  const rows = org.store.all(`SELECT t.* FROM "${object.name}" t WHERE ${where.text}`, ...where.params) as Row[];
  return new Map(rows.map((row) => [String(row['Id']), row]));
}

export function recordOut(context: Context, object: ObjectType, fields: readonly Field[], row: Row): RecordOut {
  const record: RecordOut = { attributes: { type: object.name, url: `${basePath(context)}/sobjects/${object.name}/${String(row['Id'])}` } };
  for (const field of fields) record[field.name] = valueOut(field.type, row[field.name] ?? null);
  return record;
}

/** The fields of a list such as `Id,Name`; all that the caller may see without one. */
export function fieldsNamed(context: Context, object: ObjectType, names: readonly string[] | undefined): Field[] {
  if (names === undefined) return visibleFields(context.caller, object);
  const unknown = names.filter((name) => !visibleField(context.caller, object, name));
  if (unknown.length > 0) refuse('INVALID_FIELD', `No such column '${unknown.join("', '")}' on sobject of type ${object.name}`);
  const fields = names.map((name) => visibleField(context.caller, object, name)).filter((field) => field !== undefined);
  const id = visibleField(context.caller, object, 'Id');
  return id && !fields.includes(id) ? [...fields, id] : fields;
}

function seen(context: Context, object: ObjectType, text: string | undefined): Row {
  const id = normalizeId(text ?? '');
  const row = id === undefined ? undefined : readVisible(context.org, context.caller, object, [id]).get(id);
  if (row) return row;
  const gone =
    id !== undefined &&
    object.recycled &&
    context.org.store.one(`SELECT 1 AS yes FROM "${object.name}" WHERE "Id" = ? AND "IsDeleted" = 1`, id);
  return gone ? refuse('ENTITY_IS_DELETED', 'entity is deleted') : notFound();
}

export function getRow(context: Context, request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object']);
  return answerRow(context, request, object, seen(context, object, params['id']));
}

function answerRow(context: Context, request: RestRequest, object: ObjectType, row: Row): RestResponse {
  const headers = rowHeaders(object, row);
  const unchanged = checkConditions(request, object, row);
  if (unchanged) return { status: 304, headers };
  const names = request.query
    .get('fields')
    ?.split(',')
    .map((name) => name.trim());
  return { status: 200, body: recordOut(context, object, fieldsNamed(context, object, names), row), headers };
}

// ---- conditions ----

function etagOf(row: Row): string {
  return `"${createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 22)}--gzip"`;
}

function rowHeaders(object: ObjectType, row: Row): Record<string, string> {
  const at = row['LastModifiedDate'] ?? row['SystemModstamp'];
  return {
    ...(typeof at === 'number' && { 'Last-Modified': new Date(at).toUTCString() }),
    ...(object.name === 'Account' && { ETag: etagOf(row) }),
  };
}

/** True where nothing changed since the client read the row; a refusal where a condition does not hold. Resolution: one second. */
function checkConditions(request: RestRequest, object: ObjectType, row: Row): boolean {
  const { headers } = request;
  const changed = Number(row['LastModifiedDate'] ?? row['SystemModstamp'] ?? 0);
  const unmodified = timeOf(headers['if-unmodified-since']);
  if (unmodified !== undefined && changed > unmodified) failed();
  const modified = timeOf(headers['if-modified-since']);
  const entity = object.name === 'Account' ? etagOf(row) : undefined;
  if (entity !== undefined && headers['if-match'] !== undefined && !tags(headers['if-match']).includes(entity)) failed();
  if (entity !== undefined && headers['if-none-match'] !== undefined && tags(headers['if-none-match']).includes(entity)) return true;
  return modified !== undefined && changed <= modified;
}

function failed(): never {
  throw new Refusal([{ code: 'PRECONDITION_FAILED', message: 'A precondition of the request does not hold: the row has been changed' }]);
}

function tags(header: string): string[] {
  return header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
}

function timeOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const time = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? refuse('INVALID_DATE_FORMAT', `not a date of RFC 1123: ${header}`, 400) : time;
}

// ---- writing ----

export function postRow(context: Context, request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object']);
  failOnPurpose(context);
  const id = createRow(beginWork(context.org, context.caller), object, bodyObject(request));
  return {
    status: 201,
    body: { id, success: true, errors: [] },
    headers: { Location: `${basePath(context)}/sobjects/${object.name}/${id}` },
  };
}

export function patchRow(context: Context, request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object']);
  const id = normalizeId(params['id'] ?? '') ?? notFound();
  const work = beginWork(context.org, context.caller);
  const row = presentRow(work, object, id);
  if (checkConditions(request, object, row)) failed();
  failOnPurpose(context);
  updateRow(work, object, id, bodyObject(request));
  return { status: 204 };
}

export function destroyRow(context: Context, _request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object']);
  failOnPurpose(context);
  deleteRow(beginWork(context.org, context.caller), object, normalizeId(params['id'] ?? '') ?? notFound());
  return { status: 204 };
}

/** A single row is the row with index 0. */
function failOnPurpose(context: Context): void {
  const trouble = context.rowFault(0);
  if (trouble) throw new Refusal([trouble]);
}

// ---- by external id ----

/** The field that rows of the object may be found by; an ordinary field leads nowhere. */
export function externalKey(context: Context, object: ObjectType, name: string): Field {
  const field = visibleField(context.caller, object, name);
  return field && (field.externalId || field.name === 'Id') ? field : notFound();
}

/** Ids of the rows that have the value, however it is spelled. */
export function findByKey(context: Context, object: ObjectType, field: Field, value: unknown): string[] {
  if (field.name === 'Id') {
    const id = normalizeId(String(value));
    return id !== undefined && readVisible(context.org, context.caller, object, [id]).has(id) ? [id] : [];
  }
  const checked = cellOf(context.org.schema, field, value);
  if ('trouble' in checked) throw new Refusal([checked.trouble]);
  const foreign = typeof checked.cell === 'string' && /[^ -~]/.test(checked.cell) && !field.caseSensitive;
  const compare = foreign ? `fold("${field.name}") = fold(?)` : `"${field.name}" = ?`;
  const alive = object.recycled ? ' AND "IsDeleted" = 0' : '';
  return context.org.store.all(`SELECT "Id" FROM "${object.name}" WHERE ${compare}${alive}`, checked.cell).map((row) => String(row['Id']));
}

function single(context: Context, object: ObjectType, params: Params): string | RestResponse {
  const field = externalKey(context, object, params['field'] ?? '');
  const ids = findByKey(context, object, field, params['value']);
  if (ids.length > 1) return { status: 300, body: ids.map((id) => `${basePath(context)}/sobjects/${object.name}/${id}`) };
  return ids[0] ?? notFound();
}

export function getByKey(context: Context, request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object']);
  const id = single(context, object, params);
  return typeof id === 'string' ? answerRow(context, request, object, seen(context, object, id)) : id;
}

export function destroyByKey(context: Context, _request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object']);
  const id = single(context, object, params);
  if (typeof id !== 'string') return id;
  deleteRow(beginWork(context.org, context.caller), object, id);
  return { status: 204 };
}

/** From this version on an update by upsert says so in a body. */
const BODY_SINCE = 46;

export function upsertByKey(context: Context, request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object']);
  const field = externalKey(context, object, params['field'] ?? '');
  const input = bodyObject(request);
  const sent = Object.keys(input).find((name) => name.toLowerCase() === field.name.toLowerCase());
  if (sent !== undefined) refuse('INVALID_FIELD', `The ${field.name} field should not be specified in the sobject data.`);
  failOnPurpose(context);
  const ids = findByKey(context, object, field, params['value']);
  if (ids.length > 1) return { status: 300, body: ids.map((id) => `${basePath(context)}/sobjects/${object.name}/${id}`) };
  const work = beginWork(context.org, context.caller);
  const [id] = ids;
  if (id !== undefined) {
    updateRow(work, object, id, input);
    return context.version < BODY_SINCE ? { status: 204 } : { status: 200, body: { id, success: true, errors: [], created: false } };
  }
  if (request.query.get('updateOnly') === 'true' || field.name === 'Id') notFound();
  const made = createRow(work, object, { ...input, [field.name]: params['value'] });
  return { status: 201, body: { id: made, success: true, errors: [], created: true } };
}
