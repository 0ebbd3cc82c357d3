// Text → condition. A recursive descent over the characters; the grammar is in docs/reference/conditions.md.
//
//   or    = and { "or" and }       and = unary { "and" unary }       unary = "not" unary | "(" or ")" | [path] test
//
// The first thing that cannot be read ends the reading: what follows would only be guessed at.
import type { ConditionProblem, Expression, FactPath, Test } from './ast.ts';
import { ageTest, between, items, literal, matches, number, operator } from './operands.ts';
import { atWord, fail, match, type Reader, shorten, skipSpace, type Subject, takeWord, Unreadable } from './reader.ts';
import { nearest } from '../suggest.ts';

export type Parsed = { readonly ok: true; readonly expression: Expression } | { readonly ok: false; readonly problem: ConditionProblem };

const MAX_DEPTH = 50;
const MAX_LENGTH = 20_000;
const TEST_WORDS = ['between', 'in', 'not_in', 'contains', 'domain_in', 'under', 'matches', 'exists', 'empty', 'age_days'];

export function parseCondition(text: unknown, subject: Subject): Parsed {
  try {
    return { ok: true, expression: parse(text, subject) };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, problem: error.problem };
    throw error;
  }
}

function parse(text: unknown, subject: Subject): Expression {
  if (typeof text !== 'string') return fail('not_a_string', 0, 'a condition is text', 'Put it in quotes: ">= 1000".');
  if (text.trim() === '') return fail('empty_condition', 0, 'the condition is empty');
  if (text.length > MAX_LENGTH) return fail('too_long', MAX_LENGTH, `a condition has at most ${MAX_LENGTH} characters`);
  const reader: Reader = { text, subject, at: 0, depth: 0 };
  const expression = parseOr(reader);
  skipSpace(reader);
  if (reader.at < text.length) unexpected(reader);
  return expression;
}

function unexpected(reader: Reader): never {
  const left = reader.text.slice(reader.at);
  return fail(
    'unexpected_text',
    reader.at,
    `"${shorten(left)}" is left over`,
    'Join tests with "and" or "or"; put text that holds signs in quotes.',
  );
}

function parseOr(reader: Reader): Expression {
  const parts = [parseAnd(reader)];
  while (takeWord(reader, 'or')) parts.push(parseAnd(reader));
  return parts.length === 1 ? (parts[0] as Expression) : { kind: 'or', parts };
}

function parseAnd(reader: Reader): Expression {
  const parts = [parseUnary(reader)];
  while (takeWord(reader, 'and')) parts.push(parseUnary(reader));
  return parts.length === 1 ? (parts[0] as Expression) : { kind: 'and', parts };
}

function parseUnary(reader: Reader): Expression {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH) fail('too_deep', reader.at, `a condition is nested at most ${MAX_DEPTH} levels deep`);
  const expression = parseInner(reader);
  reader.depth -= 1;
  return expression;
}

function parseInner(reader: Reader): Expression {
  if (takeWord(reader, 'not')) return { kind: 'not', part: parseUnary(reader) };
  const open = reader.at;
  if (reader.text[reader.at] === '(') {
    reader.at += 1;
    const inner = parseOr(reader);
    skipSpace(reader);
    if (reader.at >= reader.text.length) fail('unbalanced_parenthesis', open, 'this parenthesis is not closed');
    if (reader.text[reader.at] !== ')') unexpected(reader);
    reader.at += 1;
    return inner;
  }
  return reader.subject === 'record' ? parsePathTest(reader) : { kind: 'test', test: parseTest(reader) };
}

/** `path`, `path test`, `path.exists`, `path.empty`. */
function parsePathTest(reader: Reader): Expression {
  const at = reader.at;
  const found = match(reader, /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y);
  if (found === undefined || /^(?:and|or|not)$/i.test(found)) {
    return fail(
      'field_expected',
      at,
      'the name of a field is expected here',
      'Write the field in front of the test: "employee_count >= 1000".',
    );
  }
  const names = found.split('.');
  const last = names.at(-1)?.toLowerCase();
  if (names.length > 1 && (last === 'exists' || last === 'empty')) {
    return { kind: 'test', path: factPath(names.slice(0, -1), at), test: { kind: last } };
  }
  const path = factPath(names, at);
  const next = reader.text[reader.at];
  if (next !== undefined && !/[\s()=<>!~]/.test(next)) unexpected(reader);
  skipSpace(reader);
  if (/[=<>!~A-Za-z_]/.test(reader.text[reader.at] ?? '') && !atWord(reader, 'and') && !atWord(reader, 'or')) {
    return { kind: 'test', path, test: parseTest(reader) };
  }
  return { kind: 'test', path, test: { kind: 'truth' } };
}

function factPath(names: readonly string[], at: number): FactPath {
  return { text: names.join('.'), names, at };
}

function parseTest(reader: Reader): Test {
  const at = reader.at;
  if (/[=<>!~]/.test(reader.text[at] ?? '')) {
    const sign = operator(reader);
    if (sign === '==' || sign === '!=') return { kind: 'equals', negated: sign === '!=', item: literal(reader) };
    return { kind: 'order', order: sign, number: number(reader) };
  }
  const word = match(reader, /[A-Za-z_]\w*/y)?.toLowerCase();
  switch (word) {
    case 'between':
      return between(reader);
    case 'in':
    case 'contains':
    case 'domain_in':
      return { kind: word, negated: false, items: items(reader, word) };
    case 'not_in':
      return { kind: 'in', negated: true, items: items(reader, 'in') };
    case 'under':
      if (reader.subject === 'value')
        return fail('unknown_test', at, '"under" needs a path in front of it, so it may only stand in a "when"');
      return { kind: word, negated: false, items: items(reader, word) };
    case 'matches':
      return matches(reader);
    case 'exists':
    case 'empty':
      return { kind: word };
    case 'age_days':
      return { kind: 'age', test: ageTest(reader) };
    default:
      return unknownTest(reader, at, word);
  }
}

function unknownTest(reader: Reader, at: number, word: string | undefined): never {
  const near = word === undefined ? undefined : nearest(word, TEST_WORDS);
  const hint =
    near !== undefined
      ? `Did you mean "${near}"?`
      : word === 'not'
        ? 'Write "not" in front of the field, or use not_in.'
        : `Write one of >= <= > < == !=, ${TEST_WORDS.join(', ')}. Text of several words that holds "and" or "or" goes in quotes.`;
  const what =
    word === undefined
      ? reader.text[at] === undefined
        ? 'a test is missing at the end'
        : `"${shorten(reader.text.slice(at))}" is no test`
      : `"${word}" is no test`;
  return fail('unknown_test', at, what, hint);
}
