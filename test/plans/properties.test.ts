// What holds for every organisation: plans are executable in their order, end where git is, and say the same of the same world.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPlan } from '../../plans/build.ts';
import { type CompareInput, compare } from '../../plans/compare.ts';
import { type SnapshotContent, changedResources, contentChanges } from '../../plans/content.ts';
import type { Plan } from '../../plans/plan.ts';
import { stale } from '../../plans/precondition.ts';
import { planText, readPlan } from '../../plans/seal.ts';
import { contentAfter } from '../../plans/snapshot.ts';
import { type Fields, addressText, parseAddress } from '../../resources/core.ts';
import { ORG } from './planning.ts';
import { type Org, emptyOrg, execute, sidesOf } from './world.ts';
import { type Organisation, PEOPLE, contentOf, desiredOf, organisations } from './organisation.ts';

interface Choices {
  readonly reverts?: CompareInput['reverts'];
  readonly renames?: CompareInput['renames'];
  readonly rename?: (name: number) => string;
}

function planFor(org: Org, organisation: Organisation, { reverts, renames, rename }: Choices = {}): Plan {
  const desired = desiredOf(organisation, rename);
  return planOf({ desired, ...sidesOf(org), ...(renames && { renames }), ...(reverts && { reverts }) }, organisation, org);
}

function planOf(sides: Omit<CompareInput, 'adoption' | 'driftPolicy'>, organisation: Organisation, org: Org): Plan {
  const comparison = compare({ ...sides, adoption: 'hold', driftPolicy: () => 'alert' });
  const { content, needs } = contentOf(organisation);
  const snapshot = { before: org.snapshot, after: content, needs };
  return buildPlan({
    comparison,
    snapshot,
    environment: 'sandbox',
    org: ORG,
    commit: null,
    dirty: false,
    asOf: '2026-11-21',
    callsRead: 0,
  });
}

function applied(...organisations: readonly Organisation[]): Org {
  const org = emptyOrg(PEOPLE);
  for (const organisation of organisations) execute(org, planFor(org, organisation));
  return org;
}

