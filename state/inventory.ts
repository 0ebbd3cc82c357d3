// The inventory: what loopctl created or adopted, and the fields as they were last applied. Deletes come from here alone.
import type { Kysely, Transaction } from 'kysely';
import type { Address, Ref } from '../resources/core.ts';
import type { InventoryEntry } from '../plans/plan.ts';
import type { Claim, InventoryChange, InventoryRow, Scope } from '../ports/store.ts';
import type { Tables } from './schema.ts';
import { chunks, inScope, scopeRow } from './sql.ts';

/** Which apply wrote an entry. */
export interface Written {
  readonly plan: string | null;
  readonly commit: string | null;
  readonly by: string;
  readonly at: string;
}

export async function inventoryOf(db: Kysely<Tables>, scope: Scope): Promise<readonly InventoryRow[]> {
  const rows = await db.selectFrom('inventory').selectAll().where(inScope(scope)).execute();
  return rows.map(toRow);
}

export async function rowsOf(db: Kysely<Tables>, project: string, environment: string, ref: Ref): Promise<readonly InventoryRow[]> {
  const rows = await db
    .selectFrom('inventory')
    .selectAll()
    .where('project', '=', project)
    .where('environment', '=', environment)
    .where('kind', '=', ref.kind)
    .where('name', '=', ref.name)
    .orderBy('type')
    .orderBy('key')
    .execute();
  return rows.map(toRow);
}

export async function claimsOf(db: Kysely<Tables>, scope: Scope, ids: readonly string[]): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for (const some of chunks(ids, 500)) {
    const rows = await db
      .selectFrom('inventory')
      .select(['record_id', 'type', 'key', 'project', 'environment'])
      .where('org_id', '=', scope.orgId)
      .where('record_id', 'in', some)
      .where((eb) => eb.or([eb('project', '!=', scope.project), eb('environment', '!=', scope.environment)]))
      .execute();
    for (const row of rows)
      claims.push({ id: row.record_id, address: { type: row.type, key: row.key }, project: row.project, environment: row.environment });
  }
  return claims;
}

/** Inside the caller's transaction. */
export async function changeInventory(
  trx: Transaction<Tables>,
  scope: Scope,
  changes: readonly InventoryChange[],
  written: Written,
): Promise<void> {
  for (const change of changes) {
    if ('drop' in change) await drop(trx, scope, change.drop);
  }
  const puts = changes.flatMap((change) => ('put' in change ? [change.put] : []));
  for (const some of chunks(puts, 200)) await put(trx, scope, some, written);
}

async function drop(trx: Transaction<Tables>, scope: Scope, address: Address): Promise<void> {
  await trx.deleteFrom('inventory').where(inScope(scope)).where('type', '=', address.type).where('key', '=', address.key).execute();
}

async function put(trx: Transaction<Tables>, scope: Scope, entries: readonly InventoryEntry[], written: Written): Promise<void> {
  const values = entries.map(({ address, id, ref, ...entry }) => ({
    ...scopeRow(scope),
    type: address.type,
    key: address.key,
    record_id: id,
    kind: ref.kind,
    name: ref.name,
    entry: JSON.stringify(entry),
    plan: written.plan,
    commit_id: written.commit,
    by: written.by,
    at: written.at,
  }));
  await trx
    .insertInto('inventory')
    .values(values)
    .onConflict((oc) =>
      oc.columns(['project', 'environment', 'org_id', 'type', 'key']).doUpdateSet((eb) => ({
        record_id: eb.ref('excluded.record_id'),
        kind: eb.ref('excluded.kind'),
        name: eb.ref('excluded.name'),
        entry: eb.ref('excluded.entry'),
        plan: eb.ref('excluded.plan'),
        commit_id: eb.ref('excluded.commit_id'),
        by: eb.ref('excluded.by'),
        at: eb.ref('excluded.at'),
      })),
    )
    .execute();
}

function toRow(row: {
  type: string;
  key: string;
  record_id: string;
  kind: string;
  name: string;
  entry: string;
  plan: string | null;
  commit_id: string | null;
  by: string;
  at: string;
}): InventoryRow {
  const entry = JSON.parse(row.entry) as Omit<InventoryEntry, 'address' | 'id' | 'ref'>;
  return {
    address: { type: row.type, key: row.key },
    id: row.record_id,
    ref: { kind: row.kind, name: row.name },
    ...entry,
    plan: row.plan,
    commit: row.commit_id,
    by: row.by,
    at: row.at,
  };
}
