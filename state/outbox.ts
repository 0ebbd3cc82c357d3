// What decisions want written in the org, until it is.
import type { Kysely, Transaction } from 'kysely';
import type { EffectRow, NewEffect, Outbox } from '../ports/live.ts';
import type { Scope } from '../ports/store.ts';
import type { Tables } from './schema.ts';
import { chunks, inScope, scopeRow } from './sql.ts';

export function outbox(db: Kysely<Tables>): Outbox {
  return {
    async take(scope, now, limit, { batch } = { batch: false }) {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where(inScope(scope))
        .where('status', '=', 'waiting')
        .where('batch', batch ? '=' : 'is', batch ? 1 : null)
        .where('due', '<=', now)
        .orderBy('id')
        .limit(limit)
        .execute();
      return [...rows, ...(await others(db, scope, rows, now))].sort((a, b) => (a.id < b.id ? -1 : 1)).map(toRow);
    },
    settle: (scope, ended) =>
      db.transaction().execute(async (trx) => {
        for (const { id, status, error, due, made, ended: at } of ended) {
          await trx
            .updateTable('outbox')
            .set((eb) => ({
              status,
              error: error ?? null,
              ...(status === 'waiting' && { attempts: eb('attempts', '+', 1) }),
              ...(due !== undefined && { due }),
              ...(made !== undefined && { made }),
              ...(at !== undefined && { ended: at }),
            }))
            .where(inScope(scope))
            .where('id', '=', id)
            .execute();
        }
      }),
    async writtenSince(scope, effects) {
      const first = effects.reduce<string | undefined>((least, { id }) => (least === undefined || id < least ? id : least), undefined);
      const found: { id: string; object: string; record: string; fields: string[] }[] = [];
      for (const some of chunks([...new Set(effects.map(({ record }) => record))], 500)) {
        const rows = await db
          .selectFrom('outbox')
          .select(['id', 'object', 'record', 'fields'])
          .where(inScope(scope))
          .where('status', '=', 'done')
          .where('kind', 'is', null)
          .where('id', '>', first ?? '')
          .where('record', 'in', some)
          .orderBy('id')
          .execute();
        found.push(...rows.map((row) => ({ ...row, fields: Object.keys(JSON.parse(row.fields) as object) })));
      }
      return found;
    },
    ofDecisions: (decisions) => effectsOf(db, decisions),
    async waiting(scope, of) {
      const row = await db
        .selectFrom('outbox')
        .select((eb) => eb.fn.countAll<number | string>().as('n'))
        .where(inScope(scope))
        .where('status', '=', 'waiting')
        .$if(of !== undefined, (query) => query.where('batch', of?.batch === true ? '=' : 'is', of?.batch === true ? 1 : null))
        .executeTakeFirst();
      return Number(row?.n ?? 0);
    },
    async owed(scope, object) {
      const rows = await db
        .selectFrom('outbox')
        .select(['record', 'fields'])
        .where(inScope(scope))
        .where('status', '=', 'waiting')
        .where('object', '=', object)
        .orderBy('id')
        .execute();
      // The last word on a record counts.
      const owners = new Map<string, string>();
      for (const { record, fields } of rows) {
        const { OwnerId: owner } = JSON.parse(fields) as { readonly OwnerId?: unknown };
        if (typeof owner === 'string') owners.set(record, owner);
      }
      const counts = new Map<string, number>();
      for (const owner of owners.values()) counts.set(owner, (counts.get(owner) ?? 0) + 1);
      return counts;
    },
  };
}

/** What else waits for the records of these and is due: one word must not come before an earlier one. */
async function others(
  db: Kysely<Tables>,
  scope: Scope,
  taken: readonly Pick<Tables['outbox'], 'id' | 'record'>[],
  now: string,
): Promise<readonly Tables['outbox'][]> {
  const known = new Set(taken.map(({ id }) => id));
  const found: Tables['outbox'][] = [];
  for (const some of chunks([...new Set(taken.map(({ record }) => record))], 500)) {
    const rows = await db
      .selectFrom('outbox')
      .selectAll()
      .where(inScope(scope))
      .where('status', '=', 'waiting')
      .where('record', 'in', some)
      .where('due', '<=', now)
      .execute();
    found.push(...rows.filter(({ id }) => !known.has(id)));
  }
  return found;
}

export async function effectsOf(db: Kysely<Tables>, decisions: readonly string[]): Promise<readonly EffectRow[]> {
  const found: EffectRow[] = [];
  for (const some of chunks(decisions, 500)) {
    const rows = await db.selectFrom('outbox').selectAll().where('decision', 'in', some).orderBy('id').execute();
    found.push(...rows.map(toRow));
  }
  return found;
}

/** Inside the caller's transaction. */
export async function addEffects(
  trx: Transaction<Tables>,
  scope: Scope,
  effects: readonly (NewEffect & { readonly decision: string; readonly due: string })[],
): Promise<void> {
  for (const some of chunks(effects, 60)) {
    const rows = some.map(({ id, decision, object, record, fields, expect, due, batch, kind, key }) => ({
      ...scopeRow(scope),
      id,
      decision,
      object,
      record,
      fields: JSON.stringify(fields),
      expect: expect === undefined ? null : JSON.stringify(expect),
      status: 'waiting' as const,
      due,
      attempts: 0,
      error: null,
      batch: batch === true ? 1 : null,
      kind: kind ?? null,
      key: key === undefined ? null : JSON.stringify(key),
      made: null,
      ended: null,
    }));
    await trx.insertInto('outbox').values(rows).execute();
  }
}

function toRow(row: Tables['outbox']): EffectRow {
  const { id, decision, object, record, fields, expect, status, attempts, error, batch, kind, key, made, ended } = row;
  return {
    id,
    decision,
    object,
    record,
    fields: JSON.parse(fields) as EffectRow['fields'],
    ...(expect !== null && { expect: JSON.parse(expect) as NonNullable<EffectRow['expect']> }),
    status,
    attempts,
    ...(error !== null && { error }),
    ...(batch === 1 && { batch: true as const }),
    ...(kind !== null && { kind }),
    ...(key !== null && { key: JSON.parse(key) as NonNullable<EffectRow['key']> }),
    ...(made !== null && { made }),
    ...(ended !== null && { ended }),
  };
}
