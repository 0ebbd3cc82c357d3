// Ingest jobs: open, upload, close; then rows go in by chunks of 200, each chunk one transaction with its results.
import { callerOf } from '../access/caller.ts';
import { normalizeId } from '../ids.ts';
import type { Org } from '../org.ts';
import { Refusal, notFound, refuse, refuseRow } from '../refusal.ts';
import { type Context, type RestRequest, type RestResponse, basePath, bodyObject } from '../rest/request.ts';
import { beginWork } from '../rows/begin.ts';
import type { Work } from '../rows/work.ts';
import { createRow, deleteRow, updateRow } from '../rows/write.ts';
import type { ObjectType } from '../schema/object.ts';
import { fieldOf } from '../schema/schema.ts';
import { formatOf, readCsv, writeCsv } from './csv.ts';
import {
  type Job,
  addResult,
  jobInfo,
  moveJob,
  openJob,
  readJob,
  readJobs,
  removeJob,
  results as resultRows,
  runInBackground,
} from './jobs.ts';
import { plainText } from '../text.ts';

type Params = Readonly<Record<string, string>>;

const OPERATIONS = ['insert', 'update', 'upsert', 'delete', 'hardDelete'];
const CHUNK = 200;

// ---- resources ----

export function create(context: Context, request: RestRequest): RestResponse {
  const body = bodyObject(request);
  const { object, operation, externalIdFieldName } = body;
  const type = context.org.schema.object(String(object));
  if (!type || type.api !== 'data')
    return refuse('INVALIDENTITY', `InvalidEntity : Entity '${String(object)}' is not supported by the Bulk API.`);
  if (!OPERATIONS.includes(String(operation))) refuse('INVALIDJOB', `unknown operation: ${String(operation)}`);
  if (operation === 'hardDelete' && !context.caller.permissions.has('BulkApiHardDelete'))
    refuse('FEATURENOTENABLED', 'hardDelete takes the permission Bulk API Hard Delete');
  const key = typeof externalIdFieldName === 'string' ? fieldOf(type, externalIdFieldName) : undefined;
  if (operation === 'upsert' && !(key?.externalId || key?.name === 'Id'))
    refuse('INVALIDJOB', 'InvalidJob : upsert takes externalIdFieldName, the name of an external id');
  const spec: Record<string, string> = { object: type.name, operation: String(operation) };
  if (key) spec['externalIdFieldName'] = key.name;
  for (const name of ['lineEnding', 'columnDelimiter', 'assignmentRuleId']) if (typeof body[name] === 'string') spec[name] = body[name];
  formatOf(spec);
  return { status: 200, body: infoOf(context, openJob(context.org, 'ingest', context.caller.userId, context.version, spec, 'Open')) };
}

export function upload(context: Context, request: RestRequest, params: Params): RestResponse {
  const job = own(context, params);
  if (job.state !== 'Open') refuse('INVALIDJOBSTATE', `a job that is ${job.state} takes no upload`);
  if (typeof request.body !== 'string') refuse('INVALIDCONTENT', 'the upload of a job is text/csv');
  const there = context.org.store.one('SELECT content IS NOT NULL AS there FROM "_job" WHERE id = ?', job.id)?.['there'];
  if (there === 1) refuse('INVALIDJOBSTATE', 'a job takes one upload');
  moveJob(context.org, job.id, { content: request.body });
  return { status: 201 };
}

export function change(context: Context, request: RestRequest, params: Params): RestResponse {
  const job = own(context, params);
  const { state } = bodyObject(request);
  if (state !== 'UploadComplete' && state !== 'Aborted') refuse('INVALIDJOBSTATE', `a job can not be made ${String(state)}`);
  const mayMove = job.state === 'Open' || (state === 'Aborted' && (job.state === 'UploadComplete' || job.state === 'InProgress'));
  if (!mayMove) refuse('INVALIDJOBSTATE', `a job that is ${job.state} can not become ${state}`);
  moveJob(context.org, job.id, { state });
  if (state === 'UploadComplete') proceed(context.org, job.id);
  return { status: 200, body: infoOf(context, readJob(context.org, 'ingest', job.id)) };
}

