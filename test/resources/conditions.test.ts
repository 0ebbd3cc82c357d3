// Conditions: the golden cases, what people will write, and that nothing makes one throw.
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCondition, compileWhen, conditionOf, whenOf } from '../../resources/conditions/condition.ts';
import { hostOf } from '../../resources/conditions/host.ts';
import { golden } from '../golden.ts';

const NOW = Date.parse('2026-04-16T12:00:00Z');

function verdict(compiled: ReturnType<typeof compileCondition>, subject: unknown, asOf = NOW) {
  if (!compiled.ok) return compiled.problem.code;
  const { result, unknown } = compiled.value.test(subject, asOf);
  return unknown ? 'unknown' : result;
}

const cases = golden('cases/demand/conditions.json');

interface GoldenCase {
  readonly id: string;
  readonly condition?: unknown;
  readonly when?: unknown;
  readonly value?: unknown;
  readonly facts?: unknown;
  readonly expected: boolean | 'error';
  readonly code?: string;
  readonly unknown?: boolean;
}

describe.skipIf(cases === undefined)('golden cases', () => {
  const read =
    cases === undefined
      ? undefined
      : (JSON.parse(readFileSync(cases, 'utf8')) as { as_of: string; cases: GoldenCase[]; when: GoldenCase[] });
  const asOf = Date.parse(read?.as_of ?? '');
  const wanted = ({ expected, code, unknown }: GoldenCase) => (expected === 'error' ? code : unknown === true ? 'unknown' : expected);

  test.each(read?.cases ?? [])('$id $condition on $value', (one) => {
    expect(verdict(compileCondition(one.condition), one.value, asOf)).toBe(wanted(one));
  });

  test.each(read?.when ?? [])('$id $when', (one) => {
    expect(verdict(compileWhen(one.when), one.facts, asOf)).toBe(wanted(one));
  });
});

const hosts = golden('cases/demand/matching.json');

describe.skipIf(hosts === undefined)('hosts', () => {
  const read =
    hosts === undefined
      ? []
      : (JSON.parse(readFileSync(hosts, 'utf8')) as { domains: { id: string; input: unknown; expected: { host?: string | null } }[] })
          .domains;

  test.each(read.filter(({ input, expected }) => typeof input === 'string' && expected.host !== undefined))(
    '$id $input',
    ({ input, expected }) => {
      expect(hostOf(String(input)) ?? null).toBe(expected.host);
    },
  );
});

describe('what people write', () => {
  test.each([
    // A missing value matches nothing but exists and empty, whatever the test is turned into.
    ['not_in:intern', null, 'unknown'],
    ['not in:intern', undefined, 'unknown'],
    ['!= a', '', 'unknown'],
    ['empty or not_in:intern', null, true],
    // Whole words, so that abbreviations do not match inside of words.
    ['in:vp', 'SVP Sales', false],
    ['in:cto', 'Director', false],
    ['in:vice president', 'Regional Vice President, Sales', true],
    // States whose code is a word of the grammar.
    ['in:CA,OR', 'OR', true],
    // Exact where doubles are not.
    ['> 9007199254740992', '9007199254740993', true],
    ['== 0.1', '0.10', true],
    ['between 1 and 2 and not == 1.5', '1.5', false],
    ['age_days <= 30', '2026-03-17', true],
    ['matches:/^(vp|svp)\\b/', 'SVP Sales', true],
    // Prototype names are not facts.
    ['exists', {}, true],
  ])('%s on %j: %j', (condition, value, expected) => {
    expect(verdict(compileCondition(condition), value)).toBe(expected);
  });

  test.each([
    ['constructor.name exists', {}, false],
    ['__proto__ exists', {}, false],
    ['a.b.c == 1', { a: 'text' }, 'unknown'],
    ['territory under ams and not territory under ams/latam', { territory: { path: 'ams/west' } }, true],
    ['not matched_account.is_customer', {}, true],
    ['segment == commercial', { segment: ['smb', 'Commercial'] }, true],
  ])('%s on %j: %j', (when, facts, expected) => {
    expect(verdict(compileWhen(when), facts)).toBe(expected);
  });

  test.each([
    ['>= 1,000', 3, 'Write 1000.'],
    ['=> 1000', 0, 'Did you mean ">="?'],
    ['grade in A', 0, undefined],
    ['in:ceo (acting)', 7, 'Put the text in quotes, or join tests with "and" or "or".'],
    ['== OR', 3, 'Put the word in quotes if it is the value.'],
    ['between 50 and 10', 11, 'Write "between 10 and 50".'],
    ['exsits', 0, 'Did you mean "exists"?'],
    ['in:a and matches:/(a+)+/', 22, undefined],
  ])('%s fails at character %i', (condition, offset, hint) => {
    const compiled = compileCondition(condition);
    expect(compiled).toMatchObject({ ok: false, problem: { offset, ...(hint === undefined ? {} : { hint }) } });
  });
});

