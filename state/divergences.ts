// Divergences between two looks, and the messages about them.
import type { Kysely, Transaction } from 'kysely';
import type { NextId } from '../ports/clock.ts';
import type { Divergence, Divergences, Message, Messages, NewMessage, Topic } from '../ports/divergences.ts';
import type { Tables } from './schema.ts';
import { chunks, inScope, scopeRow } from './sql.ts';
import { readThenWrite } from './transaction.ts';

export function divergences(db: Kysely<Tables>, nextId: NextId): Divergences {
  return {
    async of(scope) {
      const rows = await db.selectFrom('divergences').selectAll().where(inScope(scope)).orderBy('key').execute();
      return rows.map(({ key, drift, since, told }) => ({
        key,
        drift: JSON.parse(drift) as Divergence['drift'],
        since,
        ...(told !== null && { told }),
      }));
    },
    replace: (scope, now, messages) =>
      db.transaction().execute(async (trx) => {
        await trx.deleteFrom('divergences').where(inScope(scope)).execute();
        for (const some of chunks(now, 100)) {
          const rows = some.map(({ key, drift, since, told }) => ({
            ...scopeRow(scope),
            key,
            drift: JSON.stringify(drift),
            since,
            told: told ?? null,
          }));
          await trx.insertInto('divergences').values(rows).execute();
        }
        await addMessages(trx, nextId, messages);
      }),
  };
}

export function messages(db: Kysely<Tables>, nextId: NextId): Messages {
  return {
    add: (some) => db.transaction().execute((trx) => addMessages(trx, nextId, some)),
    take: (limit) =>
      readThenWrite(db, async (trx) => {
        const rows = await trx.selectFrom('messages').selectAll().where('status', '=', 'waiting').orderBy('at').limit(limit).execute();
        const ids = rows.map(({ id }) => id);
        if (ids.length === 0) return [];
        await trx
          .updateTable('messages')
          .set((eb) => ({ status: 'sending' as const, attempts: eb('attempts', '+', 1) }))
          .where('id', 'in', ids)
          .execute();
        return rows.map(
          ({ id, key, channel, topic, environment, text, at, attempts }): Message => ({
            id,
            key,
            channel,
            topic: topic as Topic,
            environment,
            text,
            at,
            attempts: attempts + 1,
          }),
        );
      }),
    async settle(id, delivery, at, error) {
      const status = delivery === 'again' ? 'waiting' : delivery;
      await db
        .updateTable('messages')
        .set({ status, at, error: error ?? null })
        .where('id', '=', id)
        .execute();
    },
    async recover(at) {
      const error = 'The process ended while it was being sent.';
      await db.updateTable('messages').set({ status: 'unknown', at, error }).where('status', '=', 'sending').execute();
    },
  };
}

async function addMessages(trx: Transaction<Tables>, nextId: NextId, some: readonly NewMessage[]): Promise<void> {
  for (const { key, channel, topic, environment, text, at } of some) {
    await trx
      .insertInto('messages')
      .values({ id: nextId(), key, channel, topic, environment, text, at, status: 'waiting', attempts: 0, error: null })
      .onConflict((oc) => oc.columns(['key', 'channel']).doNothing())
      .execute();
  }
}
