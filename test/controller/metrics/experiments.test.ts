// A candidate that converts less, on a test clock and a real store: it acts no more, people hear once, and another run begins anew.
import { expect, onTestFinished, test } from 'vitest';
import { experimentReports } from '../../../controller/experiments/report.ts';
import { stoppedIn } from '../../../controller/experiments/standing.ts';
import { trialsIn } from '../../../controller/experiments/trials.ts';
import { lookAtExperiments } from '../../../controller/experiments/watch.ts';
import type { ControllerEvent } from '../../../controller/follow/events.ts';
import type { Identity } from '../../../controller/follow/run.ts';
import { compared, isTooBad } from '../../../engines/experiment/verdict.ts';
import type { Kept } from '../../../ports/decisions.ts';
import type { Scope, Store } from '../../../ports/store.ts';
import { Project } from '../../../resources/project/schema.ts';
import { openStore } from '../../../state/open.ts';
import { temporary } from '../product.ts';

const scope: Scope = { project: 'acme', environment: 'sandbox', orgId: '00D000000000001AAA' };
const START = Date.parse('2026-06-01T00:00:00Z');
const DAY = 86_400_000;
const NOTHING = { create: 0, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0 };
const spec = Project.schema.parse({
  environments: [{ name: 'sandbox', drift: { check: '1d' } }],
  notifications: [{ type: 'slack', on: ['drift'] }],
});
const [environment] = spec.environments;
if (environment === undefined) throw new Error('no environment');
const identity: Identity = { project: 'acme', environment, spec };

function resources(more: object = {}) {
  return {
    'ScoringModel/inbound': { version: '1.0.0', object: 'Lead' },
    'Experiment/trial': {
      kind: 'ScoringModel',
      object: 'Lead',
      control: 'inbound',
      candidate: 'next',
      spec: { version: '2.0.0', object: 'Lead' },
      mode: 'share',
      share: 0.5,
      metric: 'conversion',
      stop: { after: '30d', min_n: 100, max_drop: 0.05 },
      ...more,
    },
  };
}

async function storeOf(content: Readonly<Record<string, unknown>>): Promise<Store> {
  const at = new Date(START).toISOString();
  const store = await openStore({ folder: temporary('experiments'), nextId: () => `m${Math.random()}`, now: () => new Date(START) });
  onTestFinished(() => store.close());
  await store.beginApply(scope, { id: 'a', plan: 'p', commit: 'c', by: 'test', startedAt: at, summary: NOTHING }, []);
  const batch = { id: 'b', apply: 'a', level: 0, type: 'Snapshot', operation: 'switch' as const, steps: [] };
  await store.beginBatch(scope, batch, at);
  await store.switchSnapshot(scope, batch, { id: 's', commit: 'c', plan: 'p', at, content: { resources: content }, bindings: {} }, []);
  return store;
}

let made = 0;
/** So many leads of a side on a day, of which so many convert the day after. */
async function decided(store: Store, run: string, arm: 'control' | 'candidate', day: number, n: number, converted: number): Promise<void> {
  const at = new Date(START + day * DAY).toISOString();
  const kept = Array.from({ length: n }, (): Kept => {
    const id = String((made += 1)).padStart(8, '0');
    const mark = { name: 'trial', run, mode: 'share', arm };
    return {
      decision: {
        id: `d${id}`,
        loop: 'qualify',
        subject: { object: 'Lead', id: `00Q0000${id}` },
        revision: { commit: 'c', snapshot: 's', engine: 'test' },
        logged_at: at,
        grade: arm === 'control' ? 'A' : 'B',
        score: arm === 'control' ? 90 : 60,
        method: 'deterministic',
        experiment: mark,
      },
      recorded: { event: {}, facts: [], now: at },
      writes: [],
    };
  });
  await store.decisions.keep(scope, kept);
  const outcomes = kept.slice(0, converted).map(({ decision: { subject } }) => ({
    object: 'Lead',
    record: subject.id ?? '',
    outcome: 'converted' as const,
    at: new Date(START + (day + 1) * DAY).toISOString(),
    source: 'test',
  }));
  await store.outcomes.add(scope, outcomes);
}

const runOf = (content: Readonly<Record<string, unknown>>) => trialsIn(content)[0]?.run ?? '';

