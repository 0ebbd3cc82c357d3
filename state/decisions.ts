// The ledger of decisions and the state that loops keep: written together, compared and set.
import type { Kysely, Transaction } from 'kysely';
import type { DecisionRecord, Decisions, Kept, Recorded, StateWrite, StoredDecision, Versioned } from '../ports/decisions.ts';
import type { Scope } from '../ports/store.ts';
import type { Tables } from './schema.ts';
import { addEvents, endEvents } from './inbox.ts';
import { addLookups } from './lookups.ts';
import { addEffects, effectsOf } from './outbox.ts';
import { ask } from './reviews.ts';
import { chunks, inScope, scopeRow } from './sql.ts';
import { Overtaken, readThenWrite } from './transaction.ts';

const NOTHING_RECORDED: Recorded = { event: null, facts: [], now: '' };

export function decisions(db: Kysely<Tables>): Decisions {
  return {
    keep: (scope, entries) => readThenWrite(db, (trx) => keep(trx, scope, entries)),
    state: (scope, keys) => stateOf(db, scope, keys),
    async find(project, environment, id) {
      const row = await db
        .selectFrom('decisions')
        .select(['decision', 'recorded'])
        .where('project', '=', project)
        .where('environment', '=', environment)
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? undefined : (await asWritten(db, [stored(row)]))[0];
    },
    async ofSubject(project, environment, subject) {
      const rows = await db
        .selectFrom('decisions')
        .select(['decision', 'recorded'])
        .where('project', '=', project)
        .where('environment', '=', environment)
        .where('subject', '=', subject)
        .orderBy('id')
        .execute();
      return asWritten(db, rows.map(stored));
    },
    async recent(project, environment, limit, loop) {
      const rows = await db
        .selectFrom('decisions')
        .select('decision')
        .where('project', '=', project)
        .where('environment', '=', environment)
        .$if(loop !== undefined, (query) => query.where('loop', '=', loop ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      const decided = rows.map((row) => ({ decision: JSON.parse(row.decision) as DecisionRecord, recorded: NOTHING_RECORDED }));
      return (await asWritten(db, decided)).map(({ decision }) => decision);
    },
    async past({ project, environment, orgId }, { limit, before }) {
      const rows = await db
        .selectFrom('decisions')
        .select(['decision', 'recorded'])
        .where('project', '=', project)
        .where('environment', '=', environment)
        .where('org_id', '=', orgId)
        .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(stored);
    },
  };
}

/** Decisions with what became of their effects by now. */
async function asWritten(db: Kysely<Tables>, decided: readonly StoredDecision[]): Promise<readonly StoredDecision[]> {
  const wanting = decided.filter(({ decision: { effects } }) => Array.isArray(effects) && effects.length > 0);
  if (wanting.length === 0) return decided;
  const rows = Map.groupBy(
    await effectsOf(
      db,
      wanting.map(({ decision }) => decision.id),
    ),
    ({ decision }) => decision,
  );
  return decided.map((one) => {
    const effects = rows.get(one.decision.id);
    if (effects === undefined) return one;
    const told = effects.map(({ id, kind, object, fields, status, error, made, ended }) => ({
      id,
      kind: kind ?? 'crm',
      ...(kind === 'create' && { object }),
      ...(kind === 'notify' ? { text: fields['text'] } : { fields: Object.keys(fields) }),
      status,
      ...(made !== undefined && { made }),
      ...(ended !== undefined && { ended }),
      ...(error !== undefined && { error }),
    }));
    return { ...one, decision: { ...one.decision, effects: told } };
  });
}

/** State first: what lost the race leaves nothing behind, and what the rest wrote stays. */
async function keep(trx: Transaction<Tables>, scope: Scope, entries: readonly Kept[]): Promise<readonly boolean[]> {
  const keys = [...new Set(entries.flatMap(({ writes }) => writes.map(({ key }) => key)))];
  const versions = new Map([...(await stateOf(trx, scope, keys))].map(([key, { version }]) => [key, version]));
  const before = new Map(versions);
  const latest = new Map<string, StateWrite>();
  const kept = entries.map(({ writes }) => {
    if (writes.some(({ key, expect }) => (versions.get(key) ?? 0) !== expect)) return false;
    for (const write of writes) {
      versions.set(write.key, write.expect + 1);
      latest.set(write.key, write);
    }
    return true;
  });
  for (const { key, expect, value } of latest.values()) {
    const row = { version: expect + 1, value: JSON.stringify(value) };
    const result = await trx
      .insertInto('loop_state')
      .values({ ...scopeRow(scope), key, ...row })
      .onConflict((oc) =>
        oc
          .columns(['project', 'environment', 'org_id', 'key'])
          .doUpdateSet(row)
          .where('loop_state.version', '=', before.get(key) ?? 0),
      )
      .executeTakeFirst();
    if (result.numInsertedOrUpdatedRows !== 1n) throw new Overtaken(key);
  }
  const rows = entries.flatMap(({ decision, recorded }, at) =>
    kept[at] === true
      ? [
          {
            ...scopeRow(scope),
            id: decision.id,
            loop: decision.loop,
            subject: decision.subject.id ?? null,
            at: decision.logged_at,
            decision: JSON.stringify(decision),
            recorded: JSON.stringify(recorded),
          },
        ]
      : [],
  );
  for (const some of chunks(rows, 100)) await trx.insertInto('decisions').values(some).execute();
  await follow(
    trx,
    scope,
    entries.filter((_, at) => kept[at] === true),
  );
  return kept;
}

/** What goes with decisions: events that they answer end, what follows from them begins, what they want written waits. */
async function follow(trx: Transaction<Tables>, scope: Scope, entries: readonly Kept[]): Promise<void> {
  await endEvents(
    trx,
    scope,
    entries.flatMap(({ done = [] }) => done),
  );
  await addEvents(
    trx,
    scope,
    entries.flatMap(({ chain = [] }) => chain),
  );
  const effects = entries.flatMap(({ effects: some = [], decision: { id, logged_at } }) =>
    some.map((effect) => ({ ...effect, decision: id, due: logged_at })),
  );
  await addEffects(trx, scope, effects);
  for (const { later = [], decision } of entries) if (later.length > 0) await addLookups(trx, scope, later, decision.logged_at);
  const asking = entries.flatMap(({ decision: { id, loop, subject, logged_at }, review }) =>
    subject.id === undefined
      ? []
      : [{ loop, object: subject.object, record: subject.id, decision: id, at: logged_at, ...(review !== undefined && { review }) }],
  );
  await ask(trx, scope, asking);
}

async function stateOf(
  db: Kysely<Tables> | Transaction<Tables>,
  scope: Scope,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Versioned>> {
  const found = new Map<string, Versioned>();
  for (const some of chunks(keys, 500)) {
    const rows = await db
      .selectFrom('loop_state')
      .select(['key', 'version', 'value'])
      .where(inScope(scope))
      .where('key', 'in', some)
      .execute();
    for (const { key, version, value } of rows) found.set(key, { version, value: JSON.parse(value) as unknown });
  }
  return found;
}

function stored(row: { decision: string; recorded: string }): StoredDecision {
  return { decision: JSON.parse(row.decision) as DecisionRecord, recorded: JSON.parse(row.recorded) as Recorded };
}
