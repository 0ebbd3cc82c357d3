// The tuner: real leads against numbers that were computed apart from it, what it may never do, and when it keeps its hands off.
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { compareModels } from '../../../engines/tuner/compare.ts';
import { fitLogistic, type Observation } from '../../../engines/tuner/logistic.ts';
import type { PastRow } from '../../../engines/tuner/rows.ts';
import { stepped } from '../../../engines/tuner/steps.ts';
import { tune, type Tuning } from '../../../engines/tuner/tune.ts';
import { ScoringModel, type ScoringModelSpec } from '../../../resources/scoring-model/schema.ts';
import { golden } from '../../golden.ts';

const [models, data] = [golden('cases/demand/backtest-models.yaml'), golden('data/x-education/leads.csv')];

describe.skipIf(models === undefined || data === undefined)('real leads', () => {
  const leads = data === undefined ? [] : (parse(readFileSync(data, 'utf8'), { columns: true, bom: true }) as Record<string, string>[]);
  const past: readonly PastRow[] = leads.map((lead) => ({
    facts: Object.fromEntries(Object.entries(lead).map(([column, cell]) => [column, cell === '' ? null : cell])),
    outcome: lead['Converted'] === '1',
    order: Number(lead['Lead Number']),
    asOf: 0,
  }));
  const specOf = (at: number, tuning: object = {}): ScoringModelSpec => {
    const document = parseAllDocuments(models === undefined ? '' : readFileSync(models, 'utf8'))[at]?.toJS() as { spec: object };
    return ScoringModel.schema.parse({ ...document.spec, tuning });
  };

  // By another program, in numpy 2.4, with dense matrices and rules written out by hand; AUC and lift by counting.
  test('coefficients, points, AUC and lift are those that were computed apart', () => {
    const found = tune(specOf(0), past);
    expect([found.n, found.train.n, found.holdout.n]).toEqual([9240, 6191, 3049]);
    expect(found.point_worth).toBeCloseTo(0.08428623383180207, 12);
    const coefficients = [
      0.155825, -0.30182, 0.145995, -0.018741, -0.21771, -0.043269, 0.029136, -0.082665, 0.595484, -0.484558, -0.281081, 0.252821, 0.20576,
      0.236036, 0.054472, 0.280641, 0.277221,
    ];
    for (const [at, { coefficient }] of found.rules.entries()) expect(coefficient).toBeCloseTo(coefficients[at] ?? Number.NaN, 6);
    expect(found.rules.map(({ points }) => points)).toEqual([30, 10, 5, 20, 10, 6, 2, 30, 20, 8, 2, 6, 10, 7, 5, 6, 10]);
    expect(found.rules.map(({ after }) => after)).toEqual([30, 8, 7, 20, 8, 5, 2, 29, 22, 6, 0, 6, 10, 9, 6, 8, 10]);
    expect([found.before.auc?.value, found.after.auc?.value]).toEqual([0.7951214343446291, 0.8068210940202187]);
    expect(found.after.lift_best_grade).toBeCloseTo(2.104863484173829, 12);
    expect(found.after.grades[0]?.n).toBe(522);
    expect(found.verdict).toMatchObject({ kind: 'suggested' });
  });

  test('the order in which rows come makes no difference', () => {
    const found = tune(specOf(0), past);
    expect(tune(specOf(0), past.toReversed())).toEqual(found);
  });

  test('a model that has seen the answer is not taught', () => {
    const { verdict } = tune(specOf(1), past);
    expect(verdict).toMatchObject({ kind: 'refused' });
    expect(verdict.kind === 'refused' && verdict.reasons.map(({ code }) => code)).toEqual(['guard', 'guard']);
  });

  test('points that would make one factor see too much are refused by the model’s guard', () => {
    const { verdict, after, before } = tune(specOf(0, { max_step: 30, reorder: true }), past);
    expect(after.auc?.value).toBeGreaterThan(before.auc?.value ?? 1);
    expect(verdict).toMatchObject({
      kind: 'refused',
      reasons: [{ code: 'guard', finding: { code: 'leak_single_factor_auc', factor: 'time_on_site' } }],
    });
  });
});

/** 40 rows a combination of the two fields; how many of them convert is given, and the same in every part of time. */
function rowsOf(rates: Readonly<Record<string, number>>): readonly PastRow[] {
  return Object.entries(rates).flatMap(([key, rate], kind) =>
    Array.from({ length: 400 }, (_, at): PastRow => {
      const [size = '', source = ''] = key.split(' ');
      // Every tenth row is the next tenth of the rate: each stretch of ten rows converts alike.
      return { facts: { size, source }, outcome: at % 10 < rate * 10, order: at * 10 + kind, asOf: 0 };
    }),
  );
}

