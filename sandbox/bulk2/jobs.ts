// Bulk API 2.0 jobs, as they are kept. A job goes on in small transactions beside the requests, and after a restart where it was.
import type { Org } from '../org.ts';
import { Refusal, notFound, refuse } from '../refusal.ts';
import type { Bound } from '../storage/store.ts';
import { momentText } from '../soql/shape.ts';

export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

export interface Job {
  readonly id: string;
  readonly kind: 'ingest' | 'query';
  readonly state: JobState;
  readonly caller: string;
  readonly version: number;
  readonly spec: Readonly<Record<string, string>>;
  readonly created: number;
  readonly changed: number;
  readonly processed: number;
  readonly failed: number;
  readonly error: string | null;
}

export function createJobTables(org: Org): void {
  org.store.exec(`CREATE TABLE IF NOT EXISTS "_job" (id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, caller TEXT NOT NULL, version INTEGER NOT NULL,
    spec TEXT NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL, processed INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, error TEXT, content TEXT)`);
  org.store.exec(
    `CREATE TABLE IF NOT EXISTS "_job_row" (job TEXT NOT NULL, at INTEGER NOT NULL, ok INTEGER NOT NULL, cells TEXT NOT NULL, PRIMARY KEY (job, at)) WITHOUT ROWID`,
  );
}

export function openJob(
  org: Org,
  kind: Job['kind'],
  caller: string,
  version: number,
  spec: Readonly<Record<string, string>>,
  state: JobState,
): Job {
  const id = org.nextId('750');
  const now = org.clock.stamp();
  const row = [id, kind, state, caller, version, JSON.stringify(spec), now, now] as const;
  org.store.run('INSERT INTO "_job" (id, kind, state, caller, version, spec, created, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)', ...row);
  return readJob(org, kind, id);
}

const COLUMNS = 'id, kind, state, caller, version, spec, created, changed, processed, failed, error';

export function readJob(org: Org, kind: Job['kind'], id: string | undefined): Job {
  const row = org.store.one(`SELECT ${COLUMNS} FROM "_job" WHERE id = ? AND kind = ?`, id ?? '', kind);
  return row ? jobOf(row) : notFound();
}

export function readJobs(org: Org, where: string, ...params: Bound[]): Job[] {
  return org.store.all(`SELECT ${COLUMNS} FROM "_job" WHERE ${where} ORDER BY id`, ...params).map(jobOf);
}

function jobOf(row: Record<string, Bound>): Job {
  return { ...(row as unknown as Job), spec: JSON.parse(String(row['spec'])) as Record<string, string> };
}

export function moveJob(
  org: Org,
  id: string,
  cells: {
    readonly state?: JobState;
    readonly error?: string;
    readonly processed?: number;
    readonly failed?: number;
    readonly content?: string | null;
  },
): void {
  const names = Object.keys(cells);
  const values = Object.values(cells) as Bound[];
  org.store.run(
    `UPDATE "_job" SET ${names.map((name) => `${name} = ?, `).join('')}changed = ? WHERE id = ?`,
    ...values,
    org.clock.stamp(),
    id,
  );
}

export function removeJob(org: Org, job: Job): void {
  if (job.state === 'InProgress' || job.state === 'UploadComplete')
    refuse('INVALIDJOBSTATE', `a job that is ${job.state} can not be deleted`);
  org.store.run('DELETE FROM "_job_row" WHERE job = ?', job.id);
  org.store.run('DELETE FROM "_job" WHERE id = ?', job.id);
}

export function addResult(org: Org, job: string, at: number, ok: boolean, cells: readonly unknown[]): void {
  org.store.run('INSERT OR REPLACE INTO "_job_row" VALUES (?, ?, ?, ?)', job, at, ok ? 1 : 0, JSON.stringify(cells));
}

export function results(org: Org, job: string, where: string, ...params: Bound[]): unknown[][] {
  return org.store
    .all(`SELECT cells FROM "_job_row" WHERE job = ? AND ${where}`, job, ...params)
    .map((row) => JSON.parse(String(row['cells'])) as unknown[]);
}

/** What clients are told of a job of either kind. */
export function jobInfo(job: Job): Record<string, unknown> {
  return {
    id: job.id,
    operation: job.spec['operation'],
    createdById: job.caller,
    createdDate: momentText(job.created),
    systemModstamp: momentText(job.changed),
    state: job.state,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: job.version,
    lineEnding: job.spec['lineEnding'] ?? 'LF',
    columnDelimiter: job.spec['columnDelimiter'] ?? 'COMMA',
    retries: 0,
    totalProcessingTime: Math.max(0, job.changed - job.created),
    numberRecordsProcessed: job.processed,
    ...(job.error !== null && { errorMessage: job.error }),
  };
}

// ---- work beside the requests ----

const running = new WeakMap<Org, { closed: boolean }>();

/** Runs the steps of a job one after the other, each when the requests that wait have had their turn. */
export function runInBackground(org: Org, id: string, step: () => boolean): void {
  const state = running.get(org) ?? { closed: false };
  running.set(org, state);
  const next = () => {
    if (state.closed) return;
    try {
      if (step()) setImmediate(next);
    } catch (cause) {
      const refused = cause instanceof Refusal ? cause.troubles.map(({ message }) => message).join('; ') : undefined;
      moveJob(org, id, { state: 'Failed', error: refused ?? 'InternalServerError : the job could not be processed' });
      if (refused === undefined) org.bug(cause);
    }
  };
  setImmediate(next);
}

/** Nothing of a job is done after this; what is left goes on with the next start. */
export function stopJobs(org: Org): void {
  const state = running.get(org) ?? { closed: false };
  state.closed = true;
  running.set(org, state);
}