/** What the org holds, whoever made it: without ids. */
function picture(org: Org): ReadonlyMap<string, Fields> {
  return new Map([...org.records].map(([key, { fields }]) => [key, fields] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('applying', () => {
  test('any organisation, then any other, does every step, and a second plan is empty', () => {
    fc.assert(
      fc.property(organisations, organisations, (first, second) => {
        const org = emptyOrg(PEOPLE);
        for (const organisation of [first, second]) {
          const results = execute(org, planFor(org, organisation));
          expect([...results.values()].filter((status) => status !== 'done')).toEqual([]);
          const again = planFor(org, organisation);
          expect(again).toMatchObject({ steps: [], drift: [], holds: [], settled: [] });
          expect(org.snapshot).toEqual(contentOf(organisation).content);
        }
        expect(picture(org)).toEqual(picture(applied(second)));
      }),
    );
  });

  test('whatever the org refuses for once, nothing that waits for it is tried, and the next apply finishes', () => {
    fc.assert(
      fc.property(organisations, organisations, fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 5 }), (first, second, refused) => {
        const org = applied(first);
        execute(org, planFor(org, second), (at) => refused.includes(at));
        expect([...execute(org, planFor(org, second)).values()].filter((status) => status !== 'done')).toEqual([]);
        expect(planFor(org, second)).toMatchObject({ steps: [], settled: [] });
        expect(picture(org)).toEqual(picture(applied(second)));
      }),
    );
  });

  test('people who are not in the org hold their seats, and the rest is as declared', () => {
    fc.assert(
      fc.property(organisations, organisations, fc.constantFrom(...PEOPLE), (first, second, gone) => {
        const others = (people: readonly string[]) => people.filter((person) => person !== gone);
        const territories = first.territories.map(([name, one]) => [name, { ...one, seats: others(one.seats) }] as const);
        const queues = first.queues.map(([name, one]) => [name, { ...one, members: others(one.members) }] as const);
        const org = applied({ ...first, territories, queues });
        org.records.delete(`User/${gone}`);
        const plan = planFor(org, second);
        execute(org, plan);
        const names = desiredOf(second)
          .filter(({ tier }) => tier === 'structure')
          .map(({ address }) => addressText(address));
        for (const name of names) expect(org.records.has(name)).toBe(true);
        for (const key of org.records.keys()) expect(key.endsWith(`/${gone}`)).toBe(false);
        const seats = desiredOf(second).filter(({ fields }) => JSON.stringify(fields).includes(`User/${gone}`));
        expect(plan.holds.filter(({ code }) => code === 'unknown-user').length).toBe(seats.length);
      }),
    );
  });

  test('what is taken out of git and put back is there as before', () => {
    fc.assert(
      fc.property(organisations, organisations, (first, second) => {
        expect(picture(applied(first, second, first))).toEqual(picture(applied(first)));
      }),
    );
  });

  test('territories that are renamed stay the same records', () => {
    fc.assert(
      fc.property(organisations, (organisation) => {
        const org = applied(organisation);
        const ids = new Set([...org.records.values()].map(({ id }) => id));
        const rename = (name: number) => `t${name + 1}`;
        const from = desiredOf(organisation);
        const renames = desiredOf(organisation, rename).map(({ address }, at) => ({ from: from[at]?.address ?? address, to: address }));
        const results = execute(org, planFor(org, organisation, { rename, renames }));
        expect([...results.values()].filter((status) => status !== 'done')).toEqual([]);
        expect(new Set([...org.records.values()].map(({ id }) => id))).toEqual(ids);
        expect(planFor(org, organisation, { rename })).toMatchObject({ steps: [], drift: [], settled: [] });
        expect(planFor(org, organisation, { rename, renames })).toMatchObject({ steps: [], drift: [], settled: [] });
      }),
    );
  });
});

describe('a plan', () => {
  test('is the same however its inputs are sorted', () => {
    const shuffles = fc.array(fc.nat(), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(organisations, organisations, shuffles, (first, second, weights) => {
        const org = applied(first);
        for (const at of weights.slice(0, 8)) moveByHand(org, at, at % 3 === 0);
        const sides = { desired: desiredOf(second), ...sidesOf(org) };
        const shuffled = {
          ...sides,
          desired: shuffle(sides.desired, weights),
          inventory: shuffle(sides.inventory, weights),
          live: shuffle(sides.live, weights),
        };
        expect(planOf(shuffled, second, org)).toEqual(planOf(sides, second, org));
      }),
    );
  });

  test('has every step after what it waits for, additions before the switch, the switch before removals', () => {
    fc.assert(
      fc.property(organisations, organisations, (first, second) => {
        const { steps } = planFor(applied(first), second);
        const place = new Map(steps.map(({ id }, at) => [id, at]));
        const phases = ['expand', 'switch', 'contract'];
        const phaseOf = (id: string) => steps[place.get(id) ?? -1]?.phase;
        const levelOf = (id: string) => steps[place.get(id) ?? -1]?.level;
        for (const [at, { dependsOn, phase, level }] of steps.entries()) {
          for (const need of dependsOn) expect(place.get(need)).toBeLessThan(at);
          for (const need of dependsOn.filter((id) => phaseOf(id) === phase)) expect(levelOf(need)).toBeLessThan(level);
        }
        const order = steps.map(({ phase }) => phases.indexOf(phase));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }),
    );
  });

  test('never deletes what is not in the inventory', () => {
    fc.assert(
      fc.property(organisations, organisations, fc.array(fc.nat({ max: 40 })), (first, second, lost) => {
        const org = applied(first);
        const keys = [...org.inventory.keys()];
        for (const at of lost) org.inventory.delete(keys[at] ?? '');
        const removed = planFor(org, second).steps.filter(
          ({ action }) => action === 'delete' || action === 'replace' || action === 'forget',
        );
        for (const { id } of removed) expect(org.inventory.has(id)).toBe(true);
      }),
    );
  });

  test('has no step where only the org moved, and puts all of it back when asked', () => {
    fc.assert(
      fc.property(
        organisations,
        fc.array(fc.tuple(fc.nat({ max: 60 }), fc.boolean()), { minLength: 1, maxLength: 6 }),
        (organisation, moves) => {
          const org = applied(organisation);
          const was = picture(org);
          for (const [at, vanishes] of moves) moveByHand(org, at, vanishes);
          const plan = planFor(org, organisation);
          expect(plan.steps).toEqual([]);
          const back = planFor(org, organisation, { reverts: () => true });
          expect([...execute(org, back).values()].filter((status) => status !== 'done')).toEqual([]);
          expect(picture(org)).toEqual(was);
        },
      ),
    );
  });

  test('survives its file, and is refused when any value in it was edited', () => {
    fc.assert(
      fc.property(organisations, organisations, fc.nat(), (first, second, pick) => {
        const org = applied(first);
        const plan = planFor(org, second);
        const text = planText(plan);
        expect(readPlan(text)).toEqual({ ok: true, value: plan });
        expect(stale(plan, sidesOf(org).live, org.snapshot)).toEqual([]);
        expect(readPlan(edited(text, pick)).ok).toBe(false);
      }),
    );
  });
});

describe('what the loops read', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const contents = fc.record({ resources: fc.dictionary(fc.constantFrom('Pool/a', 'Pool/b', 'ScoringModel/x'), json) });

  test('is made whole by the patch of the step', () => {
    fc.assert(
      fc.property(contents, contents, (before, after) => {
        const sides: CompareInput = { desired: [], inventory: [], live: [], types: {}, adoption: 'hold', driftPolicy: () => 'alert' };
        const snapshot = { before, after, needs: [] };
        const { steps } = buildPlan({
          comparison: compare(sides),
          snapshot,
          environment: 's',
          org: ORG,
          commit: null,
          dirty: false,
          asOf: '2026-11-21',
          callsRead: 0,
        });
        const content = steps.reduce<SnapshotContent>((content, step) => contentAfter(step, content), before);
        expect(JSON.stringify(content.resources, sorted)).toBe(JSON.stringify(after.resources, sorted));
        expect(steps.length).toBe(JSON.stringify(before, sorted) === JSON.stringify(after, sorted) ? 0 : 1);
      }),
    );
  });

  test('is told with at least one line a resource that differs', () => {
    fc.assert(
      fc.property(contents, contents, (before, after) => {
        for (const ref of changedResources(before, after)) expect(contentChanges(before, after, [ref]).length).toBeGreaterThan(0);
      }),
    );
  });
});

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function shuffle<T>(list: readonly T[], weights: readonly number[]): readonly T[] {
  return list
    .map((element, at) => ({ element, weight: (weights[at % weights.length] ?? 0) * (at + 1) }))
    .sort((a, b) => (a.weight % 101) - (b.weight % 101))
    .map(({ element }) => element);
}

