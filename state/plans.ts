// Plans that were made, what people said of them, and which plan files are used up.
import type { Kysely } from 'kysely';
import type { Plan } from '../plans/plan.ts';
import type { SavedPlan, Scope, Verdict } from '../ports/store.ts';
import type { Tables } from './schema.ts';
import { scopeRow } from './sql.ts';

/** A plan is kept by its id: the same world gives the same id, and the newest copy has the newest commit and reasons. */
export async function savePlan(db: Kysely<Tables>, scope: Scope, plan: Plan, at: string): Promise<void> {
  await db
    .insertInto('plans')
    .values({ ...scopeRow(scope), id: plan.id, plan: JSON.stringify(plan), at })
    .onConflict((oc) =>
      oc
        .columns(['project', 'environment', 'org_id', 'id'])
        .doUpdateSet((eb) => ({ plan: eb.ref('excluded.plan'), at: eb.ref('excluded.at') })),
    )
    .execute();
}

export async function findPlan(db: Kysely<Tables>, project: string, id: string): Promise<SavedPlan | undefined> {
  const rows = await db
    .selectFrom('plans')
    .select(['plan', 'at', 'id'])
    .where('project', '=', project)
    .where('id', 'like', `${id.replace(/[\\%_]/g, '')}%`)
    .orderBy('at', 'desc')
    .limit(20)
    .execute();
  const exact = rows.find((row) => row.id === id);
  const found = exact ?? (new Set(rows.map((row) => row.id)).size === 1 ? rows[0] : undefined);
  return found === undefined ? undefined : toSaved(found);
}

export async function plansOf(db: Kysely<Tables>, project: string, environment: string, limit: number): Promise<readonly SavedPlan[]> {
  const rows = await db
    .selectFrom('plans')
    .select(['plan', 'at'])
    .where('project', '=', project)
    .where('environment', '=', environment)
    .orderBy('at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toSaved);
}

export async function addVerdict(db: Kysely<Tables>, id: string, verdict: Verdict): Promise<void> {
  await db
    .insertInto('verdicts')
    .values({ id, ...verdict })
    .execute();
}

export async function verdictsOn(db: Kysely<Tables>, plan: string): Promise<readonly Verdict[]> {
  const rows = await db.selectFrom('verdicts').selectAll().where('plan', '=', plan).orderBy('at').orderBy('id').execute();
  return rows.map(({ plan: of, verdict, by, note, reason, at }) => ({ plan: of, verdict, by, note, reason, at }));
}

export async function useSerial(db: Kysely<Tables>, serial: string, plan: string, at: string): Promise<boolean> {
  const result = await db
    .insertInto('serials')
    .values({ serial, plan, at })
    .onConflict((oc) => oc.column('serial').doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0) === 1;
}

export async function isUsed(db: Kysely<Tables>, serial: string): Promise<boolean> {
  return (await db.selectFrom('serials').select('serial').where('serial', '=', serial).executeTakeFirst()) !== undefined;
}

function toSaved(row: { plan: string; at: string }): SavedPlan {
  return { plan: JSON.parse(row.plan) as Plan, createdAt: row.at };
}
