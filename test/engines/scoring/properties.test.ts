// What must hold for every model and record: the fast ways agree with the plain ones, and points stay within their bounds.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstRule } from '../../../engines/scoring/first-rule.ts';
import { compileModel } from '../../../engines/scoring/model.ts';
import { score, total } from '../../../engines/scoring/score.ts';
import { signalsOf } from '../../../engines/scoring/signals.ts';
import { conditionOf } from '../../../resources/conditions/condition.ts';
import { wordLine } from '../../../resources/conditions/text.ts';
import { modelSpec } from './model.ts';

const NOW = Date.parse('2026-04-16T12:00:00Z');

const CONDITIONS = [
  '>= 1000',
  '< 20',
  '> 9007199254740992',
  '== 0.3',
  '!= 5',
  'between 10 and 99.5',
  'in:vp,vice president',
  'in:president',
  'in:director or in:head of,1000',
  'in:São Paulo,ßtraße',
  'not_in:intern',
  'not (in:vp)',
  '== VP',
  '!= "vice  president"',
  'contains:vp',
  'matches:/^v.*p$/',
  'domain_in:gmail.com,corp.example',
  'matches:/v/ and contains:p',
  'domain_in:corp.example or contains:@ or == vp',
  'not (domain_in:corp.example)',
  'exists',
  'empty',
  'empty or not_in:intern',
  'age_days <= 30',
  'in:vp and not in:sales',
] as const;

const WORDS = [
  'vp',
  'VP',
  'vice',
  'president',
  'Präsident',
  'svp',
  'head',
  'of',
  'director',
  'intern',
  'são',
  'paulo',
  'ﬁ',
  'K',
  '１０００',
  '1000',
  '-',
  '/',
  ',',
  ' ',
  '',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join(' ')),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join('')),
  fc.constantFrom(
    '1,000',
    '0.30',
    ' 25 ',
    '1000',
    '9007199254740993',
    '2026-04-01',
    'ann@mail.corp.example',
    'GMAIL.com',
    '\t\n',
    'VP/Sales',
  ),
  fc.string({ unit: 'grapheme' }),
  fc.string(),
);
const scalar = fc.oneof(
  text,
  fc.double(),
  fc.integer({ min: -5, max: 1500 }),
  fc.constantFrom(0.1 + 0.2, 0.3, 1000, NaN, Infinity),
  fc.boolean(),
  fc.constantFrom(null, undefined),
);
const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  scalar.map((path) => ({ path })),
  fc.constant({ a: 1 }),
);

describe('the first rule that holds', () => {
  test('is what asking one condition after the other says', () => {
    fc.assert(
      fc.property(
        fc.subarray([...CONDITIONS], { minLength: 1 }).chain((some) => fc.shuffledSubarray(some, { minLength: some.length })),
        value,
        (texts, given) => {
          const conditions = texts.map((one) => conditionOf(one));
          expect(firstRule(conditions).first(given, NOW)).toBe(conditions.findIndex((condition) => condition.holds(given, NOW)));
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('buying signals', () => {
  test('are those whose words occur in a row in some element', () => {
    const listed = ['crm', 'sales crm', 'marketing automation', 'automation', 'résumé', 'CRM'];
    const words = fc
      .array(fc.constantFrom('crm', 'Sales', 'marketing', 'automation', 'Résumé', 'x', '&', 'crms'), { maxLength: 5 })
      .map((some) => some.join(' '));
    const signals = signalsOf(listed);
    fc.assert(
      fc.property(fc.array(words, { maxLength: 3 }), (elements) => {
        const wanted = listed.filter((signal) => elements.some((element) => wordLine(element).includes(wordLine(signal))));
        expect(signals.count(elements)).toBe(wanted.length);
        expect(signals.counted()).toEqual(wanted);
      }),
    );
  });
});

describe('a score', () => {
  const spec = modelSpec({
    version: '1.0',
    max_score: 100,
    fit: {
      weight: 60,
      components: [
        {
          id: 'size',
          field: 'size',
          weight: 35,
          on_missing: 'skip',
          rules: [
            { condition: '>= 100', points: 35 },
            { condition: '< 5', points: -3 },
          ],
        },
        { id: 'tech', field: 'tech', weight: 25, on_missing: 'skip', buying_signals: ['crm', 'erp', 'data warehouse'] },
      ],
    },
    intent: {
      weight: 40,
      components: [
        {
          id: 'source',
          field: 'source',
          weight: 20,
          decay: { half_life: '10d', field: 'at' },
          rules: [
            { condition: 'in:demo', points: 20 },
            { condition: 'exists', points: 7 },
          ],
        },
      ],
    },
    engagement: { types: { webinar: 10, unsubscribe: -5 }, half_life: '30d', cap: 20 },
    negative: [{ id: 'bad', field: 'source', condition: 'in:spam', points: -200 }],
    exclude: [{ id: 'ours', field: 'size', condition: '== 7' }],
    grades: { A: '>= 70', B: '>= 0' },
  });
  const model = compileModel(spec);
  const record = fc.record(
    {
      size: value,
      tech: value,
      source: fc.oneof(value, fc.constantFrom('demo', 'spam')),
      at: fc.oneof(value, fc.constantFrom('2026-04-01', '2026-04-16T00:00:00.000+0000')),
    },
    { requiredKeys: [] },
  );
  const events = fc.array(
    fc.record({
      type: fc.constantFrom('webinar', 'Webinar', 'unsubscribe', 'other'),
      at: fc.constantFrom('2026-04-10', '2026-01-01', '2027-01-01', 'soon'),
    }),
    { maxLength: 6 },
  );

  test('is the same with and without its breakdown, within its bounds, and adds up', () => {
    fc.assert(
      fc.property(record, events, (facts, happened) => {
        const found = score(model, facts, { asOf: NOW, events: happened });
        expect(total(model, facts, NOW, happened)).toBe(found.score);
        expect(found.score).toBeGreaterThanOrEqual(0);
        expect(found.score).toBeLessThanOrEqual(100);
        const skipped = found.factors.filter(({ reason }) => reason === 'skipped').reduce((sum, { max }) => sum + max, 0);
        expect(found.coverage).toBeCloseTo(1 - skipped / 100, 12);
        const intent = found.factors.filter(({ side }) => side === 'intent').reduce((sum, { points }) => sum + points, 0);
        expect(found.sides.intent.points).toBe(intent);
      }),
      { numRuns: 2000 },
    );
  });
});
