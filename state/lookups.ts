// Questions to providers and agents, until they are answered.
import type { Kysely, Transaction } from 'kysely';
import type { NewEvent } from '../ports/live.ts';
import type { LookupRow, Lookups, NewLookup } from '../ports/lookups.ts';
import type { Scope } from '../ports/store.ts';
import { addEvents } from './inbox.ts';
import type { Tables } from './schema.ts';
import { chunks, inScope, scopeRow } from './sql.ts';
import { readThenWrite } from './transaction.ts';

export function lookups(db: Kysely<Tables>): Lookups {
  return {
    park: (scope, event, wanted, now) =>
      readThenWrite(db, async (trx) => {
        await addLookups(trx, scope, wanted, now);
        const asked = await trx
          .selectFrom('lookups')
          .select(['id', 'at'])
          .where(inScope(scope))
          .where(
            'id',
            'in',
            wanted.map(({ id }) => id),
          )
          .where('status', '=', 'waiting')
          .execute();
        const waits = new Map(wanted.map(({ id, wait }) => [id, wait]));
        const until = Math.max(...asked.map(({ id, at }) => Date.parse(at) + (waits.get(id) ?? 0)), 0);
        if (until <= Date.parse(now)) return false;
        await trx
          .updateTable('inbox')
          .set({ status: 'parked', due: new Date(until).toISOString() })
          .where(inScope(scope))
          .where('id', '=', event)
          .execute();
        return true;
      }),
    async take(scope, now, limit) {
      const rows = await db
        .selectFrom('lookups')
        .selectAll()
        .where(inScope(scope))
        .where('status', '=', 'waiting')
        .where('due', '<=', now)
        .orderBy('due')
        .limit(limit)
        .execute();
      return rows.map(toRow);
    },
    settle: (scope, ended, now) =>
      readThenWrite(db, async (trx) => {
        for (const end of ended) {
          await trx
            .updateTable('lookups')
            .set((eb) => ({
              status: end.status,
              error: end.error ?? null,
              ...(end.status === 'waiting' && { due: end.due, attempts: eb('attempts', '+', 1) }),
            }))
            .where(inScope(scope))
            .where('id', '=', end.id)
            .execute();
          if (end.status !== 'waiting') await wake(trx, scope, end, now);
        }
      }),
    async nextDue(scope, now) {
      const row = await db
        .selectFrom('lookups')
        .select((eb) => eb.fn.min('due').as('due'))
        .where(inScope(scope))
        .where('status', '=', 'waiting')
        .where('due', '>', now)
        .executeTakeFirst();
      return row?.due ?? undefined;
    },
  };
}

/** Inside the caller's transaction. What is being asked already is not asked twice; what was answered once is asked anew. */
export async function addLookups(
  trx: Transaction<Tables>,
  scope: Scope,
  wanted: readonly Omit<NewLookup, 'wait'>[],
  now: string,
): Promise<void> {
  const fresh = { status: 'waiting' as const, due: now, attempts: 0, error: null, at: now };
  for (const some of chunks(wanted, 80)) {
    const rows = some.map(({ id, loop, object, record, request }) => ({
      ...scopeRow(scope),
      id,
      loop,
      object,
      record,
      request: JSON.stringify(request),
      ...fresh,
    }));
    await trx
      .insertInto('lookups')
      .values(rows)
      .onConflict((oc) =>
        oc.columns(['project', 'environment', 'org_id', 'id']).doUpdateSet(fresh).where('lookups.status', '!=', 'waiting'),
      )
      .execute();
  }
}

async function wake(
  trx: Transaction<Tables>,
  scope: Scope,
  { id, status }: { readonly id: string; readonly status: string },
  now: string,
): Promise<void> {
  const row = await trx.selectFrom('lookups').selectAll().where(inScope(scope)).where('id', '=', id).executeTakeFirst();
  if (row === undefined) return;
  const woken = await trx
    .updateTable('inbox')
    .set({ status: 'waiting', due: now })
    .where(inScope(scope))
    .where('status', '=', 'parked')
    .where('loop', '=', row.loop)
    .where('record', '=', row.record)
    .executeTakeFirst();
  if (woken.numUpdatedRows > 0n || status !== 'done') return;
  const { loop, object, record } = row;
  const event: NewEvent = { id: `lookup/${id}@${row.at}`, loop, object, record, at: now, source: 'lookup' };
  await addEvents(trx, scope, [event]);
}

function toRow({ id, loop, object, record, request, at, attempts }: Tables['lookups']): LookupRow {
  return { id, loop, object, record, request: JSON.parse(request) as unknown, at, attempts };
}
