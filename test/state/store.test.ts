// One contract for the store, on SQLite and on PostgreSQL.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { InventoryEntry, Plan, Step, StepResult } from '../../plans/plan.ts';
import type { Batch, Scope, Store } from '../../ports/store.ts';
import { openStore } from '../../state/open.ts';
import { type RunningPostgres, startPostgres } from '../postgres.ts';

const scope: Scope = { project: 'acme', environment: 'sandbox', orgId: '00D000000000001AAA' };
const elsewhere: Scope = { ...scope, environment: 'production' };
const summary = { create: 1, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0 };

function entry(name: string, fields: InventoryEntry['fields'] = { Name: name }): InventoryEntry {
  return {
    address: { type: 'Territory2', key: `FY27/${name}` },
    id: `0MI${name.padEnd(15, '0')}`,
    ref: { kind: 'Territory', name },
    tier: 'structure',
    fields,
    dependsOn: ['Territory2Model/FY27'],
    onRemove: 'delete',
    protect: false,
    adopted: false,
    written: true,
  };
}

function plan(id: string, commit = 'c1'): Plan {
  return {
    formatVersion: 1,
    id,
    digest: 'd',
    commit,
    dirty: false,
    environment: 'sandbox',
    asOf: '2026-11-21',
    org: { id: scope.orgId, name: 'Acme', url: 'http://localhost', sandbox: true, user: 'a@acme.example' },
    summary,
    steps: [],
    drift: [],
    holds: [],
    impact: {},
    settled: [],
    calls: { read: 0, estimatedWrite: 0 },
  };
}

