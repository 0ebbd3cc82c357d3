// What the controller and the loops remember: one contract, on SQLite and on PostgreSQL.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Drift } from '../../plans/plan.ts';
import type { Kept } from '../../ports/decisions.ts';
import type { NewMessage } from '../../ports/divergences.ts';
import type { Scope, Store } from '../../ports/store.ts';
import { openStore } from '../../state/open.ts';
import { type RunningPostgres, startPostgres } from '../postgres.ts';

const scope: Scope = { project: 'acme', environment: 'sandbox', orgId: '00D000000000001AAA' };
const elsewhere: Scope = { ...scope, environment: 'production' };
const AT = '2026-11-21T12:00:00.000Z';

const drift: Drift = {
  kind: 'drift',
  ref: { kind: 'Territory', name: 'ams' },
  address: { type: 'Territory2', key: 'FY27/ams' },
  path: 'Name',
  declared: 'AMS',
  applied: 'AMS',
  live: 'Ams',
  policy: 'alert',
};

const message = (key: string, channel = 'slack'): NewMessage => ({
  key,
  channel,
  topic: 'drift',
  environment: 'sandbox',
  text: key,
  at: AT,
});

function kept(id: string, writes: Kept['writes'] = [], subject?: string): Kept {
  return {
    decision: {
      id,
      loop: 'route',
      subject: { object: 'Lead', ...(subject !== undefined && { id: subject }) },
      revision: { commit: 'c1', snapshot: 's1', engine: 'test' },
      logged_at: AT,
    },
    recorded: { event: { object: 'Lead' }, facts: [], now: AT },
    writes,
  };
}

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('on %s', (kind) => {
  let folder: string;
  let url: string | undefined;
  let store: Store;
  let ids = 0;
  const open = () =>
    openStore({
      folder,
      ...(url !== undefined && { databaseUrl: url }),
      nextId: () => `id-${String((ids += 1)).padStart(6, '0')}`,
      now: () => new Date(AT),
    });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loopctl-memory-'));
    url = kind === 'postgres' ? await postgres.database() : undefined;
    store = await open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('divergences are replaced whole, with the messages about them, in their own scope', async () => {
    await store.divergences.replace(scope, [{ key: 'a', drift, since: AT, told: AT }], [message('a is new')]);
    await store.divergences.replace(elsewhere, [{ key: 'b', drift, since: AT }], []);
    await store.divergences.replace(scope, [{ key: 'c', drift, since: AT }], [message('a is gone')]);
    expect(await store.divergences.of(scope)).toEqual([{ key: 'c', drift, since: AT }]);
    expect(await store.divergences.of(elsewhere)).toEqual([{ key: 'b', drift, since: AT }]);
    expect((await store.messages.take(10)).map(({ key }) => key)).toEqual(['a is new', 'a is gone']);
  });

  test('a message is taken once, by one key and channel; what was being sent when a process died is not sent again', async () => {
    await store.messages.add([message('held p1'), message('held p1'), message('held p1', 'webhook')]);
    await store.messages.add([message('held p1')]);
    const taken = await store.messages.take(10);
    expect(taken.map(({ channel, attempts }) => [channel, attempts])).toEqual([
      ['slack', 1],
      ['webhook', 1],
    ]);
    expect(await store.messages.take(10)).toEqual([]);
    await store.messages.settle(taken[0]?.id ?? '', 'again', AT, 'refused');
    expect((await store.messages.take(10)).map(({ id, attempts }) => [id, attempts])).toEqual([[taken[0]?.id, 2]]);
    await store.close();
    store = await open();
    await store.messages.recover(AT);
    await store.messages.add([message('held p1')]);
    expect(await store.messages.take(10)).toEqual([]);
  });

  test('a token is found by its id, and is revoked once', async () => {
    const row = { id: 't1', name: 'ci', role: 'ops' as const, hash: 'h', createdAt: AT, createdBy: 'ada' };
    await store.tokens.add(row);
    expect(await store.tokens.find('t1')).toEqual(row);
    expect(await store.tokens.find('t2')).toBeUndefined();
    expect([await store.tokens.revoke('t1', AT), await store.tokens.revoke('t1', AT)]).toEqual([true, false]);
    expect(await store.tokens.list()).toEqual([{ ...row, revokedAt: AT }]);
  });

  test('decisions are kept with their state, or not at all where the state has moved on', async () => {
    const write = (expected: number, value: unknown) => [{ key: 'pool/na', expect: expected, value }];
    expect(
      await store.decisions.keep(scope, [kept('d1', write(0, 'one')), kept('d2', write(1, 'two')), kept('d3', write(1, 'late'))]),
    ).toEqual([true, true, false]);
    expect(await store.decisions.keep(scope, [kept('d4', write(0, 'never'))])).toEqual([false]);
    expect(Object.fromEntries(await store.decisions.state(scope, ['pool/na', 'pool/none']))).toEqual({
      'pool/na': { version: 2, value: 'two' },
    });
    expect((await store.decisions.recent('acme', 'sandbox', 10)).map(({ id }) => id)).toEqual(['d2', 'd1']);
    expect(await store.decisions.state(elsewhere, ['pool/na'])).toEqual(new Map());
  });

  test('of two processes that write the same state, one is first, and the other one makes its decision again', async () => {
    const other = await open();
    const write = (value: string) => [{ key: 'pool/na', expect: 0, value }];
    const answers = await Promise.all([
      store.decisions.keep(scope, [kept('a', write('a'))]),
      other.decisions.keep(scope, [kept('b', write('b'))]),
    ]);
    expect(answers.flat().filter(Boolean)).toHaveLength(1);
    expect(await store.decisions.recent('acme', 'sandbox', 10)).toHaveLength(1);
    await other.close();
  });

  test('decisions on a record come oldest first, those of a loop newest first', async () => {
    await store.decisions.keep(scope, [kept('d1', [], '00Q1'), kept('d2', [], '00Q2'), kept('d3', [], '00Q1')]);
    expect((await store.decisions.ofSubject('acme', 'sandbox', '00Q1')).map(({ decision }) => decision.id)).toEqual(['d1', 'd3']);
    expect((await store.decisions.recent('acme', 'sandbox', 2, 'route')).map(({ id }) => id)).toEqual(['d3', 'd2']);
    expect(await store.decisions.recent('acme', 'sandbox', 2, 'qualify')).toEqual([]);
    expect(await store.decisions.find('acme', 'production', 'd1')).toBeUndefined();
  });

  test('decisions of the past come newest first, page by page, with what they were made on, of one org alone', async () => {
    await store.decisions.keep(scope, [kept('d1'), kept('d2', [], '00Q2'), kept('d3')]);
    await store.decisions.keep({ ...scope, orgId: '00D000000000002AAA' }, [kept('d4')]);
    const page = await store.decisions.past(scope, { limit: 2 });
    expect(page.map(({ decision }) => decision.id)).toEqual(['d3', 'd2']);
    expect(page[1]).toEqual({ decision: kept('d2', [], '00Q2').decision, recorded: kept('d2').recorded });
    expect((await store.decisions.past(scope, { limit: 2, before: 'd2' })).map(({ decision }) => decision.id)).toEqual(['d1']);
    expect(await store.decisions.past(elsewhere, { limit: 2 })).toEqual([]);
  });

  test('an idempotency key is taken once: busy, answered, or used for something else', async () => {
    expect(await store.repeats.begin('k', 'f', AT)).toEqual({ kind: 'new' });
    expect(await store.repeats.begin('k', 'f', AT)).toEqual({ kind: 'busy' });
    expect(await store.repeats.begin('k', 'other', AT)).toEqual({ kind: 'differs' });
    await store.repeats.end('k', 200, '{}');
    expect(await store.repeats.begin('k', 'f', AT)).toEqual({ kind: 'answered', status: 200, body: '{}' });
    await store.repeats.begin('free', 'f', AT);
    await store.repeats.release('free');
    expect(await store.repeats.begin('free', 'f', AT)).toEqual({ kind: 'new' });
  });

  test('one controller on a store; its lease is free when it is released', async () => {
    const lease = await store.controllerLease('one');
    expect(lease).not.toHaveProperty('heldBy');
    const other = await open();
    expect(await other.controllerLease('two')).toEqual({ heldBy: 'one' });
    if ('release' in lease) await lease.release();
    const again = await other.controllerLease('two');
    expect(again).not.toHaveProperty('heldBy');
    if ('release' in again) await again.release();
    await other.close();
  });

  test('bindings that are written anew change the mark of the snapshot, the same ones do not', async () => {
    const batch = { id: 'b', apply: 'a', level: 0, type: 'Snapshot', operation: 'switch' as const, steps: [] };
    const summary = { create: 0, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0 };
    await store.beginApply(scope, { id: 'a', plan: 'p', commit: 'c', by: 'ada', startedAt: AT, summary }, []);
    await store.beginBatch(scope, batch, AT);
    expect(await store.snapshotMark(scope)).toBeUndefined();
    await store.switchSnapshot(
      scope,
      batch,
      { id: 's', commit: 'c', plan: 'p', at: AT, content: { resources: {} }, bindings: { 'User/a': '1' } },
      [],
    );
    const mark = await store.snapshotMark(scope);
    await store.rebind(scope, { 'User/a': '1' }, '2026-11-22');
    expect(await store.snapshotMark(scope)).toBe(mark);
    await store.rebind(scope, { 'User/a': '2' }, '2026-11-23');
    expect(await store.snapshotMark(scope)).not.toBe(mark);
    expect(await store.activeSnapshot(scope)).toMatchObject({ id: 's', bindings: { 'User/a': '2' } });
    expect(await store.scopes('acme', 'sandbox')).toEqual([scope]);
  });
});
