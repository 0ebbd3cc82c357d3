// What became of records, held against the decisions on them, and what is counted of the loops: on SQLite and on PostgreSQL.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Kept } from '../../ports/decisions.ts';
import type { NewOutcome } from '../../ports/outcomes.ts';
import type { Scope, Store } from '../../ports/store.ts';
import { openStore } from '../../state/open.ts';
import { type RunningPostgres, startPostgres } from '../postgres.ts';

const scope: Scope = { project: 'acme', environment: 'sandbox', orgId: '00D000000000001AAA' };
const elsewhere: Scope = { ...scope, environment: 'production' };

const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T12:00:00.000Z`;

function decided(id: string, loop: string, subject: string, day: number, more: Partial<Kept> = {}): Kept {
  const decision = {
    id,
    loop,
    subject: { object: 'Lead', id: subject },
    revision: { commit: 'c1', snapshot: 's1', engine: 'test' },
    logged_at: at(day),
  };
  return { decision, recorded: { event: { object: 'Lead' }, facts: [], now: at(day) }, writes: [], ...more };
}

const outcome = (record: string, name: NewOutcome['outcome'], day: number, reason?: string): NewOutcome => ({
  object: 'Lead',
  record,
  outcome: name,
  at: at(day),
  source: 'org',
  ...(reason !== undefined && { reason }),
});

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('on %s', (kind) => {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loopctl-outcomes-'));
    const url = kind === 'postgres' ? await postgres.database() : undefined;
    store = await openStore({ folder, nextId: () => 'x', now: () => new Date(at(21)), ...(url !== undefined && { databaseUrl: url }) });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('an outcome is held against the last decision of each loop before it, once, however often it is told', async () => {
    await store.decisions.keep(scope, [
      decided('d1', 'qualify', '00Q1', 1),
      decided('d2', 'route', '00Q1', 1),
      decided('d3', 'qualify', '00Q1', 5),
      decided('d4', 'qualify', '00Q1', 15),
    ]);
    const won = outcome('00Q1', 'won', 10);
    const cursor = { name: 'outcomes', value: at(10) };
    expect(await store.outcomes.add(scope, [won], cursor)).toEqual([won]);
    expect(await store.outcomes.add(scope, [{ ...won, at: at(20) }], { ...cursor, value: at(20) })).toEqual([]);
    expect(await store.outcomes.ofDecisions(['d1', 'd2', 'd3', 'd4'])).toEqual(
      new Map([
        ['d2', [won]],
        ['d3', [won]],
      ]),
    );
    expect(await store.inbox.cursor(scope, 'outcomes')).toBe(at(20));
  });

  test('what no decision was made on before is left out; another environment knows nothing of it', async () => {
    await store.decisions.keep(scope, [decided('d1', 'qualify', '00Q1', 5)]);
    expect(await store.outcomes.add(scope, [outcome('00Q2', 'converted', 9), outcome('00Q1', 'lost', 4)])).toEqual([]);
    expect(await store.outcomes.add(elsewhere, [outcome('00Q1', 'converted', 9)])).toEqual([]);
    const rejected = outcome('00Q1', 'rejected', 9, 'No budget');
    await store.outcomes.add(scope, [rejected, outcome('00Q1', 'converted', 8)]);
    expect((await store.outcomes.ofRecords(scope, ['00Q1', '00Q2'])).get('00Q1')).toEqual([outcome('00Q1', 'converted', 8), rejected]);
    expect((await store.outcomes.ofRecords(elsewhere, ['00Q1'])).size).toBe(0);
  });

  test('the backlog is counted by loop: tried, parked, dead, unwritten, refused, asked', async () => {
    const effect = (id: string) => ({ id, object: 'Lead', record: '00Q1', fields: { Score__c: 1 } });
    await store.decisions.keep(scope, [
      decided('d1', 'qualify', '00Q1', 1, { effects: [effect('e1'), effect('e2'), effect('e3')] }),
      decided('d2', 'route', '00Q1', 1, {
        effects: [effect('e4')],
        review: { id: 'r1', topic: 'owner', question: {} },
      }),
    ]);
    await store.outbox.settle(scope, [
      { id: 'e1', status: 'done' },
      { id: 'e2', status: 'failed', error: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' },
    ]);
    const event = (id: string, loop: string) => ({ id, loop, object: 'Lead', record: id, at: at(2), source: 'poll' });
    await store.inbox.add(scope, [event('i1', 'qualify'), event('i2', 'qualify'), event('i3', 'route'), event('i4', 'route')]);
    await store.inbox.postpone(scope, ['i2'], { due: at(3) }, 'It did not work.');
    await store.inbox.postpone(scope, ['i3'], { dead: true }, 'It never worked.');
    await store.inbox.pass(scope, ['i4'], []);
    const none = { waiting: 0, retrying: 0, parked: 0, dead: 0, effects: 0, refused: 0, reviews: 0 };
    expect(await store.tally.backlog(scope)).toEqual(
      new Map([
        ['qualify', { ...none, waiting: 2, retrying: 1, effects: 1, refused: 1 }],
        ['route', { ...none, dead: 1, effects: 1, reviews: 1 }],
      ]),
    );
    expect((await store.tally.backlog(elsewhere)).size).toBe(0);
  });

  test('decisions are read newest first, page by page, without what they were made on', async () => {
    await store.decisions.keep(scope, [
      decided('d1', 'qualify', '00Q1', 1),
      decided('d2', 'route', '00Q1', 2),
      decided('d3', 'qualify', '00Q2', 3),
    ]);
    const ids = async (page: Parameters<Store['tally']['decisions']>[1]) => (await store.tally.decisions(scope, page)).map(({ id }) => id);
    expect(await ids({ limit: 2 })).toEqual(['d3', 'd2']);
    expect(await ids({ limit: 2, before: 'd2' })).toEqual(['d1']);
    expect(await ids({ limit: 9, loop: 'qualify' })).toEqual(['d3', 'd1']);
    expect([await store.tally.first(scope), await store.tally.first(elsewhere)]).toEqual([at(1), undefined]);
  });
});
