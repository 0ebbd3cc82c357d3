// Query jobs: the ids of all rows first, then the rows by portions, kept until they are read page by page.
import { callerOf } from '../access/caller.ts';
import { normalizeId } from '../ids.ts';
import type { Org } from '../org.ts';
import { notFound, refuse } from '../refusal.ts';
import { type Context, type RestRequest, type RestResponse, bodyObject } from '../rest/request.ts';
import type { Compiled, Shape } from '../soql/plan.ts';
import { allIds, compileQuery, rowsOf } from '../soql/run.ts';
import { valueOut } from '../soql/shape.ts';
import { formatOf, writeCsv } from './csv.ts';
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

const PORTION = 2000;
const PAGE = 50_000;

// ---- resources ----

export function create(context: Context, request: RestRequest): RestResponse {
  const body = bodyObject(request);
  const { operation, query } = body;
  if (operation !== 'query' && operation !== 'queryAll') refuse('INVALIDJOB', `unknown operation: ${String(operation)}`);
  const spec: Record<string, string> = { operation, query: plainText(query) };
  for (const name of ['lineEnding', 'columnDelimiter']) if (typeof body[name] === 'string') spec[name] = body[name];
  formatOf(spec);
  const compiled = compileQuery(context.org, context.caller, spec['query'] ?? '', { all: operation === 'queryAll', tooling: false });
  if (compiled.kind !== 'rows' || compiled.children.length > 0 || compiled.offset !== null) {
    refuse('API_ERROR', 'Bulk API 2.0 queries take no aggregates, GROUP BY, OFFSET or sub-queries');
  }
  spec['object'] = compiled.object.name;
  const job = openJob(context.org, 'query', context.caller.userId, context.version, spec, 'UploadComplete');
  proceed(context.org, job.id);
  return { status: 200, body: infoOf(job) };
}

export function info(context: Context, _request: RestRequest, params: Params): RestResponse {
  return { status: 200, body: infoOf(own(context, params)) };
}

export function list(context: Context): RestResponse {
  const jobs = readJobs(context.org, 'kind = ? AND caller = ?', 'query', context.caller.userId);
  return { status: 200, body: { done: true, records: jobs.map(infoOf), nextRecordsUrl: null } };
}

export function change(context: Context, request: RestRequest, params: Params): RestResponse {
  const job = own(context, params);
  if (bodyObject(request)['state'] !== 'Aborted' || !['UploadComplete', 'InProgress'].includes(job.state)) {
    refuse('INVALIDJOBSTATE', `a query job that is ${job.state} can only be aborted while it runs`);
  }
  moveJob(context.org, job.id, { state: 'Aborted' });
  return { status: 200, body: infoOf(readJob(context.org, 'query', job.id)) };
}

export function remove(context: Context, _request: RestRequest, params: Params): RestResponse {
  removeJob(context.org, own(context, params));
  return { status: 204 };
}

/** The locator is the number of the first row, and the text `null` on the last page. */
export function results(context: Context, request: RestRequest, params: Params): RestResponse {
  const job = own(context, params);
  if (job.state !== 'JobComplete') refuse('INVALIDJOBSTATE', `the job is ${job.state}`);
  const from = locatorOf(request.query.get('locator'));
  const size = Number(request.query.get('maxRecords') ?? PAGE);
  if (!Number.isInteger(size) || size < 1) refuse('INVALIDQUERYLOCATOR', 'maxRecords is a number of rows');
  const [header = []] = resultRows(context.org, job.id, 'at = -1');
  const rows = resultRows(context.org, job.id, 'at >= ? AND at < ? ORDER BY at', from, from + size);
  const next = from + rows.length;
  return {
    status: 200,
    body: writeCsv(header.map(String), rows, formatOf(job.spec)),
    headers: {
      'Content-Type': 'text/csv',
      'Sforce-NumberOfRecords': String(rows.length),
      'Sforce-Locator': next < job.processed ? Buffer.from(String(next)).toString('base64url') : 'null',
    },
  };
}

function locatorOf(text: string | null): number {
  if (text === null) return 0;
  const number = Buffer.from(text, 'base64url').toString();
  return /^\d+$/.test(number) ? Number(number) : refuse('INVALIDQUERYLOCATOR', 'invalid locator');
}

function own(context: Context, params: Params): Job {
  const job = readJob(context.org, 'query', normalizeId(params['id'] ?? ''));
  return job.caller === context.caller.userId ? job : notFound();
}

function infoOf(job: Job): object {
  return { ...jobInfo(job), object: job.spec['object'], jobType: 'V2Query' };
}

// ---- work ----

export function resumeQueries(org: Org): void {
  for (const job of readJobs(org, "kind = 'query' AND state IN ('UploadComplete', 'InProgress')")) proceed(org, job.id);
}

function proceed(org: Org, id: string): void {
  let plan: { readonly query: Compiled; readonly ids: readonly string[]; readonly columns: readonly Column[] } | undefined;
  let taken = 0;
  let written = 0;
  const step = (): boolean => {
    const job = readJob(org, 'query', id);
    if (job.state !== 'UploadComplete' && job.state !== 'InProgress') return false;
    const begun = plan ?? begin(org, job);
    plan = begun;
    org.store.atomically(() => {
      if (taken === 0)
        addResult(
          org,
          id,
          -1,
          true,
          begun.columns.map(({ name }) => name),
        );
      // Rows that were deleted meanwhile are missing here, so that what was taken and what was written may differ.
      for (const row of rowsOf(org, begun.query, begun.ids.slice(taken, taken + PORTION))) {
        addResult(
          org,
          id,
          written,
          true,
          begun.columns.map((column) => cellOut(column, row)),
        );
        written += 1;
      }
      taken += PORTION;
      moveJob(org, id, { state: taken >= begun.ids.length ? 'JobComplete' : 'InProgress', processed: written });
    });
    return readJob(org, 'query', id).state === 'InProgress';
  };
  runInBackground(org, id, step);
}

function begin(org: Org, job: Job) {
  const caller = callerOf(org, job.caller);
  if (!caller) throw new Error(`job ${job.id} has lost its user`);
  const query = compileQuery(org, caller, job.spec['query'] ?? '', { all: job.spec['operation'] === 'queryAll', tooling: false });
  return { query, ids: allIds(org, query), columns: columnsOf(query.shape, '') };
}

interface Column {
  readonly name: string;
  readonly index: number;
  readonly type: Parameters<typeof valueOut>[0];
}

function columnsOf(shape: Shape, prefix: string): Column[] {
  return shape.entries.flatMap((entry) => {
    if (entry.kind === 'value') return [{ name: prefix + entry.name, index: entry.column, type: entry.type }];
    return entry.kind === 'parent' ? columnsOf(entry.shape, `${prefix}${entry.name}.`) : [];
  });
}

function cellOut(column: Column, row: Parameters<typeof valueOut>[1][]): unknown {
  const value = valueOut(column.type, row[column.index] ?? null);
  return typeof value === 'string' && column.type === 'datetime' ? value.replace('+0000', 'Z') : value;
}