/** Somebody deletes a record that nothing hangs on, or writes into one. */
function moveByHand(org: Org, at: number, vanishes: boolean): void {
  const keys = [...org.records.keys()].filter((key) => org.inventory.has(key) && parseAddress(key).type !== 'Territory2Model');
  const key = keys[at % Math.max(1, keys.length)];
  const record = key === undefined ? undefined : org.records.get(key);
  if (key === undefined || record === undefined) return;
  const hanging = [...org.records.values()].some(({ fields }) => JSON.stringify(fields).includes(`"${key}"`));
  if (vanishes && !hanging) org.records.delete(key);
  else if ('Name' in record.fields) org.records.set(key, { ...record, fields: { ...record.fields, Name: 'by hand' } });
}

/** The same JSON with one of its values changed. */
function edited(text: string, pick: number): string {
  const value = JSON.parse(text) as Record<string, unknown>;
  const leaves: (() => void)[] = [];
  collect(value, leaves);
  leaves[pick % leaves.length]?.();
  return JSON.stringify(value);
}

function collect(value: unknown, leaves: (() => void)[]): void {
  if (typeof value !== 'object' || value === null) return;
  const holder = value as Record<string, unknown>;
  for (const [key, member] of Object.entries(holder)) {
    if (typeof member === 'object' && member !== null) collect(member, leaves);
    else leaves.push(() => (holder[key] = typeof member === 'number' ? member + 1 : `${String(member)}!`));
  }
}

test('addresses of the simulated org are what the engine calls them', () => {
  const org = applied({ territories: [[0, { parent: null, label: 'East', seats: ['ann'] }]], queues: [], points: 1 });
  expect([...org.inventory.values()].map(({ address }) => addressText(address)).sort()).toEqual(
    ['Territory2Model/FY27', 'Territory2/FY27/t0', 'UserTerritory2Association/FY27/t0/ann'].sort(),
  );
});
