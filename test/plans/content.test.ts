// How a difference of what the loops read is told, and what its step waits for.
import { describe, expect, test } from 'vitest';
import { contentChanges } from '../../plans/content.ts';
import { show } from '../../plans/show.ts';
import { plan } from './planning.ts';

function told(before: unknown, after: unknown): readonly string[] {
  const [old, now] = [before, after].map((value) => ({ resources: value === undefined ? {} : { 'ScoringModel/inbound': value } }));
  return contentChanges(old ?? null, now ?? { resources: {} }, ['ScoringModel/inbound']).map(
    ({ path, before, after }) => `${path}: ${show(before)} → ${show(after)}`,
  );
}

describe('told', () => {
  test('by the id of an element, by place where there is none', () => {
    const model = (points: number) => ({
      fit: {
        components: [
          { id: 'size', rules: [] },
          { id: 'seniority', rules: [{ points }, { points: 1 }] },
        ],
      },
    });
    expect(told(model(12), model(14))).toEqual(['ScoringModel/inbound fit.components[seniority].rules[0].points: 12 → 14']);
  });

  test('seats by seat, others by name', () => {
    expect(told({ roster: [{ seat: 'a', quota: 1 }] }, { roster: [{ seat: 'a', quota: 2 }] })).toEqual([
      'ScoringModel/inbound roster[a].quota: 1 → 2',
    ]);
    expect(told([{ name: 'n', x: 1 }], [{ name: 'n', x: null }])).toEqual(['ScoringModel/inbound [n].x: 1 → nothing']);
  });

  test('one element more or less is one line, wherever it is', () => {
    const [a, b, c] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
    expect(told({ rules: [a, c] }, { rules: [a, b, c] })).toEqual(['ScoringModel/inbound rules[b]: nothing → {"id":"b"}']);
    const row = (territory: string) => ({ territory, country: 'US' });
    expect(told({ rows: [row('x'), row('y')] }, { rows: [row('w'), row('x'), row('y')] })).toEqual([
      'ScoringModel/inbound rows[0]: nothing → {"territory":"w","country":"US"}',
    ]);
    expect(told({ rows: [row('w'), row('x'), row('y')] }, { rows: [row('w'), row('y')] })).toEqual([
      'ScoringModel/inbound rows[1]: {"territory":"x","country":"US"} → nothing',
    ]);
  });

  test('an order that changed is a change: the first that holds counts', () => {
    const [a, b] = [{ id: 'a' }, { id: 'b' }];
    expect(told({ rules: [a, b] }, { rules: [b, a] })).toEqual(['ScoringModel/inbound rules (order): [a, b] → [b, a]']);
  });

  test('lists of plain values whole, names that need it in quotes', () => {
    expect(told({ in: ['US'] }, { in: ['US', 'CA'] })).toEqual(['ScoringModel/inbound in: [US] → [US, CA]']);
    expect(told({ roles: { 'Account Executive': 1 } }, { roles: { 'Account Executive': 2 } })).toEqual([
      'ScoringModel/inbound roles."Account Executive": 1 → 2',
    ]);
  });

  test('elements that share an id by place', () => {
    const list = (x: number) => [
      { id: 'a', x: 1 },
      { id: 'a', x },
    ];
    expect(told({ list: list(2) }, { list: list(3) })).toEqual(['ScoringModel/inbound list[1].x: 2 → 3']);
  });

  test('a resource that came or went whole', () => {
    expect(told(undefined, { a: 1 })).toEqual(['ScoringModel/inbound: nothing → {"a":1}']);
    expect(told({ a: 1 }, undefined)).toEqual(['ScoringModel/inbound: {"a":1} → nothing']);
  });
});