export function info(context: Context, _request: RestRequest, params: Params): RestResponse {
  return { status: 200, body: infoOf(context, own(context, params)) };
}

export function list(context: Context): RestResponse {
  const jobs = readJobs(context.org, 'kind = ?', 'ingest').filter((job) => mayRead(context, job));
  return { status: 200, body: { done: true, records: jobs.map((job) => infoOf(context, job)), nextRecordsUrl: null } };
}

export function remove(context: Context, _request: RestRequest, params: Params): RestResponse {
  removeJob(context.org, own(context, params));
  return { status: 204 };
}

export function results(context: Context, _request: RestRequest, params: Params): RestResponse {
  const job = own(context, params);
  const format = formatOf(job.spec);
  const { header, rows } = contentOf(context.org, job);
  const which = params['results']?.toLowerCase();
  const table = {
    successfulresults: () => [['sf__Id', 'sf__Created', ...header], ...resultRows(context.org, job.id, 'ok = 1')],
    failedresults: () => [['sf__Id', 'sf__Error', ...header], ...resultRows(context.org, job.id, 'ok = 0')],
    unprocessedrecords: () => [header, ...(job.state === 'Aborted' || job.state === 'Failed' ? rows.slice(job.processed) : [])],
  }[which ?? ''];
  const [names = [], ...lines] = table ? table() : notFound();
  return { status: 200, body: writeCsv(names as string[], lines, format), headers: { 'Content-Type': 'text/csv' } };
}

function own(context: Context, params: Params): Job {
  const job = readJob(context.org, 'ingest', normalizeId(params['id'] ?? ''));
  return mayRead(context, job) ? job : notFound();
}

function mayRead(context: Context, job: Job): boolean {
  return job.caller === context.caller.userId || context.caller.permissions.has('ViewAllData');
}

function infoOf(context: Context, job: Job): object {
  return {
    ...jobInfo(job),
    object: job.spec['object'],
    ...(job.spec['externalIdFieldName'] !== undefined && { externalIdFieldName: job.spec['externalIdFieldName'] }),
    jobType: 'V2Ingest',
    contentUrl: `${basePath(context).slice(1)}/jobs/ingest/${job.id}/batches`,
    apiActiveProcessingTime: 0,
    apexProcessingTime: 0,
    numberRecordsFailed: job.failed,
  };
}

// ---- work ----

/** Jobs that were under way when the org stopped go on. */
export function resumeIngest(org: Org): void {
  for (const job of readJobs(org, "kind = 'ingest' AND state IN ('UploadComplete', 'InProgress')")) proceed(org, job.id);
}

function contentOf(org: Org, job: Job): ReturnType<typeof readCsv> {
  const content = org.store.one('SELECT content FROM "_job" WHERE id = ?', job.id)?.['content'];
  return readCsv(typeof content === 'string' ? content : '', formatOf(job.spec));
}

function proceed(org: Org, id: string): void {
  let content: ReturnType<typeof readCsv> | undefined;
  const step = (): boolean => {
    const job = readJob(org, 'ingest', id);
    if (job.state !== 'UploadComplete' && job.state !== 'InProgress') return false;
    content ??= contentOf(org, job);
    const caller = callerOf(org, job.caller);
    const type = org.schema.object(job.spec['object'] ?? '');
    if (!caller || !type) throw new Error(`job ${id} has lost its user or its object`);
    const chunk = content.rows.slice(job.processed, job.processed + CHUNK);
    const { header } = content;
    org.store.atomically(() => {
      const work = beginWork(org, caller);
      let failed = 0;
      for (const [index, cells] of chunk.entries()) failed += processRow(work, job, type, header, cells, job.processed + index) ? 0 : 1;
      const processed = job.processed + chunk.length;
      const done = processed >= (content?.rows.length ?? 0);
      moveJob(org, id, { state: done ? 'JobComplete' : 'InProgress', processed, failed: job.failed + failed });
    });
    return readJob(org, 'ingest', id).state === 'InProgress';
  };
  runInBackground(org, id, step);
}