describe('whatever is written or tested', () => {
  const words = [
    'and',
    'or',
    'not',
    'in:',
    'not_in',
    'contains:',
    'between',
    'exists',
    'empty',
    'age_days',
    'matches:/',
    '/',
    '(',
    ')',
    ',',
    '>=',
    '==',
    '!=',
    '=',
    '"',
    "'",
    '1',
    '-2.5',
    'vp',
    'a.b',
    '\\',
    '{2,}',
    '*',
    ' ',
    'é',
    '\u0000',
  ];
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(fc.constantFrom(...words)).map((parts) => parts.join(' ')),
    fc.array(fc.constantFrom(...words)).map((parts) => parts.join('')),
  );

  test('compiling never throws, and an error has a place inside the text', () => {
    fc.assert(
      fc.property(text, (written) => {
        const offsets = [compileCondition(written), compileWhen(written)].map((compiled) => (compiled.ok ? 0 : compiled.problem.offset));
        expect(offsets.filter((offset) => offset < 0 || offset > written.length)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  const conditions = [
    '>= 10',
    '!= a',
    'in:vp,42,true',
    'contains:x',
    'domain_in:gmail.com',
    'age_days <= 30',
    'matches:/^a.*b$/',
    'exists',
    'empty',
    'not (in:a or >= 3) and exists',
  ];

  test('testing never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...conditions), fc.anything(), (condition, value) => {
        expect(typeof conditionOf(condition).holds(value, NOW)).toBe('boolean');
        expect(typeof whenOf(`a ${condition.replace('not (in:a or >= 3) and exists', 'exists')}`).holds(value, NOW)).toBe('boolean');
      }),
    );
  });

  test('not, and, or keep the laws of three values', () => {
    const value = fc.oneof(fc.constantFrom(null, '', 'a', 'vp', 5, 15, '20', true), fc.array(fc.constantFrom(null, 'a', 5)));
    const one = fc.constantFrom('>= 10', 'in:vp', '== a', 'exists', 'empty', 'not_in:a');
    const of = (condition: string, subject: unknown) => verdict(compileCondition(condition), subject);
    const flip = (found: unknown) => (found === 'unknown' ? found : found !== true);
    fc.assert(
      fc.property(one, one, value, (a, b, subject) => {
        expect(of(`not ${a}`, subject)).toBe(flip(of(a, subject)));
        expect(of(`not (${a} and ${b})`, subject)).toBe(of(`not ${a} or not ${b}`, subject));
        expect(of(`${a} or ${b}`, subject)).toBe(of(`${b} or ${a}`, subject));
      }),
    );
  });

  test('an expression that backtracking would choke on is answered', () => {
    const condition = conditionOf('matches:/.*.*.*x/');
    expect(condition.holds('a'.repeat(100_000), NOW)).toBe(false);
  });
});
