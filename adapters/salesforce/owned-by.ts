// What queues own, counted by the org: an answer a queue and object, however many records there are.
import type { Owned } from '../../plans/in-use.ts';
import { addressText, type Address } from '../../resources/core.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { whereIn } from './soql.ts';

export async function ownedBy(
  session: Session,
  queues: readonly { readonly address: Address; readonly id: string }[],
  objects: readonly string[],
): Promise<ReadonlyMap<string, Owned>> {
  const owned = new Map<string, Map<string, number>>();
  const byId = new Map(queues.map(({ address, id }) => [id, addressText(address)]));
  for (const object of new Set(objects)) {
    for (const soql of whereIn(`SELECT OwnerId, COUNT(Id) n FROM ${object} WHERE`, 'OwnerId', byId.keys(), ' GROUP BY OwnerId')) {
      for (const row of await query(session, soql)) {
        const queue = byId.get(String(row.OwnerId));
        if (queue === undefined) continue;
        const counts = owned.get(queue) ?? new Map<string, number>();
        owned.set(queue, counts.set(object, (counts.get(object) ?? 0) + Number(row.n)));
      }
    }
  }
  return owned;
}
