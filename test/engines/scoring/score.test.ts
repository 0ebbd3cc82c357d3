// What a model may declare beyond the golden records: skipped factors, fading points, events, qualification, exclusion.
import { describe, expect, test } from 'vitest';
import { explainScore } from '../../../engines/scoring/explain.ts';
import { compileModel } from '../../../engines/scoring/model.ts';
import { score } from '../../../engines/scoring/score.ts';
import { modelSpec } from './model.ts';

const NOW = Date.parse('2026-04-16T12:00:00Z');
const DAY = 86_400_000;
const ago = (days: number) => new Date(NOW - days * DAY).toISOString();

const SPEC = {
  version: 'v1.0.0',
  max_score: 100,
  fit: {
    weight: 50,
    components: [
      {
        id: 'size',
        field: 'employee_count',
        weight: 30,
        on_missing: 'skip',
        rules: [
          { condition: '>= 100', points: 30 },
          { condition: 'exists', points: 10 },
        ],
      },
      {
        id: 'owner',
        field: 'matched_account.owner',
        weight: 20,
        on_missing: 'skip',
        rules: [
          { id: 'nobody', condition: 'empty', points: 5 },
          { condition: 'exists', points: 20 },
        ],
      },
    ],
  },
  intent: {
    weight: 50,
    components: [
      {
        id: 'stack',
        field: 'technologies',
        weight: 30,
        buying_signals: ['crm', 'erp', 'bi', 'cdp'],
        rules: [
          { condition: '>= 3', points: 30 },
          { condition: '>= 1', points: 12 },
        ],
      },
    ],
  },
  engagement: { types: { webinar: 10, demo: 15, unsubscribe: -20 }, half_life: '30d', cap: 20 },
  mql: { min_fit: 30, min_intent: 20 },
  exclude: [
    { id: 'competitor', field: 'industry', condition: 'in:crm vendor', reason: 'sells the same' },
    { id: 'customer', field: 'is_customer', condition: '== true' },
  ],
  grades: { A: '>= 60', B: '>= 0' },
};
const model = compileModel(modelSpec(SPEC));
const of = (record: Readonly<Record<string, unknown>>, events: readonly { type: string; at: string }[] = []) =>
  score(model, record, { asOf: NOW, events });
const factor = (found: ReturnType<typeof of>, id: string) => found.factors.find((one) => one.id === id);

describe('a missing value', () => {
  test('that is skipped leaves the rest to stand for the side', () => {
    const found = of({ matched_account: { owner: 'ann' } });
    expect(factor(found, 'size')).toMatchObject({ reason: 'skipped', points: 0, input: null });
    expect(found.sides.fit).toEqual({ points: 50, max: 50 });
    expect(found.coverage).toBe(0.7);
  });

  test('may be what a rule asks for', () => {
    const found = of({ employee_count: 500 });
    expect(factor(found, 'owner')).toMatchObject({ reason: 'rule:nobody', points: 5 });
    expect(found.sides.fit.points).toBe(35);
    expect(found.coverage).toBe(1);
  });

  test('is not what every object inherits', () => {
    const odd = compileModel(
      modelSpec({
        ...SPEC,
        fit: { weight: 50, components: [{ id: 'a', field: 'constructor', weight: 50, rules: [{ condition: 'exists', points: 50 }] }] },
      }),
    );
    expect(score(odd, {}, { asOf: NOW }).sides.fit.points).toBe(0);
  });
});

describe('buying signals with rules', () => {
  test('are counted, each once, and the rules test the count', () => {
    const found = of({ technologies: ['Best CRM', 'crm again', 'ERP'] });
    expect(factor(found, 'stack')).toMatchObject({ reason: 'rule:2', points: 12, signals: ['crm', 'erp'] });
    expect(factor(of({ technologies: ['other'] }), 'stack')).toMatchObject({ reason: 'no_rule', points: 0, signals: [] });
    expect(factor(of({}), 'stack')).toMatchObject({ reason: 'missing', points: 0 });
  });
});

describe('events', () => {
  test('fade, add up to the cap, and take no more than they gave', () => {
    const points = (...events: { type: string; at: string }[]) => factor(of({}, events), 'engagement')?.points;
    expect(points()).toBe(0);
    expect(points({ type: 'Webinar', at: ago(0) })).toBe(10);
    expect(points({ type: 'webinar', at: ago(30) })).toBe(5);
    expect(points({ type: 'webinar', at: ago(0) }, { type: 'demo', at: ago(0) })).toBe(20);
    expect(points({ type: 'unsubscribe', at: ago(0) })).toBe(0);
    expect(points({ type: 'unknown', at: ago(0) })).toBe(0);
  });

  test('that had not happened yet, or say no time, are not counted', () => {
    const found = factor(
      of({}, [
        { type: 'demo', at: ago(-10) },
        { type: 'demo', at: 'soon' },
        { type: 'demo', at: ago(-0.5) },
      ]),
      'engagement',
    );
    expect(found).toMatchObject({ points: 15, input: 1, max: 20 });
  });
});

describe('qualification', () => {
  test('needs both sides, however high the sum', () => {
    expect(of({ employee_count: 500, matched_account: { owner: 'ann' } })).toMatchObject({ score: 50, mql: false });
    expect(of({ employee_count: 500, technologies: ['crm'] }, [{ type: 'demo', at: ago(0) }])).toMatchObject({
      score: 62,
      mql: true,
      grade: 'A',
    });
  });

  test('is not for who is excluded: no grade, the first reason, the score still there', () => {
    const record = { employee_count: 500, technologies: 'crm, erp and bi', industry: 'CRM vendor', is_customer: true };
    const found = of(record);
    expect(found).toMatchObject({ score: 65, grade: null, mql: false, excluded: { id: 'competitor', reason: 'sells the same' } });
    expect(of({ ...record, industry: 'x' }).excluded).toEqual({ id: 'customer', reason: 'customer' });
  });
});

describe('an explanation', () => {
  test('says for every factor what was read and which condition it met', () => {
    const found = of({ employee_count: 120, technologies: 'CRM', industry: 'crm vendor' }, [{ type: 'demo', at: ago(0) }]);
    expect(explainScore(model, found)).toEqual([
      { rule: 'size', result: '30/30', because: 'employee_count 120 is >= 100' },
      { rule: 'owner', result: '5/20', because: 'matched_account.owner null is empty' },
      { rule: 'stack', result: '12/30', because: 'technologies names 1 of the signals, which is >= 1' },
      { rule: 'engagement', result: '15/20', because: '1 event, faded by age' },
      { rule: 'competitor', result: 'not graded', because: 'sells the same: industry is in:crm vendor' },
    ]);
  });
});