const step = (name: string): Step => ({
  id: `Territory2/FY27/${name}`,
  ref: { kind: 'Territory', name },
  address: { type: 'Territory2', key: `FY27/${name}` },
  action: 'create',
  phase: 'expand',
  level: 0,
  dependsOn: [],
  fields: [],
  patch: [],
  expect: null,
  why: 'because',
});
const done = (name: string): StepResult => ({ id: `Territory2/FY27/${name}`, status: 'done' });

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('the store on %s', (kind) => {
  let folder: string;
  let url: string | undefined;
  let store: Store;
  let ids = 0;
  const open = () =>
    openStore({
      folder,
      ...(url !== undefined && { databaseUrl: url }),
      nextId: () => `id-${String((ids += 1)).padStart(6, '0')}`,
      now: () => new Date('2026-11-21T12:00:00Z'),
    });
  const begin = async (at: Scope = scope, id = 'apply-1') => {
    await store.beginApply(at, { id, plan: 'p1', commit: 'c1', by: 'ops@acme.example', startedAt: '2026-11-21T12:00:00Z', summary }, []);
    const batch: Batch = { id: `${id}-batch`, apply: id, level: 0, type: 'Territory2', operation: 'create', steps: [step('ams')] };
    await store.beginBatch(at, batch, '2026-11-21T12:00:01Z');
    return batch;
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loopctl-store-'));
    url = kind === 'postgres' ? await postgres.database() : undefined;
    store = await open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the end of a batch and its inventory come together, and survive a restart', async () => {
    const batch = await begin();
    await store.endBatch(scope, batch, [done('ams')], [{ put: entry('ams') }], '2026-11-21T12:00:02Z');
    await store.close();
    store = await open();
    expect(await store.openBatches(scope)).toEqual([]);
    expect(await store.inventory(scope)).toEqual([
      { ...entry('ams'), plan: 'p1', commit: 'c1', by: 'ops@acme.example', at: '2026-11-21T12:00:02Z' },
    ]);
  });

  test('an inventory change that is refused leaves the batch open', async () => {
    const batch = await begin();
    const broken = { ...entry('ams'), id: null as unknown as string };
    await expect(store.endBatch(scope, batch, [done('ams')], [{ put: broken }], 't')).rejects.toThrow(/null/i);
    expect(await store.inventory(scope)).toEqual([]);
    expect((await store.openBatches(scope)).map((b) => [b.id, b.plan, b.by])).toEqual([[batch.id, 'p1', 'ops@acme.example']]);
  });

  test('a begun batch is found after a crash, with its steps, by its own scope alone', async () => {
    await begin();
    await store.close();
    store = await open();
    expect((await store.openBatches(scope))[0]?.steps).toEqual([step('ams')]);
    expect(await store.openBatches(elsewhere)).toEqual([]);
  });

  test('500 entries are written and 1 is dropped; other scopes keep theirs', async () => {
    const mine = await begin();
    const names = Array.from({ length: 500 }, (_, index) => `t${index}`);
    await store.endBatch(
      scope,
      mine,
      [],
      names.map((name) => ({ put: entry(name) })),
      't',
    );
    const other = await begin(elsewhere, 'apply-2');
    await store.endBatch(elsewhere, other, [], [{ put: entry('t0') }], 't');
    const again = await begin(scope, 'apply-3');
    await store.endBatch(scope, again, [], [{ drop: entry('t0').address }, { put: entry('t1', { Name: 'new' }) }], 't2');
    const rows = await store.inventory(scope);
    expect(rows.length).toBe(499);
    expect(rows.find((row) => row.address.key === 'FY27/t1')?.fields).toEqual({ Name: 'new' });
    expect((await store.inventory(elsewhere)).map((row) => row.address.key)).toEqual(['FY27/t0']);
  });

  test('a record that another environment keeps is claimed', async () => {
    const batch = await begin(elsewhere);
    await store.endBatch(elsewhere, batch, [], [{ put: entry('ams') }], 't');
    expect(await store.claims(scope, [entry('ams').id, 'nobody'])).toEqual([
      { id: entry('ams').id, address: entry('ams').address, project: 'acme', environment: 'production' },
    ]);
    expect(await store.claims(elsewhere, [entry('ams').id])).toEqual([]);
  });

  test('settled entries move, change and go when an apply opens', async () => {
    const batch = await begin();
    await store.endBatch(scope, batch, [], [{ put: entry('a') }, { put: entry('b') }, { put: entry('c') }], 't');
    await store.beginApply(scope, { id: 'apply-9', plan: 'p9', commit: 'c9', by: 'x', startedAt: 't9', summary }, [
      { from: entry('a').address },
      { from: entry('b').address, to: entry('b', { Name: 'B' }) },
      { from: entry('c').address, to: { ...entry('d'), id: entry('c').id } },
    ]);
    const rows = await store.inventory(scope);
    expect(rows.map((row) => [row.address.key, row.id, row.fields.Name as string].join(' ')).sort()).toEqual([
      `FY27/b ${entry('b').id} B`,
      `FY27/d ${entry('c').id} d`,
    ]);
  });

  test('a plan is found by a prefix that only it has', async () => {
    await store.savePlan(scope, plan('abc123'));
    await store.savePlan(scope, plan('abd456'));
    expect((await store.findPlan('acme', 'abc'))?.plan.id).toBe('abc123');
    expect(await store.findPlan('acme', 'ab')).toBeUndefined();
    expect(await store.findPlan('acme', '%')).toBeUndefined();
    expect(await store.findPlan('other', 'abc123')).toBeUndefined();
  });

  test('a plan made again is kept once, with the newer commit', async () => {
    await store.savePlan(scope, plan('abc123', 'c1'));
    await store.savePlan(scope, plan('abc123', 'c2'));
    expect((await store.plans('acme', 'sandbox', 10)).map((saved) => saved.plan.commit)).toEqual(['c2']);
  });

  test('verdicts are kept with who gave them', async () => {
    await store.addVerdict({
      plan: 'abc',
      verdict: 'approve',
      by: 'vp@acme.example',
      note: null,
      reason: 'closing APAC',
      at: '2026-11-21T12:00:00Z',
    });
    await store.addVerdict({
      plan: 'abc',
      verdict: 'reject',
      by: 'ops@acme.example',
      note: 'x',
      reason: 'not yet',
      at: '2026-11-21T12:00:01Z',
    });
    expect((await store.verdicts('abc')).map((v) => [v.verdict, v.by])).toEqual([
      ['approve', 'vp@acme.example'],
      ['reject', 'ops@acme.example'],
    ]);
    expect(await store.verdicts('abd')).toEqual([]);
  });

  test('the serial of a plan file is used up once, also by two at a time', async () => {
    const used = await Promise.all([store.useSerial('s1', 'p', 't'), store.useSerial('s1', 'p', 't')]);
    expect(used.filter(Boolean)).toHaveLength(1);
    expect(await store.isUsed('s1')).toBe(true);
    expect(await store.isUsed('s2')).toBe(false);
  });

  test('the snapshot is swapped together with the end of its batch', async () => {
    const snapshot = (id: string, points: number) => ({
      id,
      commit: 'c1',
      plan: 'p1',
      at: 't',
      content: { resources: { 'ScoringModel/inbound': { points } } },
      bindings: { 'User/a@acme.example': '005' },
    });
    const batch = await begin();
    await store.switchSnapshot(scope, batch, snapshot('one', 1), []);
    expect(await store.activeSnapshot(scope)).toEqual(snapshot('one', 1));
    expect(await store.openBatches(scope)).toEqual([]);
    const next = await begin(scope, 'apply-2');
    await store.switchSnapshot(scope, next, snapshot('two', 2), []);
    expect((await store.activeSnapshot(scope))?.id).toBe('two');
    const back = await begin(scope, 'apply-3');
    await store.switchSnapshot(scope, back, snapshot('one', 1), []);
    expect((await store.activeSnapshot(scope))?.id).toBe('one');
    expect(await store.activeSnapshot(elsewhere)).toBeUndefined();
  });

  test('how an environment stands: keys are replaced one by one', async () => {
    expect(await store.standing('acme', 'sandbox')).toEqual({ environment: 'sandbox', holds: [], problems: [], drift: 0 });
    await store.updateStanding(scope, { drift: 2, lastAttempted: { commit: 'c1', at: 't', error: 'x' } });
    await store.updateStanding(scope, { lastAttempted: { commit: 'c2', at: 't' } });
    expect(await store.standing('acme', 'sandbox')).toEqual({
      environment: 'sandbox',
      holds: [],
      problems: [],
      drift: 2,
      lastAttempted: { commit: 'c2', at: 't' },
    });
  });

  test('states of loops are paged by the beginning of their key, of one scope alone', async () => {
    const keys = ['lifecycle/Lead/1', 'lifecycle/Lead/2', 'lifecycle/Lead/3', 'lifecycle/LeadX/4', 'pool/lifecycle/Lead/5'];
    const decision = {
      id: 'd1',
      loop: 'lifecycle',
      subject: { object: 'Lead' },
      revision: { commit: null, snapshot: 's', engine: 'e' },
      logged_at: 't',
    };
    const writes = keys.map((key) => ({ key, expect: 0, value: { stage: key } }));
    await store.decisions.keep(scope, [{ decision, recorded: { event: {}, facts: [], now: 't' }, writes }]);
    const page = (of: { readonly limit: number; readonly after?: string }, from = scope) =>
      store.loopStates.page(from, 'lifecycle/Lead/', of);
    expect(await page({ limit: 2 })).toEqual(keys.slice(0, 2).map((key) => ({ key, value: { stage: key } })));
    expect((await page({ limit: 2, after: 'lifecycle/Lead/2' })).map(({ key }) => key)).toEqual(['lifecycle/Lead/3']);
    expect(await page({ limit: 2 }, elsewhere)).toEqual([]);
  });

  test('past applies, newest first, with their outcome', async () => {
    const batch = await begin();
    await store.endBatch(scope, batch, [done('ams')], [], 't');
    await store.finishApply(scope, 'apply-1', 'done', [done('ams')], '2026-11-21T12:01:00Z');
    await store.beginApply(scope, { id: 'apply-2', plan: 'p2', commit: null, by: 'x', startedAt: '2026-11-21T13:00:00Z', summary }, []);
    const [second, first] = await store.applies('acme', 'sandbox', 10);
    expect([second?.id, second?.outcome, first?.outcome, first?.results]).toEqual(['apply-2', undefined, 'done', [done('ams')]]);
  });

  test('an apply whose process died is closed as partial, with what its journal knows', async () => {
    const batch = await begin();
    await store.endBatch(scope, batch, [done('ams')], [], 't');
    await store.beginApply(elsewhere, { id: 'apply-2', plan: 'p2', commit: null, by: 'x', startedAt: '2026-11-21T13:00:00Z', summary }, []);
    await store.finishDeadApplies(scope, '2026-11-21T14:00:00Z');
    expect(await store.applies('acme', 'sandbox', 10)).toMatchObject([
      { outcome: 'partial', finishedAt: '2026-11-21T14:00:00Z', results: [done('ams')] },
    ]);
    expect((await store.applies('acme', 'production', 10))[0]?.outcome).toBeUndefined();
  });

  test('one holder of the lease at a time, named; free again after release', async () => {
    const first = await store.lease(scope, 'ada, process 1');
    if ('heldBy' in first) throw new Error('the lease was free');
    const other = await open();
    expect(await other.lease(scope, 'bob, process 2')).toEqual({ heldBy: 'ada, process 1' });
    const elsewhereLease = await other.lease(elsewhere, 'bob, process 2');
    expect('release' in elsewhereLease).toBe(true);
    if ('release' in elsewhereLease) await elsewhereLease.release();
    await first.release();
    const second = await other.lease(scope, 'bob, process 2');
    expect('release' in second).toBe(true);
    if ('release' in second) await second.release();
    await other.close();
  });

  test('old plans and ended journal entries go, open ones and what was applied stay', async () => {
    await store.savePlan(scope, plan('old'));
    const batch = await begin();
    await store.endBatch(scope, batch, [done('ams')], [{ put: entry('ams') }], '2026-11-21T12:00:02Z');
    await begin(scope, 'apply-2');
    await store.prune({ plans: '2027-01-01', journal: '2027-01-01' });
    expect(await store.findPlan('acme', 'old')).toBeUndefined();
    expect(await store.openBatches(scope)).toHaveLength(1);
    expect(await store.inventory(scope)).toHaveLength(1);
    expect(await store.applies('acme', 'sandbox', 10)).toHaveLength(2);
  });
});