function model(tuning: object = {}, sizes: readonly number[] = [20, 10]): ScoringModelSpec {
  return ScoringModel.schema.parse({
    version: '1.0.0',
    max_score: 60,
    fit: {
      weight: 30,
      components: [
        {
          id: 'size',
          field: 'size',
          weight: 30,
          rules: [
            { id: 'big', condition: '== big', points: sizes[0] },
            { id: 'middle', condition: '== middle', points: sizes[1] },
          ],
        },
      ],
    },
    intent: {
      weight: 30,
      components: [{ id: 'source', field: 'source', weight: 30, rules: [{ id: 'demo', condition: '== demo', points: 20 }] }],
    },
    grades: { A: '>= 35', B: '>= 20', C: '>= 0' },
    guard: { max_factor_auc: 1 },
    tuning: { min_rows: 100, ...tuning },
  });
}

// A demo is worth far less than its points say, and size more.
const SIZE_COUNTS = { 'big demo': 0.8, 'big web': 0.7, 'middle demo': 0.5, 'middle web': 0.4, 'small demo': 0.2, 'small web': 0.1 };
const movesOf = ({ rules }: Tuning) => Object.fromEntries(rules.map(({ name, points, after }) => [name, after - points]));

describe('what it may do', () => {
  test('no rule moves further than a step, and what pays less than its points loses some', () => {
    const found = tune(model(), rowsOf(SIZE_COUNTS));
    expect(movesOf(found)['demo']).toBe(-2);
    expect(found.verdict).toMatchObject({ kind: 'suggested' });
    expect(movesOf(tune(model({ max_step: 5 }), rowsOf(SIZE_COUNTS)))['demo']).toBe(-5);
  });

  test('what is locked stays, a component or a rule', () => {
    expect(movesOf(tune(model({ locked: ['source'] }), rowsOf(SIZE_COUNTS)))['demo']).toBe(0);
    expect(movesOf(tune(model({ locked: ['big'] }), rowsOf(SIZE_COUNTS)))['big']).toBe(0);
  });

  test('rules keep their order, unless the model lets them change it', () => {
    const upsideDown = { 'big demo': 0.4, 'big web': 0.3, 'middle demo': 0.8, 'middle web': 0.7, 'small demo': 0.2, 'small web': 0.1 };
    const kept = tune(model({ max_step: 10 }, [15, 10]), rowsOf(upsideDown)).rules;
    expect((kept[0]?.after ?? 0) >= (kept[1]?.after ?? 99)).toBe(true);
    const free = tune(model({ max_step: 10, reorder: true }, [15, 10]), rowsOf(upsideDown)).rules;
    expect((free[0]?.after ?? 99) < (free[1]?.after ?? 0)).toBe(true);
  });

  test('whatever is wanted: whole points, within a step and the component, never past one another', () => {
    const rule = fc.record({
      points: fc.integer({ min: -5, max: 30 }),
      target: fc.double({ min: -100, max: 100, noNaN: true }),
      n: fc.integer({ min: 0, max: 1000 }),
      locked: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 10 }), (rules, maxStep) => {
        const after = stepped(rules, { maxStep, weight: 30, reorder: false });
        for (const [at, { points, locked }] of rules.entries()) {
          const now = after[at] ?? Number.NaN;
          expect(Number.isInteger(now)).toBe(true);
          expect(Math.abs(now - points)).toBeLessThanOrEqual(locked ? 0 : maxStep);
          expect(now).toBeLessThanOrEqual(30);
          expect(now).toBeGreaterThanOrEqual(Math.min(points, 0));
          const below = rules.flatMap(({ points: theirs }, other) => (theirs < points ? [after[other] ?? Number.NaN] : []));
          expect(Math.max(now, ...below)).toBe(now);
        }
      }),
    );
  });
});

