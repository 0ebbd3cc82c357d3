// What is told of the loops over HTTP: anatomy, metrics, dead letters, outcomes; to Prometheus and on the page too.
import { expect, test } from 'vitest';
import { measure } from '../../../controller/metrics/loops.ts';
import type { Kept } from '../../../ports/decisions.ts';
import { loopGauges } from '../../../surfaces/http/loop-metrics.ts';
import { Registry } from 'prom-client';
import { running } from './running.ts';

const LEAD = '00Q000000000001AAA';

function graded(id: string, grade: string, record = LEAD): Kept {
  const logged_at = new Date(Date.now() - 60_000).toISOString();
  const decision = {
    id,
    loop: 'qualify',
    subject: { object: 'Lead', id: record },
    revision: { commit: null, snapshot: 's', engine: '1' },
    logged_at,
    grade,
    score: 50,
    method: 'deterministic',
    confidence: 1,
  };
  return { decision, recorded: { event: {}, facts: [], now: logged_at }, writes: [] };
}

test('loops are told with their six parts, and whether they act here', async () => {
  const { ask, token } = await running();
  const { status, json } = await ask('/api/loops', { token: await token('rep') });
  expect(status).toBe(200);
  const byName = Object.fromEntries(json.loops.map((one: { name: string }) => [one.name, one]));
  expect(byName.qualify).toMatchObject({
    chain: 'demand',
    does: 'acts',
    next: expect.arrayContaining(['route']),
    parts: { config: expect.arrayContaining(['ScoringModel']) },
  });
  expect(byName.deploy.does).toBe('reconciles');
});

test('metrics are of one loop; a loop that is not there, or a time that is none, is refused in words', async () => {
  const { ask, token, product } = await running();
  const manager = await token('manager');
  await product.store.decisions.keep(await product.scope(), [graded('1', 'A'), graded('2', 'A', '00Q2'), graded('3', 'B', '00Q3')]);
  const { json } = await ask('/api/loops/qualify/metrics?since=1d', { token: manager });
  expect(json.loops).toMatchObject([
    {
      loop: 'qualify',
      decided: 3,
      success: 1,
      shares: [
        { label: 'A', n: 2 },
        { label: 'B', n: 1 },
      ],
    },
  ]);
  expect((await ask('/api/loops/qualify/metrics?since=1d', { token: await token('rep') })).status).toBe(403);
  const unknown = await ask('/api/loops/deploy/metrics', { token: manager });
  expect([unknown.status, unknown.json.code]).toEqual([404, 'unknown-loop']);
  const wrong = await ask('/api/loops/qualify/metrics?since=500d', { token: manager });
  expect([wrong.status, wrong.json.errors[0].message]).toEqual([400, 'a duration like 30d, at most 366d']);
});

test('a dead letter is seen with its reason, and tried again by whoever may', async () => {
  const { ask, post, token, product } = await running();
  const scope = await product.scope();
  const at = '2026-11-20T09:00:00.000Z';
  await product.store.inbox.add(scope, [{ id: 'e1', loop: 'nobody', object: 'Lead', record: LEAD, at, source: 'poll' }]);
  await product.store.inbox.postpone(scope, ['e1'], { dead: true }, 'Country is no country');
  const manager = await token('manager');
  const { json } = await ask('/api/loops/dead', { token: manager });
  expect(json.dead).toEqual([
    { id: 'e1', loop: 'nobody', object: 'Lead', record: LEAD, at, source: 'poll', attempts: 1, error: 'Country is no country' },
  ]);
  expect((await post('/api/loops/dead/revive', { all: true }, manager)).status).toBe(403);
  const ops = await token('ops');
  expect((await post('/api/loops/dead/revive', {}, ops)).json.errors[0].path).toBe('ids');
  expect((await post('/api/loops/dead/revive', { ids: ['e1', 'e2'] }, ops)).json).toEqual({ revived: 1 });
  expect((await ask('/api/loops/dead', { token: manager })).json.dead).toEqual([]);
  expect((await product.store.tally.event(scope, 'e1'))?.status).toBe('waiting');
});

test('an outcome is told once and stands with the decision; what lies in the future is refused', async () => {
  const { ask, post, token, product } = await running();
  await product.store.decisions.keep(await product.scope(), [graded('1', 'A')]);
  const ops = await token('ops', { name: 'billing' });
  const at = new Date().toISOString();
  const one = { object: 'Lead', record: LEAD, outcome: 'won', at, reason: 'Signed' };
  expect((await post('/api/outcomes', { outcomes: [one, { ...one, record: '00Q000000000002AAA' }] }, ops)).json).toEqual({
    received: 2,
    new: 1,
  });
  expect((await post('/api/outcomes', { outcomes: [one] }, ops)).json).toEqual({ received: 1, new: 0 });
  const { json } = await ask('/api/decisions/1', { token: await token('manager') });
  expect(json.outcomes).toEqual([{ outcome: 'won', at, reason: 'Signed', source: 'token:billing' }]);
  const later = new Date(Date.now() + 86_400_000).toISOString();
  const refused = await post('/api/outcomes', { outcomes: [{ ...one, at: later }] }, ops);
  expect([refused.status, refused.json.errors[0].path]).toEqual([422, 'outcomes.0.at']);
  expect((await post('/api/outcomes', { outcomes: [{ ...one, outcome: 'lucky' }] }, ops)).status).toBe(400);
  expect((await post('/api/outcomes', { outcomes: [one] }, await token('manager'))).status).toBe(403);
});

test('the page and Prometheus tell what the process counted, and what is open at this moment', async () => {
  const last: { measured?: Awaited<ReturnType<typeof measure>> } = {};
  const { ask, product } = await running({
    server: { measures: { last: () => last.measured, took: () => ({ n: 3, median: 0.004, p95: 0.01 }) } },
  });
  const { store } = product;
  const scope = await product.scope();
  expect((await ask('/')).text).toContain('not counted yet');
  await store.decisions.keep(scope, [graded('1', 'A'), graded('2', 'B', '00Q2'), graded('3', 'B', '00Q3')]);
  last.measured = await measure(store, scope, { now: new Date(), span: 86_400_000 });
  await store.inbox.add(scope, [{ id: 'e1', loop: 'qualify', object: 'Lead', record: LEAD, at: new Date().toISOString(), source: 'poll' }]);
  await store.inbox.postpone(scope, ['e1'], { dead: true }, 'no');
  const page = (await ask('/')).text;
  expect(page).toMatch(/<h3>qualify <span class="tag good">acts<\/span><\/h3><p>4 runs, 75\.0 % successful, 4\.0 ms in the median<\/p>/);
  expect(page).toContain('1 dead letter');
  expect(page).toContain('B 66.7 %');
  // Nothing of it is a style or a script of its own: the page may use neither.
  expect(page).not.toMatch(/ style=|<script/);
  const registry = new Registry();
  loopGauges(registry)({ type: 'measured', measured: last.measured });
  const text = await registry.metrics();
  expect(text).toContain('loopctl_loop_decisions{loop="qualify"} 3');
  expect(text).toContain('loopctl_grades_drift{model="inbound"} -1');
  expect(text).not.toContain(LEAD);
});
