// The index answers what asking one rule after the other answers, on any rules and any record.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Facts } from '../../../engines/field.ts';
import { compileRules, firstMatch, isOn, type Moment, momentOf, type RuleSet } from '../../../engines/routing/rules.ts';
import { RoutingRuleSet } from '../../../resources/routing-rule-set/schema.ts';

const FIELDS = [
  'grade',
  'segment',
  'size',
  'title',
  'email',
  'territory',
  'territory.path',
  'account',
  'account.customer',
  'seen',
  'constructor',
];
const field = fc.constantFrom(...FIELDS);
const TESTS = [
  '== A',
  '!= A',
  '== 5',
  '!= 5',
  '== "5"',
  'in A,B',
  'in vp,"vice president"',
  'in 5,1000',
  'not_in A,5',
  '>= 5',
  '> 5',
  '< 1000',
  '<= 1000.5',
  'between 5 and 999',
  '>= 9007199254740993',
  'contains ic',
  'contains 5',
  'domain_in gmail.com',
  'under ams/west',
  'matches /^a/',
  'exists',
  'empty',
  '',
  'age_days <= 7',
];
const test = fc.tuple(field, fc.constantFrom(...TESTS)).map(([path, words]) => {
  return words === 'exists' || words === 'empty' ? `${path} ${words}` : `${path} ${words}`.trim();
});
const { when } = fc.letrec<{ when: string }>((tie) => ({
  when: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    test,
    fc.tuple(tie('when'), fc.constantFrom('and', 'and', 'or'), tie('when')).map(([a, word, b]) => `(${a}) ${word} (${b})`),
    tie('when').map((one) => `not (${one})`),
  ),
}));
const rule = fc.record(
  {
    when,
    priority: fc.nat(3),
    enabled: fc.boolean(),
    effective: fc.constantFrom({ from: '2026-04-16' }, { to: '2026-04-15' }, { from: '2026-04-01', to: '2026-04-30' }),
  },
  { requiredKeys: ['priority'] },
);
const ruleSet = fc.array(rule, { maxLength: 70 }).map((rules) =>
  compileRules(
    'any',
    RoutingRuleSet.schema.parse({
      rules: rules.map((one, at) => ({ id: `r${at}`, action: { assign_to_queue: 'q' }, ...one })),
      default: { assign_to_queue: 'q' },
    }),
  ),
);
const texts = ['A', 'a', 'B', 'smb', 'VP of Sales', 'vice president', 'x@gmail.com', 'ams', 'ams/west/bay', 'AMS/West', 'Ⅴp', 'true', ''];
const written = ['5', '1,000', ' ', '2026-04-14'];
const sizes = [0, -0, -5, 4.999999999999999, 5, 5.000000000000001, 6, 999, 999.5, 1000, 1000.5, 1001];
const odd = [9007199254740992, 9007199254740994, 1e21, Infinity, NaN, true, false, null, undefined];
const scalar = fc.constantFrom<unknown>(...texts, ...written, ...sizes, ...odd);
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.record({ path: fc.oneof(scalar, fc.record({ path: scalar })), candidates: fc.nat(3) }),
  fc.record({ customer: scalar, path: scalar }, { requiredKeys: [] }),
);
const facts = fc.dictionary(
  fc.constantFrom('grade', 'segment', 'size', 'title', 'email', 'territory', 'account', 'seen', 'constructor'),
  value,
) as fc.Arbitrary<Facts>;
const MOMENTS = [momentOf(Date.parse('2026-04-16T12:00:00Z')), momentOf(Date.parse('2026-04-15T00:00:00Z'))];

function walk({ rules }: RuleSet, record: Facts, { at, day }: Moment, from: number): number {
  return rules.findIndex(
    (one, place) => place >= from && isOn(one, day) && (one.condition === undefined || one.condition.holds(record, at)),
  );
}

it('finds what the plain walk finds, from every place on, and again when values come back', () => {
  fc.assert(
    fc.property(ruleSet, fc.array(facts, { minLength: 1, maxLength: 8 }), (set, records) => {
      for (const record of [...records, ...records]) {
        for (const moment of MOMENTS) {
          for (let from = 0; from <= set.rules.length; from += 1)
            expect(firstMatch(set, record, moment, from)).toBe(walk(set, record, moment, from));
        }
      }
    }),
    { numRuns: 300 },
  );
});

it('remembers as many values as it may, and is right beyond them', () => {
  const set = compileRules(
    'many',
    RoutingRuleSet.schema.parse({
      rules: [{ id: 'one', priority: 1, when: 'title contains 77 and size >= 10', action: { assign_to_queue: 'q' } }],
      default: { assign_to_queue: 'q' },
    }),
  );
  const [moment] = MOMENTS;
  if (moment === undefined) return;
  const found = Array.from({ length: 10_000 }, (_, at) => firstMatch(set, { title: `t${at}`, size: at }, moment)).filter(
    (place) => place === 0,
  );
  expect(found.length).toBe(Array.from({ length: 10_000 }, (_, at) => at).filter((at) => at >= 10 && String(at).includes('77')).length);
});