describe('when it keeps its hands off', () => {
  const reasons = ({ verdict }: Tuning) => (verdict.kind === 'refused' ? verdict.reasons.map(({ code }) => code) : verdict.kind);

  test('too few rows, or none that ended the other way', () => {
    expect(reasons(tune(model({ min_rows: 5000 }), rowsOf(SIZE_COUNTS)))).toEqual(['too_few_rows']);
    expect(reasons(tune(model(), rowsOf({ 'big demo': 1, 'small web': 1 })))).toEqual(['one_outcome', 'one_outcome']);
    expect(reasons(tune(model(), []))).toEqual(['too_few_rows', 'one_outcome', 'one_outcome']);
  });

  test('a score that is upside down', () => {
    expect(reasons(tune(model(), rowsOf({ 'big demo': 0.1, 'big web': 0.2, 'small demo': 0.7, 'small web': 0.8 })))).toEqual([
      'upside_down',
    ]);
  });

  test('records that say what the points say', () => {
    const worth = { 'big demo': 0.9, 'big web': 0.5, 'small demo': 0.5, 'small web': 0.1 };
    expect(tune(model({}, [20, 20]), rowsOf(worth)).verdict).toMatchObject({ kind: 'nothing' });
  });

  test('what the older rows teach and the newer ones contradict', () => {
    const older = rowsOf({ ...SIZE_COUNTS, 'big demo': 0.7, 'big web': 0.8 });
    const newer = rowsOf({ 'big demo': 0.9, 'big web': 0.2, 'middle demo': 0.8, 'middle web': 0.2, 'small demo': 0.7, 'small web': 0.1 });
    const found = tune(model({ max_step: 15 }), [...older, ...newer.map((row) => ({ ...row, order: row.order + 10_000 }))]);
    expect(movesOf(found)['demo']).toBeLessThan(0);
    expect(reasons(found)).toContain('auc_falls');
  });
});

describe('a change that somebody else proposes', () => {
  test('is judged on the rows that both versions grade: leaving out who does not convert is no merit', () => {
    const spec = model();
    const changed = { ...spec, exclude: [{ id: 'small', field: 'size', condition: '== small' }] };
    const found = compareModels(spec, ScoringModel.schema.parse(changed), rowsOf(SIZE_COUNTS));
    expect([found.n, found.before.auc?.value]).toEqual([1600, found.after.auc?.value]);
  });

  test('that makes newer records worse is told', () => {
    const spec = model();
    const changed = model({}, [10, 20]);
    expect(compareModels(spec, changed, rowsOf(SIZE_COUNTS)).falls.map(({ code }) => code)).toContain('auc_falls');
  });
});

describe('the regression', () => {
  test('one yes-or-no feature, nearly no ridge: the log of the odds ratio, known in closed form', () => {
    const rows: Observation[] = [
      ...Array.from({ length: 100 }, (_, at) => ({ offset: 0, features: [{ at: 0, value: 1 }], outcome: at < 80 })),
      ...Array.from({ length: 200 }, (_, at) => ({ offset: 0, features: [], outcome: at < 50 })),
    ];
    const found = fitLogistic(rows, 1, 1e-9);
    expect(found?.intercept).toBeCloseTo(Math.log(50 / 150), 6);
    expect(found?.coefficients[0]).toBeCloseTo(Math.log(80 / 20) - Math.log(50 / 150), 6);
  });

  test('at its end every slope is level, also where a feature tells the outcome for certain', () => {
    const row = fc.record({
      offset: fc.double({ min: -8, max: 8, noNaN: true }),
      a: fc.boolean(),
      b: fc.double({ min: 0, max: 2, noNaN: true }),
      outcome: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 60 }), (given) => {
        const rows = given.map(({ offset, a, b, outcome }) => ({
          offset,
          features: [...(a ? [{ at: 0, value: 1 }] : []), { at: 1, value: b }],
          outcome,
        }));
        const found = fitLogistic(rows, 2, 1);
        const isOne = rows.every(({ outcome }) => outcome === rows[0]?.outcome);
        expect(found === undefined).toBe(isOne);
        if (found === undefined) return;
        const slopes = [0, 0, 0];
        for (const { offset, features, outcome } of rows) {
          const odds = offset + found.intercept + features.reduce((sum, { at, value }) => sum + value * (found.coefficients[at] ?? 0), 0);
          const miss = 1 / (1 + Math.exp(-odds)) - (outcome ? 1 : 0);
          slopes[2] = (slopes[2] ?? 0) + miss;
          for (const { at, value } of features) slopes[at] = (slopes[at] ?? 0) + miss * value;
        }
        for (const at of [0, 1]) expect((slopes[at] ?? 1) + (found.coefficients[at] ?? 1)).toBeCloseTo(0, 6);
        expect(slopes[2]).toBeCloseTo(0, 6);
      }),
    );
  });
});
