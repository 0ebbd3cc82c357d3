// Grades that drift while a process runs for months: people hear once that they do, and once that it is over. On a test clock and a real store.
import { expect, onTestFinished, test } from 'vitest';
import type { ControllerEvent } from '../../../controller/follow/events.ts';
import type { Identity } from '../../../controller/follow/run.ts';
import { measure } from '../../../controller/metrics/loops.ts';
import { startWatch } from '../../../controller/metrics/watch.ts';
import type { Kept } from '../../../ports/decisions.ts';
import type { Scope, Store } from '../../../ports/store.ts';
import { Project } from '../../../resources/project/schema.ts';
import { openStore } from '../../../state/open.ts';
import { testClock } from '../../clock.ts';
import { temporary } from '../product.ts';

const scope: Scope = { project: 'acme', environment: 'sandbox', orgId: '00D000000000001AAA' };
const START = new Date('2026-06-01T00:00:00Z');
const DAY = 86_400_000;
const MODEL = {
  version: '2.0.0',
  object: 'Lead',
  grades: { A: '>= 50', B: '>= 0' },
  guard: { drift: { reference: '90d', window: '14d', watch: 0.1, act: 0.25, min_n: 50 } },
};

async function storeWith(model: object = MODEL): Promise<Store> {
  const store = await openStore({ folder: temporary('watch'), nextId: () => `m${Math.random()}`, now: () => START });
  onTestFinished(() => store.close());
  const steps = [] as const;
  await store.beginApply(scope, { id: 'a', plan: 'p', commit: 'c', by: 'test', startedAt: START.toISOString(), summary: NOTHING }, []);
  const batch = { id: 'b', apply: 'a', level: 0, type: 'Snapshot', operation: 'switch' as const, steps };
  await store.beginBatch(scope, batch, START.toISOString());
  const content = { resources: { 'ScoringModel/inbound': model } };
  const row = { id: 's', commit: 'c', plan: 'p', at: START.toISOString(), content, bindings: {} };
  await store.switchSnapshot(scope, batch, row, []);
  return store;
}

const NOTHING = { create: 0, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0 };
let made = 0;

/** Ten leads a day, so many of them with grade A. */
function leads(day: number, a: number, more: object = {}): readonly Kept[] {
  return Array.from({ length: 10 }, (_, at) => {
    const isA = at < a;
    const logged_at = new Date(START.getTime() + day * DAY + at * 1_000).toISOString();
    return {
      decision: {
        id: `d${String((made += 1)).padStart(8, '0')}`,
        loop: 'qualify',
        subject: { object: 'Lead', id: `00Q${made}` },
        revision: { commit: 'c', snapshot: 's', engine: 'test' },
        logged_at,
        grade: isA ? 'A' : 'B',
        factors: [
          { id: 'source', points: isA ? 25 : 0 },
          { id: 'size', points: 10 },
        ],
        model: { name: 'inbound', version: '2.0.0' },
        confidence: 1,
        coverage: 0.5,
        method: 'deterministic',
        ...more,
      },
      recorded: { event: {}, facts: [], now: logged_at },
      writes: [],
    };
  });
}

