// The short ways of reading values: where one is taken, it says what the long way says.
import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { instantOf } from '../../resources/conditions/dates.ts';
import { hostOf, hostsAmong } from '../../resources/conditions/host.ts';
import { compileRegex } from '../../resources/conditions/regex.ts';
import { fold, wordLine } from '../../resources/conditions/text.ts';

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.constantFrom('a', 'B', ' ', '  ', '\t', '.', 'ﬁ', 'É', 'İ', '\u00a0'), { maxLength: 8 }).map((parts) => parts.join('')),
);

test('folding', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const folded = text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
      expect(fold(text)).toBe(folded);
      const words = folded.match(/[\p{L}\p{N}\p{M}]+/gu);
      expect(wordLine(text)).toBe(words === null ? ' ' : ` ${words.join(' ')} `);
    }),
    { numRuns: 2000 },
  );
});

describe('regular expressions', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    'B',
    '@',
    '.',
    '\\.',
    '\\-',
    '[^@ ]',
    '[a-c]',
    '[^A-B_]',
    '\\w',
    '\\W',
    '\\d',
    '\\s',
    '\\S',
    '\\b',
    '\\B',
    '(a|b)',
    '(?:ab|b)',
    '(b?)',
    '^',
    '$',
    '|',
    ' ',
    '/',
    '_',
  );
  const repeat = fc.constantFrom('', '', '', '?', '*', '+', '+?', '{2}', '{1,3}', '{2,}', '??');
  const source = fc.array(fc.tuple(piece, repeat), { minLength: 1, maxLength: 7 }).map((parts) => parts.flat().join(''));
  const folded = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'c', '@', '.', '-', '_', ' ', '1', '/', 'é', 'ß'), { maxLength: 12 })
    .map((parts) => fold(parts.join('')));

  test('match what RE2 matches', () => {
    let accepted = 0;
    fc.assert(
      fc.property(source, fc.array(folded, { minLength: 5, maxLength: 5 }), (written, texts) => {
        const compiled = compileRegex(written);
        if (!compiled.ok) return;
        accepted += 1;
        const re2 = RE2JS.compile(written, RE2JS.CASE_INSENSITIVE);
        expect(texts.map((text) => compiled.matches(text))).toEqual(texts.map((text) => re2.test(text)));
      }),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(1000);
  });

  test.each([
    ['^(a?){1}(b?)a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaaz$', 'a'.repeat(40)],
    ['(a|a){40}z', 'a'.repeat(60)],
    ['a*a*a*z', 'a'.repeat(5000)],
    ['a{0,900}a{0,900}a{0,900}z', 'a'.repeat(2000)],
  ])(
    '%s is quick on a long text',
    (written, text) => {
      const compiled = compileRegex(written);
      expect(compiled.ok && compiled.matches(text)).toBe(false);
    },
    5_000,
  );
});

describe('dates', () => {
  test('in the form that programs write are the instant that they say', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (date) => {
        const text = date.toISOString();
        expect(instantOf(text)).toBe(date.getTime());
        expect(instantOf(text.replace('Z', '+0000'))).toBe(date.getTime());
        expect(instantOf(text.replace('Z', '+02:00'))).toBe(date.getTime() - 7_200_000);
        expect(instantOf(text.replace('T', ' '))).toBe(date.getTime());
        expect(instantOf(text.slice(0, 10))).toBe(Date.parse(text.slice(0, 10)));
      }),
    );
  });

  test.each([
    '2026-02-29',
    '2026-02-30',
    '2026-04-31T00:00:00Z',
    '2026-13-01',
    '2026-00-10',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:00Zz',
    '2026-1-01',
    '２０２６-01-01',
  ])('%s is none', (text) => {
    expect(instantOf(text)).toBeUndefined();
  });

  test('of a leap year has a 29th of February', () => {
    expect(instantOf('2028-02-29T06:00:00Z')).toBe(Date.UTC(2028, 1, 29, 6));
  });
});

test('hosts are the same with and without what is taken off', () => {
  const label = fc.oneof(
    fc.constantFrom('a', 'mail', 'xn--bcher-kva', '-x', 'x-', '', '1', 'a_b', 'x'.repeat(63), 'x'.repeat(64)),
    fc.stringMatching(/^[a-z0-9-]{1,5}$/),
  );
  const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  const mailbox = fc.constantFrom('', 'ann@', 'a.b+c@', 'a@b@', 'ann smith@', 'mailto:ann@', 'é@');
  fc.assert(
    fc.property(mailbox, host, (before, name) => {
      // A path behind it goes the long way.
      expect(hostOf(`${before}${name}`)).toBe(hostOf(`${before}${name}/`));
    }),
    { numRuns: 2000 },
  );
});

test('a host is among few and among many in the same way', () => {
  const listed = ['corp.example', 'mail.co.uk', 'x.y.z'];
  const many = [...listed, ...Array.from({ length: 20 }, (_, at) => `other${at}.example`)];
  const host = fc
    .array(fc.constantFrom('corp', 'example', 'mail', 'co', 'uk', 'x', 'y', 'z', 'xcorp'), { minLength: 1, maxLength: 4 })
    .map((labels) => labels.join('.'));
  fc.assert(
    fc.property(host, (name) => {
      expect(hostsAmong(many)(name)).toBe(hostsAmong(listed)(name));
    }),
  );
  expect(['corp.example', 'a.corp.example', 'acorp.example', 'example'].map(hostsAmong(listed))).toEqual([true, true, false, false]);
});
