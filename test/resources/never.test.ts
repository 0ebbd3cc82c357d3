// When can a condition hold of nothing? A wrong "yes" would call a rule dead that people need.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { whenOf } from '../../resources/conditions/condition.ts';
import { areApart, neverHolds } from '../../resources/conditions/never.ts';

describe('one record', () => {
  test.each([
    ['employee_count > 1000 and employee_count < 500', true],
    ['employee_count >= 500 and employee_count <= 500', false],
    ['employee_count > 500 and employee_count <= 500', true],
    ['grade == A and grade == B', true],
    ['grade == A and grade != A', true],
    ['grade == A and grade in B,C', true],
    ['grade == A and grade in A,C', false],
    ['title in vp and title in sales', false],
    ['territory under ams and territory under emea', true],
    ['territory under ams and territory under ams/west', false],
    ['territory.exists and territory.empty', true],
    ['matched_account.is_customer and not matched_account.is_customer', true],
    ['score >= 90 and not score >= 50', true],
    ['score >= 50 and not score >= 90', false],
    ['(grade == A or grade == B) and grade == C', true],
    ['(grade == A or score > 5) and grade == C', false],
    ['grade == A and grade == B or score > 1', false],
    ['last_engaged_at age_days <= 7 and last_engaged_at age_days > 30', true],
    ['grade == A and segment == B', false],
  ])('%s: %j', (text, expected) => {
    expect(neverHolds(whenOf(text).expression) !== undefined).toBe(expected);
  });
});

test('where it says that two are apart, no value meets both', () => {
  const number = fc.constantFrom('1', '1.5', '2', '10', '42');
  const word = fc.constantFrom('a', 'b', 'a b', 'b/a', '42');
  const atom = fc.oneof(
    fc.tuple(fc.constantFrom('>=', '<=', '>', '<', '==', '!='), number).map(([order, one]) => `x ${order} ${one}`),
    fc.tuple(fc.constantFrom('==', '!=', 'in', 'not_in', 'under', 'contains'), word).map(([order, one]) => `x ${order} "${one}"`),
    fc.constantFrom('x.exists', 'x.empty', 'x'),
  );
  const part = fc.oneof(
    atom,
    atom.map((one) => `not (${one})`),
    fc.tuple(atom, fc.constantFrom('and', 'or'), atom).map(([a, word_, b]) => `(${a} ${word_} ${b})`),
  );
  const values = [undefined, null, '', 'a', 'A', 'b', 'a b', 'b/a', 'b/a/c', '42', 42, 1, 1.5, 2, 5, 10, true, false, 'x'];
  fc.assert(
    fc.property(part, part, (a, b) => {
      const [one, two] = [whenOf(a), whenOf(b)];
      if (!areApart(one.expression, two.expression)) return;
      const both = values.filter((x) => one.test({ x }, 0).result && two.test({ x }, 0).result);
      expect(both, `${a} and ${b}`).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});
