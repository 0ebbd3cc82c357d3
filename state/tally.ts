// Counts over what the loops leave in the store.
import type { Kysely } from 'kysely';
import type { DecisionRecord } from '../ports/decisions.ts';
import type { Backlog, Tally } from '../ports/tally.ts';
import type { Scope } from '../ports/store.ts';
import type { Tables } from './schema.ts';
import { inScope } from './sql.ts';

export function tally(db: Kysely<Tables>): Tally {
  return {
    async decisions(scope, { limit, before, loop }) {
      const rows = await db
        .selectFrom('decisions')
        .select('decision')
        .where(inScope(scope))
        .$if(loop !== undefined, (query) => query.where('loop', '=', loop ?? ''))
        .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ decision }) => JSON.parse(decision) as DecisionRecord);
    },
    async first(scope) {
      return (await db.selectFrom('decisions').select('at').where(inScope(scope)).orderBy('id').limit(1).executeTakeFirst())?.at;
    },
    async event(scope, id) {
      const row = await db.selectFrom('inbox').select(['status', 'error']).where(inScope(scope)).where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : { status: row.status, ...(row.error !== null && { error: row.error }) };
    },
    backlog: (scope) => backlogOf(db, scope),
  };
}

const NOTHING: Backlog = { waiting: 0, retrying: 0, parked: 0, dead: 0, effects: 0, refused: 0, reviews: 0 };

async function backlogOf(db: Kysely<Tables>, scope: Scope): Promise<ReadonlyMap<string, Backlog>> {
  const found = new Map<string, Backlog>();
  const put = (loop: string, what: Partial<Backlog>) => found.set(loop, { ...(found.get(loop) ?? NOTHING), ...what });
  const events = await db
    .selectFrom('inbox')
    .select(['loop', 'status'])
    .select((eb) => [
      eb.fn.countAll<number | string>().as('n'),
      eb.fn.sum<number | string>(eb.case().when('attempts', '>', 0).then(1).else(0).end()).as('tried'),
    ])
    .where(inScope(scope))
    .where('status', 'in', ['waiting', 'parked', 'dead'])
    .groupBy(['loop', 'status'])
    .execute();
  for (const { loop, status, n, tried } of events) {
    const count = Number(n);
    if (status === 'waiting') put(loop, { waiting: count, retrying: Number(tried) });
    else put(loop, status === 'parked' ? { parked: count } : { dead: count });
  }
  const effects = await db
    .selectFrom('outbox')
    .innerJoin('decisions', 'decisions.id', 'outbox.decision')
    .select(['decisions.loop', 'outbox.status'])
    .select((eb) => eb.fn.countAll<number | string>().as('n'))
    .where('outbox.project', '=', scope.project)
    .where('outbox.environment', '=', scope.environment)
    .where('outbox.org_id', '=', scope.orgId)
    .where('outbox.status', 'in', ['waiting', 'failed'])
    .groupBy(['decisions.loop', 'outbox.status'])
    .execute();
  for (const { loop, status, n } of effects) put(loop, status === 'waiting' ? { effects: Number(n) } : { refused: Number(n) });
  const reviews = await db
    .selectFrom('reviews')
    .select('loop')
    .select((eb) => eb.fn.countAll<number | string>().as('n'))
    .where(inScope(scope))
    .where('status', '=', 'open')
    .groupBy('loop')
    .execute();
  for (const { loop, n } of reviews) put(loop, { reviews: Number(n) });
  return found;
}
