// Two versions asked at once are two versions asked one after the other, also where they end within one word of bits.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bothVersions, compileRules, firstMatch, momentOf, type RuleSet } from '../../../engines/routing/rules.ts';
import { RoutingRuleSet } from '../../../resources/routing-rule-set/schema.ts';

const moment = momentOf(Date.parse('2026-11-21T12:00:00Z'));
const when = fc.constantFrom(
  'grade == A',
  'grade in B,C and employee_count > 100',
  'employee_count between 10 and 500',
  'industry contains soft',
  'grade == A or industry == energy',
  'last_seen age_days <= 3',
  'not grade.exists',
);
const rule = fc.record({ when: fc.option(when, { nil: undefined, freq: 20 }), enabled: fc.boolean(), past: fc.boolean() });
const facts = fc.record(
  {
    grade: fc.constantFrom('A', 'B', 'C', 'D', null),
    employee_count: fc.constantFrom(5, 50, 200, 5000, '200'),
    industry: fc.constantFrom('Software', 'energy'),
    last_seen: fc.constantFrom('2026-11-20', '2026-01-01'),
  },
  { requiredKeys: [] },
);

function setOf(rules: readonly { readonly when: string | undefined; readonly enabled: boolean; readonly past: boolean }[]): RuleSet {
  const written = rules.map(({ when: text, enabled, past }, at) => ({
    id: `r${at}`,
    priority: at,
    enabled,
    ...(text !== undefined && { when: text }),
    ...(past && { effective: { to: '2026-01-01' } }),
    action: { assign_to_queue: 'q' },
  }));
  return compileRules('some', RoutingRuleSet.schema.parse({ rules: written, default: { assign_to_queue: 'q' } }));
}

test('as if each had been asked alone', () => {
  const rules = fc.oneof(fc.array(rule, { maxLength: 5 }), fc.array(rule, { minLength: 28, maxLength: 70 }));
  fc.assert(
    fc.property(rules, rules, fc.array(facts, { minLength: 1, maxLength: 5 }), (before, after, records) => {
      const [old, fresh] = [setOf(before), setOf(after)];
      const both = bothVersions(old, fresh);
      for (const record of records)
        expect(both(record, moment)).toEqual([firstMatch(old, record, moment), firstMatch(fresh, record, moment)]);
    }),
    { numRuns: 300 },
  );
});
