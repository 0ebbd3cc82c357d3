// What loops read, by the hash of its content: old ones stay, since decisions are replayed on them.
import type { Kysely } from 'kysely';
import type { Scope, SnapshotRow } from '../ports/store.ts';
import type { Tables } from './schema.ts';
import { inScope } from './sql.ts';

async function activeSnapshotId(db: Kysely<Tables>, scope: Scope): Promise<string | undefined> {
  return (await db.selectFrom('active').select('snapshot').where(inScope(scope)).executeTakeFirst())?.snapshot;
}

/** Changes with the content and with the bindings: a look that costs little. */
export async function snapshotMark(db: Kysely<Tables>, scope: Scope): Promise<string | undefined> {
  const row = await db
    .selectFrom('active')
    .innerJoin('snapshots', (join) =>
      join
        .onRef('snapshots.id', '=', 'active.snapshot')
        .onRef('snapshots.org_id', '=', 'active.org_id')
        .onRef('snapshots.project', '=', 'active.project')
        .onRef('snapshots.environment', '=', 'active.environment'),
    )
    .select(['snapshots.id', 'snapshots.bound'])
    .where('active.project', '=', scope.project)
    .where('active.environment', '=', scope.environment)
    .where('active.org_id', '=', scope.orgId)
    .executeTakeFirst();
  return row === undefined ? undefined : `${row.id} ${row.bound ?? ''}`;
}

/** Ids change while the content stays: a seat was filled, a record was made anew. */
export async function rebind(db: Kysely<Tables>, scope: Scope, bindings: SnapshotRow['bindings'], at: string): Promise<void> {
  const id = await activeSnapshotId(db, scope);
  if (id === undefined) return;
  const text = JSON.stringify(bindings);
  await db
    .updateTable('snapshots')
    .set({ bindings: text, bound: at })
    .where(inScope(scope))
    .where('id', '=', id)
    .where('bindings', '!=', text)
    .execute();
}

export async function activeSnapshot(db: Kysely<Tables>, scope: Scope): Promise<SnapshotRow | undefined> {
  const id = await activeSnapshotId(db, scope);
  return id === undefined ? undefined : snapshotOf(db, scope, id);
}

export async function snapshotOf(db: Kysely<Tables>, scope: Scope, id: string): Promise<SnapshotRow | undefined> {
  const row = await db.selectFrom('snapshots').selectAll().where(inScope(scope)).where('id', '=', id).executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    id: row.id,
    commit: row.commit_id,
    plan: row.plan,
    at: row.at,
    content: JSON.parse(row.content) as SnapshotRow['content'],
    bindings: JSON.parse(row.bindings) as SnapshotRow['bindings'],
  };
}

/** Scopes that have a snapshot, the newest first: which orgs an environment was. */
export async function scopesOf(db: Kysely<Tables>, project: string, environment: string): Promise<readonly Scope[]> {
  const rows = await db
    .selectFrom('active')
    .innerJoin('snapshots', (join) =>
      join
        .onRef('snapshots.id', '=', 'active.snapshot')
        .onRef('snapshots.org_id', '=', 'active.org_id')
        .onRef('snapshots.project', '=', 'active.project')
        .onRef('snapshots.environment', '=', 'active.environment'),
    )
    .select(['active.org_id', 'snapshots.at'])
    .where('active.project', '=', project)
    .where('active.environment', '=', environment)
    .orderBy('snapshots.at', 'desc')
    .execute();
  return rows.map((row) => ({ project, environment, orgId: row.org_id }));
}
