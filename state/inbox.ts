// Events that wait for a loop.
import { type Kysely, sql, type SqlBool, type Transaction } from 'kysely';
import type { DeadLetter, Inbox, InboxRow, NewEvent } from '../ports/live.ts';
import type { Scope } from '../ports/store.ts';
import type { Tables } from './schema.ts';
import { chunks, inScope, scopeRow } from './sql.ts';

export function inbox(db: Kysely<Tables>): Inbox {
  return {
    add: (scope, events, cursor) =>
      db.transaction().execute(async (trx) => {
        const added = await addEvents(trx, scope, events);
        if (cursor !== undefined) {
          const row = { ...scopeRow(scope), ...cursor };
          await trx
            .insertInto('cursors')
            .values(row)
            .onConflict((oc) => oc.columns(['project', 'environment', 'org_id', 'name']).doUpdateSet({ value: cursor.value }))
            .execute();
        }
        return added;
      }),
    async cursor(scope, name) {
      return (await db.selectFrom('cursors').select('value').where(inScope(scope)).where('name', '=', name).executeTakeFirst())?.value;
    },
    async take(scope, now, limit) {
      await supersede(db, scope, now);
      const rows = await db
        .selectFrom('inbox')
        .selectAll()
        .where(inScope(scope))
        .where('status', 'in', ['waiting', 'parked'])
        .where('due', '<=', now)
        .orderBy('at')
        .orderBy('id')
        .limit(limit)
        .execute();
      const seen = new Set<string>();
      return rows.map(toRow).filter(({ loop, record }) => !seen.has(`${loop} ${record}`) && seen.add(`${loop} ${record}`));
    },
    async nextDue(scope) {
      const row = await db
        .selectFrom('inbox')
        .select((eb) => eb.fn.min('due').as('due'))
        .where(inScope(scope))
        .where('status', 'in', ['waiting', 'parked'])
        .executeTakeFirst();
      return row?.due ?? undefined;
    },
    pass: (scope, done, chain) =>
      db.transaction().execute(async (trx) => {
        await addEvents(trx, scope, chain);
        await endEvents(trx, scope, done);
      }),
    async postpone(scope, ids, next, error) {
      for (const some of chunks(ids, 500)) {
        await db
          .updateTable('inbox')
          .set((eb) => ({
            ...('dead' in next || next.blameless !== true ? { attempts: eb('attempts', '+', 1) } : {}),
            error,
            ...('dead' in next ? { status: 'dead' as const } : { due: next.due }),
          }))
          .where(inScope(scope))
          .where('id', 'in', some)
          .execute();
      }
    },
    async dead(scope, limit) {
      const rows = await db
        .selectFrom('inbox')
        .selectAll()
        .where(inScope(scope))
        .where('status', '=', 'dead')
        .orderBy('at', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row): DeadLetter => ({ ...toRow(row), error: row.error ?? '' }));
    },
    async revive(scope, ids, due) {
      if (ids !== 'all' && ids.length === 0) return 0;
      const result = await db
        .updateTable('inbox')
        .set({ status: 'waiting', attempts: 0, due })
        .where(inScope(scope))
        .where('status', '=', 'dead')
        .$if(ids !== 'all', (query) => query.where('id', 'in', ids === 'all' ? [] : [...ids]))
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },
    waiting: (scope) => count(db, scope),
  };
}

/** Parked events that a newer one of the same record and loop has overtaken. What a person answered is never overtaken. */
async function supersede(db: Kysely<Tables>, scope: Scope, now: string): Promise<void> {
  await db
    .updateTable('inbox')
    .set({ status: 'done', error: 'superseded' })
    .where(inScope(scope))
    .where('status', '=', 'parked')
    .where('payload', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('inbox as newer')
          .select('newer.id')
          .where(sql<SqlBool>`newer.project = inbox.project AND newer.environment = inbox.environment AND newer.org_id = inbox.org_id`)
          .where('newer.status', '=', 'waiting')
          .where('newer.due', '<=', now)
          .whereRef('newer.loop', '=', 'inbox.loop')
          .whereRef('newer.record', '=', 'inbox.record')
          .whereRef('newer.at', '>=', 'inbox.at'),
      ),
    )
    .execute();
}

/** Inside the caller's transaction. Says how many were not there before. */
export async function addEvents(trx: Transaction<Tables>, scope: Scope, events: readonly NewEvent[]): Promise<number> {
  let added = 0;
  for (const some of chunks(events, 80)) {
    const rows = some.map(({ payload, due, ...event }) => ({
      ...scopeRow(scope),
      ...event,
      payload: payload === undefined ? null : JSON.stringify(payload),
      due: due ?? event.at,
      status: 'waiting' as const,
      attempts: 0,
      error: null,
    }));
    const result = await trx
      .insertInto('inbox')
      .values(rows)
      .onConflict((oc) => oc.columns(['project', 'environment', 'org_id', 'id']).doNothing())
      .executeTakeFirst();
    added += Number(result.numInsertedOrUpdatedRows ?? 0);
  }
  return added;
}

/** Inside the caller's transaction. */
export async function endEvents(trx: Transaction<Tables>, scope: Scope, ids: readonly string[]): Promise<void> {
  for (const some of chunks(ids, 500))
    await trx.updateTable('inbox').set({ status: 'done', error: null }).where(inScope(scope)).where('id', 'in', some).execute();
}

async function count(db: Kysely<Tables>, scope: Scope): Promise<number> {
  const row = await db
    .selectFrom('inbox')
    .select((eb) => eb.fn.countAll<number | string>().as('n'))
    .where(inScope(scope))
    .where('status', 'in', ['waiting', 'parked'])
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

function toRow({ id, loop, object, record, at, source, attempts, payload }: Tables['inbox']): InboxRow {
  return { id, loop, object, record, at, source, attempts, ...(payload !== null && { payload: JSON.parse(payload) as unknown }) };
}
