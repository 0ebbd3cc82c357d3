// What became of records, beside the decisions that it is held against.
import type { Kysely, Transaction } from 'kysely';
import type { Cursor } from '../ports/live.ts';
import type { NewOutcome, Outcome, OutcomeName, Outcomes } from '../ports/outcomes.ts';
import type { Scope } from '../ports/store.ts';
import type { Tables } from './schema.ts';
import { chunks, inScope, scopeRow } from './sql.ts';
import { readThenWrite } from './transaction.ts';

export function outcomes(db: Kysely<Tables>): Outcomes {
  return {
    add: (scope, some, cursor) =>
      readThenWrite(db, async (trx) => {
        const added: NewOutcome[] = [];
        for (const part of chunks(some, 100)) added.push(...(await addOf(trx, scope, part)));
        if (cursor !== undefined) await setCursor(trx, scope, cursor);
        return added;
      }),
    async ofDecisions(decisions) {
      const found: { readonly key: string; readonly outcome: Outcome }[] = [];
      for (const some of chunks(decisions, 500)) {
        const rows = await db
          .selectFrom('outcome_decisions as held')
          .innerJoin('outcomes', (join) =>
            join
              .onRef('outcomes.project', '=', 'held.project')
              .onRef('outcomes.environment', '=', 'held.environment')
              .onRef('outcomes.org_id', '=', 'held.org_id')
              .onRef('outcomes.id', '=', 'held.outcome'),
          )
          .selectAll('outcomes')
          .select('held.decision')
          .where('held.decision', 'in', some)
          .orderBy('outcomes.at')
          .execute();
        found.push(...rows.map((row) => ({ key: row.decision, outcome: toOutcome(row) })));
      }
      return byKey(found);
    },
    async ofRecords(scope, records) {
      const found: { readonly key: string; readonly outcome: Outcome }[] = [];
      for (const some of chunks([...new Set(records)], 500)) {
        const rows = await db.selectFrom('outcomes').selectAll().where(inScope(scope)).where('record', 'in', some).orderBy('at').execute();
        found.push(...rows.map((row) => ({ key: row.record, outcome: toOutcome(row) })));
      }
      return byKey(found);
    },
  };
}

async function addOf(trx: Transaction<Tables>, scope: Scope, some: readonly NewOutcome[]): Promise<readonly NewOutcome[]> {
  const decided = await trx
    .selectFrom('decisions')
    .select(['id', 'loop', 'subject', 'at'])
    .where(inScope(scope))
    .where('subject', 'in', [...new Set(some.map(({ record }) => record))])
    .orderBy('id')
    .execute();
  const bySubject = Map.groupBy(decided, ({ subject }) => subject);
  const added: NewOutcome[] = [];
  for (const one of some) {
    const { object, record, outcome, reason, at, source } = one;
    // In the order of their making: what a loop said last is what stays.
    const last = new Map((bySubject.get(record) ?? []).filter((decision) => decision.at <= at).map(({ loop, id }) => [loop, id]));
    if (last.size === 0) continue;
    const id = `${object}/${record}/${outcome}`;
    const result = await trx
      .insertInto('outcomes')
      .values({ ...scopeRow(scope), id, object, record, outcome, reason: reason ?? null, at, source })
      .onConflict((oc) => oc.columns(['project', 'environment', 'org_id', 'id']).doNothing())
      .executeTakeFirst();
    if (result.numInsertedOrUpdatedRows !== 1n) continue;
    const held = [...last.values()].map((decision) => ({ ...scopeRow(scope), outcome: id, decision }));
    await trx.insertInto('outcome_decisions').values(held).execute();
    added.push(one);
  }
  return added;
}

async function setCursor(trx: Transaction<Tables>, scope: Scope, { name, value }: Cursor): Promise<void> {
  await trx
    .insertInto('cursors')
    .values({ ...scopeRow(scope), name, value })
    .onConflict((oc) => oc.columns(['project', 'environment', 'org_id', 'name']).doUpdateSet({ value }))
    .execute();
}

function byKey(found: readonly { readonly key: string; readonly outcome: Outcome }[]): ReadonlyMap<string, readonly Outcome[]> {
  return new Map([...Map.groupBy(found, ({ key }) => key)].map(([key, some]) => [key, some.map(({ outcome }) => outcome)]));
}

function toOutcome({ object, record, outcome, reason, at, source }: Tables['outcomes']): Outcome {
  return { object, record, outcome: outcome as OutcomeName, ...(reason !== null && { reason }), at, source };
}