function processRow(work: Work, job: Job, type: ObjectType, header: readonly string[], cells: readonly string[], at: number): boolean {
  const padded = header.map((_, index) => cells[index] ?? '');
  try {
    const { id, created } = perform(work, job, type, inputOf(header, padded));
    addResult(work.org, job.id, at, true, [id, created, ...padded]);
    return true;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const error = cause.troubles
      .map(
        ({ code, message, fields }) =>
          `${code === 'NOT_FOUND' ? 'INVALID_CROSS_REFERENCE_KEY' : code}:${message}:${(fields ?? []).join(',')}--`,
      )
      .join(';');
    addResult(work.org, job.id, at, false, [padded[header.findIndex((name) => name.toLowerCase() === 'id')] ?? '', error, ...padded]);
    return false;
  }
}

/** An empty cell says nothing, `#N/A` empties the field; `Account.Key__c` refers by an external id. */
function inputOf(header: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [index, name] of header.entries()) {
    const cell = cells[index] ?? '';
    if (cell === '') continue;
    const value = cell === '#N/A' ? null : cell;
    const [relationship = '', key] = name.split('.');
    if (key === undefined) input[name] = value;
    else input[relationship] = value === null ? null : { [key]: value };
  }
  return input;
}

function perform(work: Work, job: Job, type: ObjectType, input: Record<string, unknown>): { id: string; created: boolean } {
  const key = Object.keys(input).find((name) => name.toLowerCase() === 'id');
  const id = key === undefined ? undefined : normalizeId(String(input[key]));
  const rest = { ...input };
  if (key !== undefined) delete rest[key];
  switch (job.spec['operation']) {
    case 'insert':
      return { id: createRow(work, type, rest), created: true };
    case 'upsert':
      return upsert(work, job, type, input, rest, id);
    case 'update':
      updateRow(work, type, requireId(type, id), rest);
      return { id: requireId(type, id), created: false };
    default:
      deleteRow(work, type, requireId(type, id));
      if (job.spec['operation'] === 'hardDelete') work.org.store.run(`DELETE FROM "${type.name}" WHERE "Id" = ?`, requireId(type, id));
      return { id: requireId(type, id), created: false };
  }
}

function requireId(type: ObjectType, id: string | undefined): string {
  if (id === undefined) return refuseRow('MISSING_ARGUMENT', 'Id not specified in an update call');
  return id.startsWith(type.prefix ?? '') ? id : refuseRow('MALFORMED_ID', `${type.label} ID: id value of incorrect type: ${id}`, ['Id']);
}

function upsert(
  work: Work,
  job: Job,
  type: ObjectType,
  input: Record<string, unknown>,
  rest: Record<string, unknown>,
  id: string | undefined,
) {
  const name = job.spec['externalIdFieldName'] ?? 'Id';
  const found = name === 'Id' ? [id].filter((known) => known !== undefined) : findAll(work.org, type, name, input[name]);
  if (found.length > 1) refuseRow('DUPLICATE_EXTERNAL_ID', `${name}: more than one record found for external id field`);
  const [known] = found;
  if (known === undefined) return { id: createRow(work, type, rest), created: true };
  updateRow(work, type, known, rest);
  return { id: known, created: false };
}

function findAll(org: Org, type: ObjectType, name: string, value: unknown): string[] {
  if (value === undefined || value === null) return refuseRow('MISSING_ARGUMENT', `${name} not specified`);
  const alive = type.recycled ? ' AND "IsDeleted" = 0' : '';
  return org.store.all(`SELECT "Id" FROM "${type.name}" WHERE "${name}" = ?${alive}`, plainText(value)).map((row) => String(row['Id']));
}