describe('the step', () => {
  const content = { before: { resources: {} }, after: { resources: { 'Pool/a': 1 } } };
  const needing = (...needs: readonly string[]) => ({ snapshot: { ...content, needs } });
  const step = (made: ReturnType<typeof plan>) => made.steps.find(({ action }) => action === 'switch');
  const seat = (user: string) => ({
    [`UserTerritory2Association/FY27/a/${user}`]: { UserId: `-> User/${user}`, Territory2Id: '-> Territory2/FY27/a' },
  });

  test('is not there where nothing differs, and is the first time', () => {
    const same = { resources: { 'Pool/a': { x: [1, { y: null }] } } };
    expect(plan({}, { snapshot: { before: same, after: structuredClone(same), needs: [] } }).steps).toEqual([]);
    expect(plan({}, { snapshot: { before: null, after: { resources: {} }, needs: [] } }).steps).toHaveLength(1);
    const sparse = { resources: { 'Pool/a': { x: [1, { y: null, z: undefined }], cap: undefined } } };
    expect(plan({}, { snapshot: { before: same, after: sparse, needs: [] } }).steps).toEqual([]);
    expect(plan({}, { snapshot: { before: sparse, after: same, needs: [] } }).steps).toEqual([]);
    expect(plan({}).steps).toEqual([]);
  });

  test('waits for what is only made, not for a change of what is there, and every removal waits for it', () => {
    const made = plan(
      {
        declared: { 'Group/new': { Name: 'New' }, 'Group/old': { Name: 'Changed' }, 'Group/known': { Name: 'Known' } },
        inventory: { 'Group/old': { Name: 'Old' }, 'Group/gone': { Name: 'Gone' }, 'Group/let': { Name: 'Let', $remove: 'forget' } },
        live: {
          'Group/old': { Name: 'Old' },
          'Group/gone': { Name: 'Gone' },
          'Group/let': { Name: 'Let' },
          'Group/known': { Name: 'Other' },
        },
      },
      needing('Group/new', 'Group/old', 'Group/known'),
    );
    expect(step(made)).toMatchObject({ id: 'Snapshot/sandbox', phase: 'switch', dependsOn: ['Group/new'] });
    const removals = made.steps.filter(({ phase }) => phase === 'contract');
    for (const { dependsOn } of removals) expect(dependsOn).toContain('Snapshot/sandbox');
    expect(made.summary).toMatchObject({ create: 1, update: 1, delete: 1, forget: 1, adopt: 1 });
  });

  test('is held where the loops would refer to what is not in the org', () => {
    const queue = { 'Group/a': { Name: 'A' } };
    const vanished = plan({ declared: queue, inventory: queue }, needing('Group/a'));
    expect(vanished.holds).toMatchObject([{ code: 'missing-record', steps: ['Snapshot/sandbox'] }]);
    expect(plan({ standing: queue }, needing('Group/a')).holds).toEqual([]);
    expect(plan({}, needing('Group/a')).holds).toMatchObject([{ code: 'missing-record' }]);
  });

  test('is not held by an assignment that somebody took away', () => {
    const sides = { standing: { 'Territory2/FY27/a': { Name: 'A' } }, declared: seat('kim'), inventory: seat('kim') };
    const made = plan(sides, needing('UserTerritory2Association/FY27/a/kim'));
    expect(made).toMatchObject({ holds: [], drift: [{ kind: 'vanished' }], steps: [{ action: 'switch' }] });
  });

  test('does not wait for a seat whose user is not there: it is read as open', () => {
    const territory = { 'Territory2/FY27/a': { Name: 'A' } };
    const needs = needing('UserTerritory2Association/FY27/a/nobody', 'UserTerritory2Association/FY27/a/kim');
    const made = plan(
      { standing: territory, declared: { ...seat('nobody'), ...seat('kim') }, live: { 'User/kim': { IsActive: true } } },
      needs,
    );
    expect(step(made)?.dependsOn).toEqual(['UserTerritory2Association/FY27/a/kim']);
  });
});

describe('targets', () => {
  const tree = {
    'Territory2/FY27/a': { Name: 'A' },
    'Territory2/FY27/b': { Name: 'B', ParentTerritory2Id: '-> Territory2/FY27/a' },
    'Territory2/FY27/c': { Name: 'C' },
    'Group/q': { Name: 'Q' },
  };
  const ids = (made: ReturnType<typeof plan>) => made.steps.map(({ id }) => id);
  const territory = (name: string) => ({ kind: 'Territory', name: `FY27/${name}` });

  test('bring what they need, and nothing else; what is left out is said', () => {
    const made = plan({ declared: tree }, { targets: [territory('b'), { kind: 'Queue', name: 'idle' }] });
    expect(ids(made)).toEqual(['Territory2/FY27/a', 'Territory2/FY27/b']);
    expect(made.targeted).toEqual({
      refs: [territory('b'), { kind: 'Queue', name: 'idle' }],
      idle: [{ kind: 'Queue', name: 'idle' }],
      left: 2,
    });
    expect(made.summary.create).toBe(2);
  });

  test('a removal brings the removals of what hangs on it', () => {
    expect(ids(plan({ inventory: tree, live: tree }, { targets: [territory('a')] }))).toEqual(['Territory2/FY27/b', 'Territory2/FY27/a']);
    expect(ids(plan({ inventory: tree, live: tree }, { targets: [territory('b')] }))).toEqual(['Territory2/FY27/b']);
  });

  test('a removal brings the switch that it waits for; an addition does not', () => {
    const snapshot = { before: { resources: {} }, after: { resources: { 'Pool/a': 1 } }, needs: ['Group/q'] };
    const { 'Group/q': queue, ...territories } = tree;
    const made = (name: string) =>
      plan(
        { declared: { 'Group/q': queue, 'Territory2/FY27/new': { Name: 'N' } }, inventory: territories, live: territories },
        { snapshot, targets: [territory(name)] },
      );
    expect(ids(made('new'))).toEqual(['Territory2/FY27/new']);
    expect(ids(made('c'))).toEqual(['Group/q', 'Snapshot/sandbox', 'Territory2/FY27/c']);
  });

  test('a resource that the loops read stands for the whole switch', () => {
    const snapshot = { before: { resources: {} }, after: { resources: { 'Pool/a': 1, 'Pool/b': 1 } }, needs: [] };
    const made = plan({ declared: tree }, { snapshot, targets: [{ kind: 'Pool', name: 'a' }] });
    expect(ids(made)).toEqual(['Snapshot/sandbox']);
    expect(made.steps[0]?.fields).toHaveLength(2);
  });

  test('holds of steps that are left out are left out', () => {
    const seat = { 'UserTerritory2Association/FY27/a/nobody': { UserId: '-> User/nobody', Territory2Id: '-> Territory2/FY27/a' } };
    expect(plan({ declared: { ...tree, ...seat } }, { targets: [territory('a')] }).holds).toEqual([]);
  });
});
