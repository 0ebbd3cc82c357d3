// The journal: every call to the CRM is written down before it is made and ended together with what it changes in the inventory.
import type { Kysely } from 'kysely';
import type { Settled, Step, StepResult } from '../plans/plan.ts';
import type { ApplyRecord, Batch, InventoryChange, Outcome, Scope, SnapshotRow } from '../ports/store.ts';
import type { NewJob } from '../ports/jobs.ts';
import { changeInventory } from './inventory.ts';
import { startJob } from './jobs.ts';
import type { Tables } from './schema.ts';
import { inScope, scopeRow } from './sql.ts';

export type Opening = Pick<ApplyRecord, 'id' | 'plan' | 'commit' | 'by' | 'startedAt' | 'summary'>;

export async function beginApply(db: Kysely<Tables>, scope: Scope, record: Opening, settled: readonly Settled[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('applies')
      .values({
        ...scopeRow(scope),
        id: record.id,
        plan: record.plan,
        commit_id: record.commit,
        by: record.by,
        started_at: record.startedAt,
        finished_at: null,
        outcome: null,
        summary: JSON.stringify(record.summary),
        results: '[]',
      })
      .execute();
    const written = { plan: record.plan, commit: record.commit, by: record.by, at: record.startedAt };
    await changeInventory(trx, scope, settled.flatMap(settling), written);
  });
}

function settling({ from, to }: Settled): readonly InventoryChange[] {
  if (to === undefined) return [{ drop: from }];
  const moved = from.type !== to.address.type || from.key !== to.address.key;
  return moved ? [{ drop: from }, { put: to }] : [{ put: to }];
}

export async function beginBatch(db: Kysely<Tables>, scope: Scope, batch: Batch, at: string): Promise<void> {
  await db
    .insertInto('journal')
    .values({
      ...scopeRow(scope),
      id: batch.id,
      apply: batch.apply,
      level: batch.level,
      type: batch.type,
      operation: batch.operation,
      steps: JSON.stringify(batch.steps),
      begun_at: at,
      ended_at: null,
      results: null,
    })
    .execute();
}

export async function endBatch(
  db: Kysely<Tables>,
  scope: Scope,
  batch: Batch,
  results: readonly StepResult[],
  changes: readonly InventoryChange[],
  at: string,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('journal')
      .set({ ended_at: at, results: JSON.stringify(results) })
      .where('id', '=', batch.id)
      .execute();
    const apply = await trx
      .selectFrom('applies')
      .select(['plan', 'commit_id', 'by'])
      .where('id', '=', batch.apply)
      .executeTakeFirstOrThrow();
    await changeInventory(trx, scope, changes, { plan: apply.plan, commit: apply.commit_id, by: apply.by, at });
  });
}

export async function switchSnapshot(
  db: Kysely<Tables>,
  scope: Scope,
  batch: Batch,
  snapshot: SnapshotRow,
  results: readonly StepResult[],
  jobs: readonly NewJob[] = [],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('journal')
      .set({ ended_at: snapshot.at, results: JSON.stringify(results) })
      .where('id', '=', batch.id)
      .execute();
    const row = {
      commit_id: snapshot.commit,
      plan: snapshot.plan,
      at: snapshot.at,
      content: JSON.stringify(snapshot.content),
      bindings: JSON.stringify(snapshot.bindings),
    };
    await trx
      .insertInto('snapshots')
      .values({ ...scopeRow(scope), id: snapshot.id, ...row })
      .onConflict((oc) => oc.columns(['project', 'environment', 'org_id', 'id']).doUpdateSet(row))
      .execute();
    await trx
      .insertInto('active')
      .values({ ...scopeRow(scope), snapshot: snapshot.id })
      .onConflict((oc) => oc.columns(['project', 'environment', 'org_id']).doUpdateSet({ snapshot: snapshot.id }))
      .execute();
    for (const job of jobs) await startJob(trx, scope, job);
  });
}

export async function openBatches(
  db: Kysely<Tables>,
  scope: Scope,
): Promise<readonly (Batch & { readonly plan: string; readonly commit: string | null; readonly by: string })[]> {
  const rows = await db
    .selectFrom('journal')
    .selectAll()
    .where(inScope(scope))
    .where('ended_at', 'is', null)
    .orderBy('begun_at')
    .orderBy('id')
    .execute();
  const batches = [];
  for (const row of rows) {
    const apply = await db.selectFrom('applies').select(['plan', 'commit_id', 'by']).where('id', '=', row.apply).executeTakeFirstOrThrow();
    batches.push({
      id: row.id,
      apply: row.apply,
      level: row.level,
      type: row.type,
      operation: row.operation,
      steps: JSON.parse(row.steps) as readonly Step[],
      plan: apply.plan,
      commit: apply.commit_id,
      by: apply.by,
    });
  }
  return batches;
}

export async function finishApply(
  db: Kysely<Tables>,
  apply: string,
  outcome: Outcome,
  results: readonly StepResult[],
  at: string,
): Promise<void> {
  await db
    .updateTable('applies')
    .set({ finished_at: at, outcome, results: JSON.stringify(results) })
    .where('id', '=', apply)
    .execute();
}

export async function hasOpenApply(db: Kysely<Tables>, scope: Scope): Promise<boolean> {
  const row = await db
    .selectFrom('applies')
    .select('id')
    .where(inScope(scope))
    .where('finished_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function finishDeadApplies(db: Kysely<Tables>, scope: Scope, at: string): Promise<void> {
  const dead = await db.selectFrom('applies').select('id').where(inScope(scope)).where('finished_at', 'is', null).execute();
  for (const { id } of dead) {
    const batches = await db.selectFrom('journal').select('results').where('apply', '=', id).orderBy('begun_at').orderBy('id').execute();
    const results = batches.flatMap((batch) => JSON.parse(batch.results ?? '[]') as readonly StepResult[]);
    await finishApply(db, id, 'partial', results, at);
  }
}

export async function appliesOf(db: Kysely<Tables>, project: string, environment: string, limit: number): Promise<readonly ApplyRecord[]> {
  const rows = await db
    .selectFrom('applies')
    .selectAll()
    .where('project', '=', project)
    .where('environment', '=', environment)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    plan: row.plan,
    commit: row.commit_id,
    by: row.by,
    startedAt: row.started_at,
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
    ...(row.outcome !== null && { outcome: row.outcome as Outcome }),
    summary: JSON.parse(row.summary) as ApplyRecord['summary'],
    results: JSON.parse(row.results) as readonly StepResult[],
  }));
}

export async function doneAt(db: Kysely<Tables>, project: string, plan: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('applies')
    .select('finished_at')
    .where('project', '=', project)
    .where('plan', '=', plan)
    .where('outcome', '=', 'done')
    .orderBy('finished_at', 'desc')
    .executeTakeFirst();
  return row?.finished_at ?? undefined;
}
