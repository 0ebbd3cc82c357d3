// What people did, until it is too old to count.
import type { Kysely } from 'kysely';
import type { Engagements, NewEngagement } from '../ports/engagements.ts';
import { addEvents } from './inbox.ts';
import type { Tables } from './schema.ts';
import { chunks, inScope, scopeRow } from './sql.ts';

export function engagements(db: Kysely<Tables>): Engagements {
  return {
    add: (scope, events, receivedAt) =>
      db.transaction().execute(async (trx) => {
        const added: string[] = [];
        for (const some of chunks(events, 80)) {
          const rows = some.map(({ email, ...event }) => ({
            ...scopeRow(scope),
            ...event,
            email: email ?? null,
            received_at: receivedAt,
            told_at: null,
          }));
          const fresh = await trx
            .insertInto('engagements')
            .values(rows)
            .onConflict((oc) => oc.columns(['project', 'environment', 'org_id', 'id']).doNothing())
            .returning('id')
            .execute();
          added.push(...fresh.map(({ id }) => id));
        }
        return added;
      }),
    async ofPersons(scope, persons, since) {
      const found = new Map<string, NewEngagement[]>();
      for (const some of chunks([...new Set(persons)], 400)) {
        const wanted = new Set(some);
        const rows = await db
          .selectFrom('engagements')
          .selectAll()
          .where(inScope(scope))
          .where('at', '>=', since)
          .where((eb) => eb.or([eb('person', 'in', some), eb('email', 'in', some)]))
          .orderBy('at')
          .orderBy('id')
          .execute();
        for (const row of rows)
          for (const key of new Set([row.person, row.email]))
            if (key !== null && wanted.has(key)) {
              const before = found.get(key);
              if (before === undefined) found.set(key, [toEvent(row)]);
              else before.push(toEvent(row));
            }
      }
      return found;
    },
    async untold(scope, limit) {
      const rows = await db
        .selectFrom('engagements')
        .selectAll()
        .where(inScope(scope))
        .where('told_at', 'is', null)
        .orderBy('received_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toEvent);
    },
    tell: (scope, ids, events, at) =>
      db.transaction().execute(async (trx) => {
        const added = await addEvents(trx, scope, events);
        for (const some of chunks(ids, 500))
          await trx.updateTable('engagements').set({ told_at: at }).where(inScope(scope)).where('id', 'in', some).execute();
        return added;
      }),
    async prune(scope, before) {
      const done = await db.deleteFrom('engagements').where(inScope(scope)).where('at', '<', before).executeTakeFirst();
      return Number(done.numDeletedRows);
    },
  };
}

function toEvent({ id, person, email, type, at, source }: Tables['engagements']): NewEngagement {
  return { id, person, ...(email !== null && { email }), type, at, source };
}
