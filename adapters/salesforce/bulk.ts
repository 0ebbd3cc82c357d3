// Bulk API 2.0, ingest: the rows go as one upload, the org works them off in its own time, and says row by row what became of them.
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { BulkRefused, BulkUpdates, RowOutcome, WriteRow } from '../../ports/crm.ts';
import { shaped } from './answers.ts';
import { isBusyRow } from './errors.ts';
import type { Session } from './session.ts';
import { columns, failure, idOf } from './write.ts';

interface JobInfo {
  readonly id: string;
  readonly state: string;
  readonly errorMessage?: string;
}

/** An empty cell leaves a field alone; this empties it. */
const EMPTY = '#N/A';

export function bulkUpdates(session: Session): BulkUpdates {
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
    async begin(type, rows) {
      let job: JobInfo;
      try {
        const body = { object: type, operation: 'update', contentType: 'CSV', lineEnding: 'LF', columnDelimiter: 'COMMA' };
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
      const done = new Set((await table(job, 'successfulResults')).map((row) => row['sf__Id']));
      const failed = new Map((await table(job, 'failedResults')).map((row) => [row['Id'] ?? row['sf__Id'], row['sf__Error'] ?? '']));
      return rows.map((row): RowOutcome => {
        const id = idOf(row);
        const error = failed.get(id);
        if (done.has(id)) return { status: 'done', id };
        if (error !== undefined) return refusedRow(error);
        return { status: 'retry', code: 'NOT_PROCESSED', message: errorMessage ?? `the org ended the job (${state}) without this row` };
      });
    },
  };
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
  const records = rows.map((row): Readonly<Record<string, unknown>> => ({ Id: idOf(row), ...columns(row) }));
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const lines = records.map((record) => names.map((name) => (Object.hasOwn(record, name) ? cell(record[name]) : '')));
  return stringify([names, ...lines]);
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return EMPTY;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