test('people are told once when the grades drift, with what moved, and once when they are as before', async () => {
  const store = await storeWith({ ...MODEL, guard: { drift: { ...MODEL.guard.drift, reference: '30d', window: '7d' } } });
  const clock = testClock(new Date(START.getTime() + 50 * DAY));
  const spec = Project.schema.parse({
    environments: [{ name: 'sandbox', drift: { check: '1d' } }],
    notifications: [{ type: 'slack', on: ['drift'] }],
  });
  const [environment] = spec.environments;
  if (environment === undefined) throw new Error('no environment');
  const identity: Identity = { project: 'acme', environment, spec };
  const events: ControllerEvent[] = [];
  for (let day = 0; day < 50; day += 1) await store.decisions.keep(scope, leads(day, 3));
  const watch = startWatch({
    store,
    clock,
    identity: () => identity,
    channels: new Set(['slack']),
    listener: (event) => void events.push(event),
    onError: (error) => {
      throw error;
    },
  });
  const after = (days: number) => clock.passUntil(new Date(START.getTime() + days * DAY), 1);
  const told = async () => {
    const messages = await store.messages.take(50);
    for (const { id } of messages) await store.messages.settle(id, 'sent', START.toISOString());
    return messages.map(({ text }) => text);
  };
  await after(51);
  expect([await told(), (await store.standing('acme', 'sandbox')).grades?.['inbound']?.verdict]).toEqual([[], 'stable']);
  // From now on eight of ten are A, and nothing else has changed.
  for (let day = 51; day < 58; day += 1) await store.decisions.keep(scope, leads(day, 8));
  await after(58);
  const [drifted, ...more] = await told();
  expect(more).toEqual([]);
  expect(drifted).toMatch(/grades of inbound: act, PSI 0\.\d+ over \d+ records against \d+; moved: source \d\.\d+/);
  // It is told as soon as it is so, not when the whole window is another one.
  expect(drifted).toMatch(/A: 30\.0 % → 5\d\.\d % of the records/);
  expect(drifted).not.toContain('size');
  await after(59);
  expect(await told()).toEqual([]);
  // It becomes the new normal.
  for (let day = 59; day < 105; day += 1) await store.decisions.keep(scope, leads(day, 8));
  await after(105);
  expect(await told()).toEqual([expect.stringContaining('The grades are as they were.')]);
  await watch.stop();
  const verdicts = events.flatMap((event) => (event.type === 'grades' ? [event.drift.verdict] : []));
  expect([verdicts[0], verdicts.includes('act'), verdicts.at(-1)]).toEqual(['stable', true, 'stable']);
});

test('a change of the model is no drift: decisions of another version are not compared', async () => {
  const store = await storeWith();
  for (let day = 0; day < 90; day += 1) await store.decisions.keep(scope, leads(day, 0, { model: { name: 'inbound', version: '1.0.0' } }));
  for (let day = 90; day < 104; day += 1) await store.decisions.keep(scope, leads(day, 10));
  const { drift } = await measure(store, scope, { now: new Date(START.getTime() + 104 * DAY), span: 30 * DAY });
  expect(drift).toMatchObject([{ model: 'inbound', verdict: 'too-few', n: { reference: 0, window: 140 } }]);
});

test('a record counts once, with the newest decision on it', async () => {
  const store = await storeWith();
  for (let day = 0; day < 104; day += 1) {
    await store.decisions.keep(scope, leads(day, 3));
    if (day > 95) await store.decisions.keep(scope, leads(day, 10, { subject: { object: 'Lead', id: '00Qsame' } }));
  }
  const { drift } = await measure(store, scope, { now: new Date(START.getTime() + 104 * DAY), span: 30 * DAY });
  expect(drift[0]?.n.window).toBe(141);
});

test('a loop is measured over its time: decided, given up, overruled, and what became of its records', async () => {
  const store = await storeWith();
  await store.decisions.keep(scope, [...leads(1, 10), ...leads(40, 2), ...leads(41, 2, { method: 'human', confidence: 0.5 })]);
  const [first] = await store.tally.decisions(scope, { limit: 1 });
  const record = first?.subject.id ?? '';
  const at = new Date(START.getTime() + 45 * DAY).toISOString();
  await store.outcomes.add(scope, [
    { object: 'Lead', record, outcome: 'converted', at, source: 'org' },
    { object: 'Lead', record, outcome: 'won', at, source: 'org' },
  ]);
  await store.inbox.add(scope, [{ id: 'e', loop: 'qualify', object: 'Lead', record, at, source: 'poll' }]);
  await store.inbox.postpone(scope, ['e'], { dead: true }, 'no');
  const { loops } = await measure(store, scope, { now: new Date(START.getTime() + 50 * DAY), span: 30 * DAY, loop: 'qualify' });
  expect(loops).toEqual([
    {
      loop: 'qualify',
      runs: 21,
      decided: 20,
      failing: 0,
      dead: 1,
      success: 20 / 21,
      last: first?.logged_at,
      shares: [
        { label: 'B', n: 16, share: 0.8 },
        { label: 'A', n: 4, share: 0.2 },
      ],
      quality: { confidence: 0.75, coverage: 0.5, outcomes: { converted: 1, won: 1, lost: 0, rejected: 0 } },
      overrides: { n: 10, rate: 0.5 },
      reviews: 0,
      waiting: 0,
      parked: 0,
      effects: { waiting: 0, refused: 0 },
    },
  ]);
});
