// Bulk API 2.0, ingest: the rows go as one upload, the org works them off in its own time, and says row by row what became of them.
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { BulkRefused, BulkWrites, RowOutcome, WriteBatch, WriteRow } from '../../ports/crm.ts';
import { shaped } from './answers.ts';
import { isBusyRow } from './errors.ts';
import type { Session } from './session.ts';
import { columns, failure, idOf } from './write.ts';

interface JobInfo {
  readonly id: string;
  readonly state: string;
  readonly errorMessage?: string;
}

const OPERATIONS: Readonly<Record<WriteBatch['operation'], string>> = { create: 'insert', update: 'update', delete: 'delete' };

/** An empty cell leaves a field alone; this empties it. */
const EMPTY = '#N/A';

export function bulkWrites(session: Session): BulkWrites {
  const jobPath = (id: string) => `/jobs/ingest/${id}`;
  const isJob = ({ id, state }: JobInfo) => typeof id === 'string' && typeof state === 'string';

  async function table(job: string, which: 'successfulResults' | 'failedResults') {
    const text = await session.read<string>({
      method: 'GET',
      path: `${jobPath(job)}/${which}`,
      headers: { accept: 'text/csv' },
      table: true,
    });
    return parse(text, { columns: true, skip_empty_lines: true }) as Readonly<Record<string, string>>[];
  }

  return {
    async begin(type, rows, operation = 'update') {
      let job: JobInfo;
      try {
        const body = { object: type, operation: OPERATIONS[operation], contentType: 'CSV', lineEnding: 'LF', columnDelimiter: 'COMMA' };
        const opened = await session.write<JobInfo>({ method: 'POST', path: '/jobs/ingest', body });
        job = shaped(opened, isJob, 'job', session.instanceUrl);
        const headers = { 'content-type': 'text/csv' };
        await session.write({ method: 'PUT', path: `${jobPath(job.id)}/batches`, headers, body: csvOf(rows) });
      } catch (error) {
        // Until it is closed the org does nothing with it.
        return { kind: 'refused', outcome: notDone(failure(error)) };
      }
      try {
        await session.write({ method: 'PATCH', path: jobPath(job.id), body: { state: 'UploadComplete' } });
      } catch (error) {
        const outcome = failure(error);
        if (outcome.status !== 'unknown') return { kind: 'refused', outcome: notDone(outcome) } satisfies BulkRefused;
      }
      return { kind: 'begun', job: job.id };
    },
    async ended(job, rows) {
      const { state, errorMessage } = shaped(
        await session.read<JobInfo>({ method: 'GET', path: jobPath(job) }),
        isJob,
        'job',
        session.instanceUrl,
      );
      if (state !== 'JobComplete' && state !== 'Failed' && state !== 'Aborted')
        return state === 'Open' ? rows.map(() => NOT_CLOSED) : undefined;
      const done = byRow(await table(job, 'successfulResults'), rows);
      const failed = byRow(await table(job, 'failedResults'), rows);
      return rows.map((row): RowOutcome => {
        const made = done(row);
        if (made !== undefined) return { status: 'done', id: made['sf__Id'] ?? row.id ?? '' };
        const refused = failed(row);
        if (refused !== undefined) return refusedRow(refused['sf__Error'] ?? '');
        return { status: 'retry', code: 'NOT_PROCESSED', message: errorMessage ?? `the org ended the job (${state}) without this row` };
      });
    },
  };
}

type Result = Readonly<Record<string, string>>;

/** What became of rows: a record that is there is known by its id, one that is made by what it was made of. */
function byRow(results: readonly Result[], rows: readonly WriteRow[]): (row: WriteRow) => Result | undefined {
  const names = rows.some(({ id }) => id === undefined) ? namesIn(rows) : undefined;
  const left = Map.groupBy(results, (result) =>
    names === undefined ? result['Id'] || result['sf__Id'] || '' : textOf(names.map((name) => result[name] ?? '')),
  );
  return (row) => left.get(row.id ?? textOf(cellsOf(row, names ?? [])))?.shift();
}

/** The call that closes it was lost, and it is not closed. */
const NOT_CLOSED: RowOutcome = { status: 'retry', code: 'NOT_CLOSED', message: 'the job was not begun by the org' };

/** What was not closed was not executed, whether or not there was an answer. */
function notDone(outcome: RowOutcome): RowOutcome {
  if (outcome.status !== 'unknown') return outcome;
  return { status: 'retry', code: outcome.code, message: outcome.message };
}

/** `INVALID_FIELD:No such column:Score__c --` */
function refusedRow(text: string): RowOutcome {
  const [code = 'UNKNOWN', ...rest] = text.split(':');
  const message = rest.join(':').replace(/\s*--\s*$/, '') || text;
  return isBusyRow(code) ? { status: 'retry', code, message } : { status: 'failed', code, message };
}

function csvOf(rows: readonly WriteRow[]): string {
  const hasIds = rows.some(({ id }) => id !== undefined);
  const names = namesIn(rows);
  const lines = rows.map((row) => [...(hasIds ? [idOf(row)] : []), ...cellsOf(row, names)]);
  return stringify([[...(hasIds ? ['Id'] : []), ...names], ...lines]);
}

function namesIn(rows: readonly WriteRow[]): readonly string[] {
  return [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))];
}

function cellsOf(row: WriteRow, names: readonly string[]): readonly string[] {
  const values = columns(row);
  return names.map((name) => (Object.hasOwn(values, name) ? cell(values[name]) : ''));
}

function textOf(cells: readonly string[]): string {
  return JSON.stringify(cells);
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return EMPTY;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