test('two proportions: Montgomery, pooled', () => {
  const { drop, z } = compared({ n: 400, converted: 80 }, { n: 400, converted: 48 });
  expect([drop?.toFixed(3), z?.toFixed(3)]).toEqual(['0.080', '3.086']);
  expect(isTooBad({ n: 400, converted: 80 }, { n: 400, converted: 48 }, { min_n: 200, max_drop: 0.05 })).toBe(true);
  expect(isTooBad({ n: 400, converted: 80 }, { n: 400, converted: 48 }, { min_n: 401, max_drop: 0.05 })).toBe(false);
  expect(isTooBad({ n: 400, converted: 80 }, { n: 400, converted: 48 }, { min_n: 200, max_drop: 0.09 })).toBe(false);
  // Far less, and chance may have done it.
  expect(isTooBad({ n: 20, converted: 8 }, { n: 20, converted: 4 }, { min_n: 10, max_drop: 0.05 })).toBe(false);
  expect(compared({ n: 10, converted: 0 }, { n: 10, converted: 0 })).toEqual({ drop: 0, z: null });
});

test('too bad is stopped, told once, and stays so; anything else of it is another run', async () => {
  const content = resources();
  const store = await storeOf(content);
  const events: ControllerEvent[] = [];
  const look = (day: number) =>
    lookAtExperiments(
      { store, channels: new Set(['slack']), listener: (event) => void events.push(event) },
      identity,
      scope,
      new Date(START + day * DAY),
    );
  const stopped = () => stoppedIn(store, scope, trialsIn(content));
  await decided(store, runOf(content), 'control', 1, 60, 20);
  await decided(store, runOf(content), 'candidate', 1, 60, 2);
  await look(2);
  expect([...(await stopped())]).toEqual([]);
  await decided(store, runOf(content), 'control', 2, 60, 20);
  await decided(store, runOf(content), 'candidate', 2, 60, 4);
  // Decisions of people, and of another run, are no side's.
  await decided(store, 'another', 'candidate', 2, 500, 500);
  await look(3);
  expect([...(await stopped())]).toEqual([runOf(content)]);
  await look(4);
  const sent = await store.messages.take(10);
  expect(sent.map(({ text }) => text)).toEqual([
    '*sandbox*: the experiment trial is stopped: inbound decides on all records again; the candidate converts 5.0 % of 120, the control 33.3 % of 120 (z 5.58); more than 5 points less is too much. More: loopctl experiment show trial',
  ]);
  expect(events.flatMap((event) => (event.type === 'experiments' ? [event.news] : []))).toEqual([[], ['trial'], []]);
  // What comes in late changes the numbers, not the verdict.
  const [late] = await experimentReports(store, scope, { now: new Date(START + 90 * DAY) });
  expect(late).toMatchObject({
    state: 'stopped',
    since: '2026-06-02T00:00:00.000Z',
    arms: { candidate: { n: 120, converted: 6, mean_score: 60 } },
  });
  const other = resources({ share: 0.4 });
  expect(runOf(other)).not.toBe(runOf(content));
  expect((await store.standing('acme', 'sandbox')).experiments?.['trial']).toMatchObject({ run: runOf(content), state: 'stopped' });
});

test('enough: the time and the records; before that it says what is missing', async () => {
  const content = resources();
  const store = await storeOf(content);
  const at = async (day: number) => {
    const [report] = await experimentReports(store, scope, { now: new Date(START + day * DAY) });
    return [report?.state, report?.because];
  };
  expect(await at(1)).toEqual(['running', 'nothing was decided yet']);
  await decided(store, runOf(content), 'control', 1, 130, 13);
  await decided(store, runOf(content), 'candidate', 1, 90, 12);
  expect(await at(10)).toEqual(['running', '90 of 100 records on the smaller side; it goes on until 2026-07-02 at least']);
  await decided(store, runOf(content), 'candidate', 12, 20, 2);
  expect(await at(30)).toEqual(['running', 'it goes on until 2026-07-02 at least']);
  expect(await at(31)).toEqual(['enough', 'the candidate converts 12.7 % of 110, the control 10.0 % of 130 (z 0.67)']);
});

test('before its first day it waits, after its last it is over', async () => {
  const store = await storeOf(resources({ from: '2026-06-10', to: '2026-06-20' }));
  const at = async (day: number) => (await experimentReports(store, scope, { now: new Date(START + day * DAY) }))[0]?.state;
  expect([await at(8), await at(9), await at(19), await at(20)]).toEqual(['waiting', 'running', 'running', 'over']);
});
