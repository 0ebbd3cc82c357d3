// How each environment stands. Written by every plan and apply, read by `status` without asking the org.
import type { Kysely } from 'kysely';
import type { Scope, Standing, StandingChange } from '../ports/store.ts';
import type { Tables } from './schema.ts';

export async function standingOf(db: Kysely<Tables>, project: string, environment: string): Promise<Standing> {
  const row = await db
    .selectFrom('standings')
    .select('standing')
    .where('project', '=', project)
    .where('environment', '=', environment)
    .executeTakeFirst();
  const stored = row === undefined ? {} : (JSON.parse(row.standing) as Partial<Standing>);
  return { holds: [], problems: [], drift: 0, ...stored, environment };
}

/** Keys of `change` replace those of the row; a key that is `undefined` is removed. */
export async function updateStanding(
  db: Kysely<Tables>,
  { project, environment }: Pick<Scope, 'project' | 'environment'>,
  change: StandingChange,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('standings')
      .values({ project, environment, standing: '{}' })
      .onConflict((oc) => oc.columns(['project', 'environment']).doUpdateSet((eb) => ({ standing: eb.ref('standings.standing') })))
      .execute();
    const { environment: _, ...before } = await standingOf(trx, project, environment);
    await trx
      .updateTable('standings')
      .set({ standing: JSON.stringify({ ...before, ...change }) })
      .where('project', '=', project)
      .where('environment', '=', environment)
      .execute();
  });
}

export async function allStandings(db: Kysely<Tables>): Promise<readonly (Standing & { readonly project: string })[]> {
  const rows = await db.selectFrom('standings').selectAll().execute();
  return rows.map(({ project, environment, standing }) => ({
    holds: [],
    problems: [],
    drift: 0,
    ...(JSON.parse(standing) as Partial<Standing>),
    project,
    environment,
  }));
}
