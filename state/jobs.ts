// Jobs: one row each, with how far it is.
import type { Kysely, Transaction } from 'kysely';
import type { StepResult } from '../plans/plan.ts';
import { runAddress } from '../plans/runs.ts';
import { addressText } from '../resources/core.ts';
import type { JobCounts, JobQuery, JobRow, Jobs, NewJob } from '../ports/jobs.ts';
import type { Scope } from '../ports/store.ts';
import type { Tables } from './schema.ts';
import { inScope, scopeRow } from './sql.ts';
import { lookThenWrite, readThenWrite } from './transaction.ts';

const OPEN = ['waiting', 'running'] as const;
const NOTHING_SEEN: JobCounts = { seen: 0, changed: 0, unchanged: 0, failed: 0 };

export function jobs(db: Kysely<Tables>): Jobs {
  return {
    start: (scope, job) => lookThenWrite(db, (trx) => startJob(trx, scope, job)),
    async find(scope, id) {
      const row = await db.selectFrom('jobs').selectAll().where(inScope(scope)).where('id', '=', id).executeTakeFirst();
      return row && toRow(row);
    },
    async unfinished(scope) {
      const rows = await db
        .selectFrom('jobs')
        .selectAll()
        .where(inScope(scope))
        .where('status', 'in', OPEN)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(toRow);
    },
    async advance(scope, id, { from, to, counts }) {
      const result = await db
        .updateTable('jobs')
        .set({ status: 'running', cursor: to, counts: JSON.stringify(counts) })
        .where(inScope(scope))
        .where('id', '=', id)
        .where('status', 'in', OPEN)
        .where('cursor', from === undefined ? 'is' : '=', from ?? null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    finish: (scope, id, { status, error, at }) =>
      readThenWrite(db, async (trx) => {
        const row = await trx
          .selectFrom('jobs')
          .selectAll()
          .where(inScope(scope))
          .where('id', '=', id)
          .where('status', 'in', OPEN)
          .executeTakeFirst();
        if (row === undefined) return;
        await trx
          .updateTable('jobs')
          .set({ status, ended_at: at, error: error ?? null })
          .where('id', '=', id)
          .execute();
        if (row.plan !== null && status === 'done') await endApply(trx, scope, { ...toRow(row), plan: row.plan });
      }),
    async list(project, environment, limit) {
      const rows = await db
        .selectFrom('jobs')
        .selectAll()
        .where('project', '=', project)
        .where('environment', '=', environment)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toRow);
    },
  };
}

/** Inside the caller's transaction. */
export async function startJob(trx: Transaction<Tables>, scope: Scope, job: NewJob): Promise<JobRow> {
  const query = JSON.stringify(job.query);
  const same = await trx
    .selectFrom('jobs')
    .selectAll()
    .where(inScope(scope))
    .where('loop', '=', job.loop)
    .where('object', '=', job.object)
    .where('query', '=', query)
    .where('status', 'in', OPEN)
    .execute();
  const already = same.find(({ snapshot }) => snapshot === job.snapshot);
  if (already !== undefined) return toRow(already);
  for (const { id } of same) await trx.updateTable('jobs').set({ status: 'superseded', ended_at: job.at }).where('id', '=', id).execute();
  const row: Tables['jobs'] = {
    ...scopeRow(scope),
    ...job,
    query,
    plan: job.plan ?? null,
    status: 'waiting',
    cursor: null,
    counts: JSON.stringify(NOTHING_SEEN),
    ended_at: null,
    error: null,
  };
  await trx.insertInto('jobs').values(row).execute();
  return toRow(row);
}

/** The apply that started it waited for nothing else: it is done now. */
async function endApply(trx: Transaction<Tables>, scope: Scope, { loop, object, plan }: JobRow & { readonly plan: string }): Promise<void> {
  const apply = await trx
    .selectFrom('applies')
    .select(['id', 'results'])
    .where(inScope(scope))
    .where('plan', '=', plan)
    .where('outcome', 'in', ['pending', 'partial'])
    .orderBy('started_at', 'desc')
    .executeTakeFirst();
  if (apply === undefined) return;
  const step = addressText(runAddress(loop, object));
  const results = (JSON.parse(apply.results) as readonly StepResult[]).map(
    (result): StepResult => (result.id === step && result.status === 'pending' ? { id: step, status: 'done' } : result),
  );
  const outcome = results.every(({ status }) => status === 'done') ? { outcome: 'done' } : {};
  await trx
    .updateTable('applies')
    .set({ results: JSON.stringify(results), ...outcome })
    .where('id', '=', apply.id)
    .execute();
}

function toRow({ id, loop, object, query, snapshot, plan, by, at, status, cursor, counts, ended_at, error }: Tables['jobs']): JobRow {
  return {
    id,
    loop,
    object,
    query: JSON.parse(query) as JobQuery,
    snapshot,
    ...(plan !== null && { plan }),
    by,
    at,
    status,
    ...(cursor !== null && { cursor }),
    counts: JSON.parse(counts) as JobCounts,
    ...(ended_at !== null && { endedAt: ended_at }),
    ...(error !== null && { error }),
  };
}
