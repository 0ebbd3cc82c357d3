// Inheritance of scenarios, and the days on which seats act.
import { describe, expect, test } from 'vitest';
import { changeDays } from '../../resources/active.ts';
import { readOrganisation } from '../../resources/organisation.ts';
import { mergeScenario } from '../../resources/scenario/merge.ts';
import { Scenario } from '../../resources/scenario/schema.ts';
import { type Edit, files, records, resolved } from './fixture.ts';

/** Three scenarios, each on the one before; the last one merged. */
function merged(...specs: readonly string[]) {
  const names = specs.map((_, index) => `s${index}`);
  const documents = specs.map(
    (spec, index) =>
      `apiVersion: loopctl/v1\nkind: Scenario\nmetadata: {name: s${index}}\nspec:\n  title: S${index}\n${index === 0 ? '' : `  base: s${index - 1}\n`}${spec}`,
  );
  const { organisation } = readOrganisation(files({ path: 'design/scenarios/chain.yaml', to: documents.join('---\n') }));
  const last = organisation.get(Scenario, names.at(-1) ?? '');
  const found = last === undefined ? undefined : mergeScenario(last, organisation);
  if (found === undefined) throw new Error('the chain did not load');
  return found;
}

const SEAT =
  '  roster:\n    - {seat: a, role: AE, territory: ams/east, user: a@x.example, start: 2026-01-01, quota: 100}\n    - {seat: b, role: AE}\n';

describe('a scenario on a base', () => {
  test.each<[name: string, specs: readonly string[], rows: unknown]>([
    ['has its rows', [SEAT, ''], [{ seat: 'a', quota: 100 }, { seat: 'b' }]],
    [
      'changes what it writes and keeps the rest',
      [SEAT, '  roster: [{seat: a, quota: 200}]\n'],
      [{ seat: 'a', quota: 200, user: 'a@x.example' }, { seat: 'b' }],
    ],
    ['takes rows out', [SEAT, '  roster: [{seat: a, remove: true}]\n'], [{ seat: 'b' }]],
    ['adds rows behind', [SEAT, '  roster: [{seat: c, role: SE}]\n'], [{ seat: 'a' }, { seat: 'b' }, { seat: 'c' }]],
    ['empties a key with null', [SEAT, '  roster: [{seat: a, user: null}]\n'], [{ seat: 'a', user: null }, { seat: 'b' }]],
    [
      'takes a row out and brings it back without what it had',
      [SEAT, '  roster: [{seat: a, remove: true}]\n', '  roster: [{seat: a, role: SE}]\n'],
      [{ seat: 'b' }, { seat: 'a', role: 'SE' }],
    ],
    [
      'says the last word over all its bases',
      [SEAT, '  roster: [{seat: a, quota: 200}]\n', '  roster: [{seat: a, quota: 300}]\n'],
      [{ seat: 'a', quota: 300 }, { seat: 'b' }],
    ],
  ])('%s', (_, specs, rows) => {
    const { roster } = merged(...specs);
    expect(roster.map(({ row }) => row)).toMatchObject(rows as object[]);
    expect(roster).toHaveLength((rows as object[]).length);
  });

  test('a row brought back knows nothing of the one that was taken out', () => {
    const [, back] = merged(SEAT, '  roster: [{seat: a, remove: true}]\n', '  roster: [{seat: a, role: SE}]\n').roster;
    expect(back?.row).toEqual({ seat: 'a', role: 'SE' });
  });

  test('each row knows where the last word on it is written', () => {
    const [a, b] = merged(SEAT, '  roster: [{seat: a, quota: 200}]\n').roster;
    expect([a, b].map((row) => row?.from.at({ path: row.path }))).toEqual([
      { path: 'design/scenarios/chain.yaml', line: 16, column: 12 },
      { path: 'design/scenarios/chain.yaml', line: 8, column: 7 },
    ]);
  });

  test('targets merge by territory, measure and period, productivity by its five keys', () => {
    const { targets, productivity } = merged(
      '  targets:\n    - {territory: ams, measure: new_acv, period: FY27, amount: 1, source: top_down}\n    - {territory: ams, measure: new_acv, period: FY28, amount: 2}\n  target_productivity:\n    - {role: AE, segment: commercial, annual: 10}\n    - {role: AE, annual: 20}\n',
      '  targets:\n    - {territory: ams, measure: new_acv, period: FY27, amount: 3}\n    - {territory: ams, measure: new_acv, period: FY28, remove: true}\n    - {territory: ams, measure: logos, period: FY27, amount: 4}\n  target_productivity: [{role: AE, annual: 30}]\n',
    );
    expect(targets.map(({ row }) => [row.measure, row.period, row.amount, row.source])).toEqual([
      ['new_acv', 'FY27', 3, 'top_down'],
      ['logos', 'FY27', 4, undefined],
    ]);
    expect(productivity.map(({ row }) => [row.segment, row.annual])).toEqual([
      ['commercial', 10],
      [undefined, 30],
    ]);
  });

  test('maps merge by key, lists are replaced, the status is its own', () => {
    const { spec } = merged(
      '  status: proposed\n  ramp_curves: {a: [0, 1], b: [0.5, 1]}\n  motions: {AE: new_business}\n  attrition: {annual_rate: 0.1, method: hazard}\n  assumptions: [one, two]\n  period: {start: 2027-02-01, months: 12}\n',
      '  ramp_curves: {b: [1]}\n  motions: {SE: support}\n  attrition: {annual_rate: 0.2}\n  assumptions: [three]\n  period: {months: 24}\n',
    );
    expect(spec).toEqual({
      title: 'S1',
      ramp_curves: { a: [0, 1], b: [1] },
      motions: { AE: 'new_business', SE: 'support' },
      attrition: { annual_rate: 0.2, method: 'hazard' },
      assumptions: ['three'],
      period: { start: '2027-02-01', months: 24 },
    });
  });
});

describe('seats act by date', () => {
  const LEAVES: Edit = {
    path: 'design/scenarios/fy27-base.yaml',
    from: 'status: active, start: 2025-09-01',
    to: 'status: leaving, end: 2031-01-01, start: 2025-09-01',
  };
  const east = 'UserTerritory2Association/FY27/ams_east/ae.east1@acme.example';

  test.each([
    ['2025-08-31', false],
    ['2025-09-01', true],
    ['2030-12-31', true],
    ['2031-01-01', false],
  ])('on %s: %j', (asOf, there) => {
    expect(records([LEAVES], { asOf }).has(east)).toBe(there);
  });

  test('the days on which something changes are those of starts and ends of the live scenario', () => {
    const { organisation } = readOrganisation(files(LEAVES));
    expect(changeDays(organisation)).toEqual([
      '2023-02-01',
      '2024-02-01',
      '2024-12-15',
      '2025-02-01',
      '2025-05-01',
      '2025-09-01',
      '2027-04-01',
      '2031-01-01',
    ]);
  });

  test('a planned or open seat is nobody, even with a user and a date', () => {
    const planned: Edit = {
      path: 'design/scenarios/fy27-base.yaml',
      from: 'ae.east1@acme.example, status: active',
      to: 'ae.east1@acme.example, status: planned',
    };
    expect(records([planned]).has(east)).toBe(false);
  });

  test('without a status, a seat with a user is active and one without is open', () => {
    const silent: Edit = {
      path: 'design/scenarios/fy27-base.yaml',
      from: 'ae.east1@acme.example, status: active, ',
      to: 'ae.east1@acme.example, ',
    };
    expect(records([silent]).has(east)).toBe(true);
    expect(resolved([silent]).seats.get('ae-east-1')?.live).toBe(true);
  });
});
