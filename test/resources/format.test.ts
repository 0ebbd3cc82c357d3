// The canonical form: only order changes, never what is said, and nothing that people wrote beside it is lost.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { format } from '../../resources/format.ts';
import { files } from './fixture.ts';

function formatted(text: string): string {
  const done = format(text);
  if (!done.ok) throw new Error(JSON.stringify(done.problems));
  return done.value;
}

/** What a file says, whatever the order of keys. */
function meaning(text: string): unknown {
  return parseAllDocuments(text).map((document) => document.toJS() as unknown);
}

function comments(text: string): readonly string[] {
  return [...text.matchAll(/#.*$/gm)].map(([comment]) => comment.trim()).sort();
}

const HEAD = 'apiVersion: loopctl/v1\nkind: Pool\nmetadata: {name: p}\n';

test('what is in order stays as it is, to the letter', () => {
  for (const { path, text } of files()) {
    expect({ path, text: formatted(text) }).toEqual({ path, text });
  }
});

describe('keys come in the order of the schema', () => {
  test.each<[name: string, before: string, after: string]>([
    [
      'of a document',
      'kind: Pool\nspec: {strategy: strict}\nmetadata: {name: p}\napiVersion: loopctl/v1\n',
      'apiVersion: loopctl/v1\nkind: Pool\nmetadata: {name: p}\nspec: {strategy: strict}\n',
    ],
    [
      'of a flow mapping, with its spacing',
      `${HEAD}spec: {members: [{weight: 2,  seat: a}], strategy: strict}\n`,
      `${HEAD}spec: {strategy: strict, members: [{seat: a,  weight: 2}]}\n`,
    ],
    [
      'with the comments above and behind them',
      `${HEAD}spec:\n  # who\n  members: [{seat: a}]     # in order\n\n  # how\n  strategy: strict         # in turn\n`,
      `${HEAD}spec:\n  # how\n  strategy: strict         # in turn\n\n  # who\n  members: [{seat: a}]     # in order\n`,
    ],
    [
      'of rows',
      `${HEAD}spec:\n  strategy: strict\n  members:\n    - weight: 1\n      seat: a\n    - seat: b\n`,
      `${HEAD}spec:\n  strategy: strict\n  members:\n    - seat: a\n      weight: 1\n    - seat: b\n`,
    ],
    [
      'with blocks of text',
      'apiVersion: loopctl/v1\nkind: Prompt\nmetadata: {name: p}\nspec:\n  text: |\n    # not a comment\n    two\n\n  model: none\n',
      'apiVersion: loopctl/v1\nkind: Prompt\nmetadata: {name: p}\nspec:\n  model: none\n\n  text: |\n    # not a comment\n    two\n',
    ],
    [
      'of each document',
      `${HEAD}spec: {members: [{seat: a}], strategy: strict}\n---   # next\nkind: Pool\napiVersion: loopctl/v1\n`,
      `${HEAD}spec: {strategy: strict, members: [{seat: a}]}\n---   # next\napiVersion: loopctl/v1\nkind: Pool\n`,
    ],
  ])('%s', (_, before, after) => {
    const made = formatted(before);
    expect(made).toBe(after);
    expect(meaning(made)).toEqual(meaning(before));
    expect(comments(made)).toEqual(comments(before));
  });

  test('grades and fields keep the order that means something', () => {
    const text = 'apiVersion: loopctl/v1\nkind: ScoringModel\nmetadata: {name: m}\nspec:\n  grades: {B: ">= 10", A: ">= 5"}\n';
    expect(formatted(text)).toBe(text);
  });

  test('what an alias stands for is never moved behind it', () => {
    const text = `${HEAD}spec:\n  members: &m [{seat: a}]\n  strategy: strict\n  other: *m\n`;
    expect(formatted(text)).toBe(text);
  });
});

describe('blanks', () => {
  test.each([
    ['at the ends of lines', 'kind: Pool   \nspec: {}\t\n', 'kind: Pool\nspec: {}\n'],
    ['around the file', '\n\nkind: Pool\n\n\n', 'kind: Pool\n'],
    ['of another system', 'kind: Pool\r\nspec: {}\r\n', 'kind: Pool\nspec: {}\n'],
    ['inside of a text stay', 'spec:\n  text: |\n    a   \n    b\n', 'spec:\n  text: |\n    a   \n    b\n'],
  ])('%s', (_, before, after) => {
    expect(formatted(before)).toBe(after);
  });
});

test('what cannot be read is refused with its place', () => {
  expect(format('a: [1,\nb: }', 'x.yaml')).toMatchObject({ ok: false, problems: [{ at: { path: 'x.yaml', line: 2 } }] });
});

test('once is enough, whatever is written; nothing that is said changes, and no comment is lost', () => {
  const comment = fc.constantFrom('', '', '   # why', ' # because: {a, b}');
  const lead = fc.constantFrom('', '', '# above\n', '\n', '\n# one\n# two\n');
  const scalar = fc.constantFrom(
    'x',
    '"q # no"',
    "'it''s'",
    '12',
    'true',
    'null',
    '[a, {weight: 1, seat: b}]',
    '{open: 1, day: 2}',
    '|\n    text\n    # kept\n',
    '>-\n    folded\n\n    more\n',
    '"a\n    b"',
  );
  const key = fc.constantFrom('strategy', 'members', 'queue', 'overflow', 'tie_break', 'unknown', 'absence');
  const entry = fc.record({ lead, key, scalar, comment });
  const rows = fc.uniqueArray(entry, { selector: ({ key: name }) => name, maxLength: 7 });
  const spec = rows.map((entries) =>
    entries
      .map(({ lead: above, key: name, scalar: value, comment: behind }) => {
        const inline = /^[|>]|\n/.test(value) ? value : `${value}${behind}`;
        return `${above.replace(/^#/gm, '  #')}  ${name}: ${inline}${inline.endsWith('\n') ? '' : '\n'}`;
      })
      .join(''),
  );
  const top = fc.shuffledSubarray(['apiVersion: loopctl/v1\n', 'kind: Pool # the kind\n', '# about it\nmetadata: {owner: o, name: n}\n'], {
    minLength: 2,
  });
  const document = fc.tuple(top, spec, fc.boolean()).map(([lines, body, first]) => {
    const block = `spec:\n${body === '' ? '  {}\n' : body}`;
    return first ? block + lines.join('') : lines.join('') + block;
  });
  let read = 0;
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 3 }), (documents) => {
      const text = documents.join('---\n');
      const once = format(text);
      if (!once.ok) return;
      read += 1;
      expect(formatted(once.value)).toBe(once.value);
      expect(meaning(once.value)).toEqual(meaning(text));
      expect(comments(once.value)).toEqual(comments(text));
    }),
    { numRuns: 1000 },
  );
  expect(read).toBeGreaterThan(500);
});
