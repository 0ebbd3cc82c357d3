// When does one condition hold wherever another does? A wrong "yes" would call a rule unreachable that people need.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conditionOf, whenOf } from '../../resources/conditions/condition.ts';
import { implies } from '../../resources/conditions/implies.ts';

describe('one value', () => {
  test.each([
    ['>= 1000', '>= 50', true],
    ['>= 50', '>= 1000', false],
    ['> 50', '>= 50', true],
    ['>= 50', '> 50', false],
    ['between 10 and 20', '>= 5 and <= 20', true],
    ['== 7', 'between 1 and 10', true],
    ['in:vp', 'in:ceo,vp', true],
    ['in:vice president', 'in:president', true],
    ['in:president', 'in:vice president', false],
    ['== vice president', 'in:president', true],
    ['in:ceo,vp', 'in:vp', false],
    ['contains:marketing', 'contains:market', true],
    ['domain_in:mail.acme.example', 'domain_in:acme.example', true],
    ['>= 5', 'exists', true],
    ['not_in:a', 'exists', true],
    ['exists', '>= 5', false],
    ['empty', 'exists', false],
    ['matches:/^a/', 'matches:/^a/', true],
    // Not the same expression: \\d and \\D differ in case alone.
    ['matches:/\\d/', 'matches:/\\D/', false],
    ['in:a and >= 5', '>= 1', true],
    ['in:a or in:b', 'in:a,b', true],
    ['in:42', 'in:42,43', true],
    ['in:4 2', 'in:4', true],
    ['age_days <= 7', 'age_days <= 30', true],
  ])('%s ⇒ %s: %j', (narrow, wide, expected) => {
    expect(implies(conditionOf(narrow).expression, conditionOf(wide).expression)).toBe(expected);
  });
});

describe('a record', () => {
  test.each([
    ['grade == A and segment == smb', 'segment == smb', true],
    ['territory under ams/west', 'territory.exists', true],
    ['territory under ams/west', 'territory under ams', true],
    ['grade == A', 'segment == A', false],
    ['Grade == A', 'grade == A', false],
    ['matched_account.is_customer', 'matched_account.is_customer', true],
    ['grade in A', 'grade in A,B or score > 5', true],
  ])('%s ⇒ %s: %j', (narrow, wide, expected) => {
    expect(implies(whenOf(narrow).expression, whenOf(wide).expression)).toBe(expected);
  });
});

test('where it says yes, no value contradicts it', () => {
  const number = fc.constantFrom('1', '1.5', '2', '10', '42');
  const word = fc.constantFrom('a', 'b', 'a b', 'b a', '42', 'true', '"a, b"');
  const atom = fc.oneof(
    fc.tuple(fc.constantFrom('>=', '<=', '>', '<', '==', '!='), number).map((parts) => parts.join(' ')),
    fc.tuple(number, number).map(([a, b]) => `between ${Math.min(Number(a), Number(b))} and ${Math.max(Number(a), Number(b))}`),
    fc
      .tuple(fc.constantFrom('in:', 'not_in:', 'contains:'), fc.array(word, { minLength: 1, maxLength: 3 }))
      .map(([test, items]) => test + items.join(',')),
    word.map((text) => `== ${text.startsWith('"') ? text : `"${text}"`}`),
    fc.constantFrom('exists', 'empty'),
  );
  const condition = fc.oneof(
    { weight: 4, arbitrary: atom },
    fc.tuple(atom, fc.constantFrom('and', 'or'), atom).map(([a, join, b]) => `(${a}) ${join} (${b})`),
    atom.map((a) => `not (${a})`),
  );
  const scalar = fc.constantFrom<unknown>(
    null,
    '',
    'a',
    'b',
    'a b',
    'A  B c',
    'b, a',
    'xaby',
    1,
    1.5,
    2,
    3,
    10,
    42,
    '42',
    '1.5',
    true,
    false,
    'true',
  );
  const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.constant({ path: 'a b' }), fc.constant({ other: 1 }));
  let yes = 0;
  fc.assert(
    fc.property(condition, condition, fc.array(value, { minLength: 20, maxLength: 20 }), (narrow, wide, values) => {
      const [inner, outer] = [conditionOf(narrow), conditionOf(wide)];
      if (!implies(inner.expression, outer.expression)) return;
      yes += 1;
      const against = values.filter((one) => inner.holds(one, 0) && !outer.holds(one, 0));
      expect({ narrow, wide, against }).toEqual({ narrow, wide, against: [] });
    }),
    { numRuns: 20_000 },
  );
  expect(yes).toBeGreaterThan(200);
});
