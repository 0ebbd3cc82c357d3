// What is assigned to territories, counted by the org: an answer a territory, however many records there are.
import type { Assigned } from '../../plans/in-use.ts';
import { CallFailed } from '../../ports/crm.ts';
import { addressText, type Address } from '../../resources/core.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { whereIn } from './soql.ts';

export async function inTerritories(
  session: Session,
  territories: readonly { readonly address: Address; readonly id: string }[],
): Promise<ReadonlyMap<string, Assigned>> {
  const byId = new Map(territories.map(({ address, id }) => [id, addressText(address)]));
  const accounts = await countsIn(session, 'ObjectTerritory2Association', byId);
  const opportunities = await countsIn(session, 'Opportunity', byId).catch(unseen);
  const assigned = new Map<string, Assigned>();
  for (const territory of byId.values()) {
    const some = { accounts: accounts.get(territory) ?? 0, opportunities: opportunities?.get(territory) ?? 0 };
    if (some.accounts + some.opportunities === 0) continue;
    assigned.set(territory, opportunities === undefined ? { accounts: some.accounts } : some);
  }
  return assigned;
}

async function countsIn(session: Session, object: string, byId: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const soql of whereIn(
    `SELECT Territory2Id, COUNT(Id) n FROM ${object} WHERE`,
    'Territory2Id',
    byId.keys(),
    ' GROUP BY Territory2Id',
  )) {
    for (const row of await query(session, soql)) {
      const territory = byId.get(String(row.Territory2Id));
      if (territory !== undefined) counts.set(territory, (counts.get(territory) ?? 0) + Number(row.n));
    }
  }
  return counts;
}

/** A user who keeps territories need not see opportunities, or which territory one is in: that is no zero, and no reason to plan nothing. */
function unseen(error: unknown): undefined {
  if (error instanceof CallFailed && (error.code === 'INVALID_FIELD' || error.code === 'INVALID_TYPE')) return undefined;
  throw error;
}
