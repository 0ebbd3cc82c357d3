// Text → condition. A recursive descent over the characters; the grammar is in docs/reference/conditions.md.
//
//   or    = and { "or" and }       and = unary { "and" unary }       unary = "not" unary | "(" or ")" | [path] test
//
// The first thing that cannot be read ends the reading: what follows would only be guessed at.
import type { ConditionProblem, Expression, FactPath, Item, ListWord, NumberTest, Order, Test } from './ast.ts';
import { hostOf } from './host.ts';
import { compileRegex } from './regex.ts';
import { nearest } from '../suggest.ts';
import { compareExact, type Exact, exactNumber, wordLine } from './text.ts';

/** `value`: tests one value. `record`: tests a record, with paths in front. */
export type Subject = 'value' | 'record';
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

/** Leaves the descent at the first problem; never leaves this file. */
class Unreadable extends Error {
  readonly problem: ConditionProblem;
  constructor(problem: ConditionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

function fail(code: string, offset: number, message: string, hint?: string): never {
  throw new Unreadable({ code, message, offset, ...(hint === undefined ? {} : { hint }) });
}

interface Reader {
  readonly text: string;
  readonly subject: Subject;
  at: number;
  depth: number;
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

function operator(reader: Reader): Order | '==' | '!=' {
  const at = reader.at;
  const sign = match(reader, /[=<>!~]+/y) as string;
  if (['>=', '<=', '>', '<', '==', '!='].includes(sign)) return sign as Order | '==' | '!=';
  const meant = { '=': '==', '===': '==', '=>': '>=', '=<': '<=', '<>': '!=', '!==': '!=', '>==': '>=', '<==': '<=', '>>': '>', '<<': '<' }[
    sign
  ];
  return fail(
    'bad_operator',
    at,
    `"${sign}" is no operator`,
    meant === undefined ? 'Operators are >= <= > < == !=.' : `Did you mean "${meant}"?`,
  );
}

function number(reader: Reader): Exact {
  skipSpace(reader);
  const at = reader.at;
  const token = match(reader, /[^\s()]+/y);
  const found = token !== undefined && /^[+-]?\d+(?:\.\d+)?$/.test(token) ? exactNumber(token) : undefined;
  if (found !== undefined) return found;
  const plain = token?.replaceAll(/[",_']/g, '') ?? '';
  const hint = /^[+-]?\d+(?:\.\d+)?$/.test(plain) ? `Write ${plain}.` : 'Write digits alone: 1000, -5, 0.25.';
  return fail('number_expected', at, token === undefined ? 'a number is missing' : `"${token}" is no number`, hint);
}

function between(reader: Reader): Extract<NumberTest, { kind: 'between' }> {
  const low = number(reader);
  skipSpace(reader);
  const at = reader.at;
  if (!takeWord(reader, 'and')) fail('and_expected', at, '"and" and the upper number are missing', 'Write "between 10 and 50".');
  const high = number(reader);
  if (compareExact(low, high) > 0)
    fail('between_reversed', at, `${low.digits} is greater than ${high.digits}`, `Write "between ${high.digits} and ${low.digits}".`);
  return { kind: 'between', low, high };
}

function ageTest(reader: Reader): NumberTest {
  skipSpace(reader);
  const at = reader.at;
  if (/[=<>!~]/.test(reader.text[at] ?? '')) {
    const sign = operator(reader);
    if (sign === '==' || sign === '!=') return { kind: 'number', negated: sign === '!=', number: number(reader) };
    return { kind: 'order', order: sign, number: number(reader) };
  }
  if (takeWord(reader, 'between')) return between(reader);
  return fail('bad_operator', at, 'age_days needs an operator', 'Write "age_days <= 30" or "age_days between 7 and 14".');
}

function items(reader: Reader, word: ListWord): readonly Item[] {
  takeColon(reader);
  const found: Item[] = [];
  do {
    const item = readItem(reader, ',)');
    found.push(checkedItem(item, word));
    skipSpace(reader);
  } while (takeChar(reader, ','));
  return found;
}

function checkedItem(item: Item, word: ListWord): Item {
  if (word === 'in' && wordLine(item.text) === ' ')
    return fail('item_without_word', item.at, `"${item.text}" holds no word`, 'Use contains for signs.');
  if (word === 'domain_in' && hostOf(item.text) === undefined)
    return fail('not_a_domain', item.at, `"${item.text}" is no domain`, 'Write it like gmail.com.');
  return item;
}

function literal(reader: Reader): Item {
  const item = readItem(reader, ')');
  const comma = item.text.indexOf(',');
  if (item.number === undefined && comma >= 0 && reader.text[item.at] !== '"' && reader.text[item.at] !== "'") {
    return fail('quote_needed', item.at + comma, 'a comma makes a list, and == takes one value', 'Put the value in quotes, or use in.');
  }
  return item;
}

/** A quoted text, or bare text up to one of `ends`, the end, or an `and` or `or` with white space around it. */
function readItem(reader: Reader, ends: string): Item {
  const before = reader.at;
  skipSpace(reader);
  const at = reader.at;
  const { text } = reader;
  const quote = text[at];
  if (quote === '"' || quote === "'") {
    const close = text.indexOf(quote, at + 1);
    if (close < 0) return fail('unclosed_quote', at, 'this quote is not closed');
    reader.at = close + 1;
    const inner = text.slice(at + 1, close);
    return inner.trim() === '' ? fail('empty_item', at, 'the text between the quotes is empty') : { text: inner, at };
  }
  while (reader.at < text.length && !ends.includes(text[reader.at] as string) && !joins(text, reader.at, before)) {
    if (/[(<>=]/.test(text[reader.at] as string)) {
      fail(
        'quote_needed',
        reader.at,
        `"${text[reader.at]}" may not stand in text without quotes`,
        'Put the text in quotes, or join tests with "and" or "or".',
      );
    }
    reader.at += 1;
  }
  const bare = text.slice(at, reader.at).trim();
  if (bare === '')
    return fail('empty_item', at, 'a value is missing', joins(text, at, before) ? 'Put the word in quotes if it is the value.' : undefined);
  const value = /^[+-]?\d+(?:\.\d+)?$/.test(bare) ? exactNumber(bare) : undefined;
  return { text: bare, at, ...(value === undefined ? {} : { number: value }) };
}

/** Does an `and` or `or` with white space on both sides (or the end behind it) begin here? */
function joins(text: string, at: number, from: number): boolean {
  return at > from && /\s/.test(text[at - 1] as string) && /^(?:and|or)(?:\s|$)/i.test(text.slice(at, at + 4));
}

function matches(reader: Reader): Test {
  takeColon(reader);
  skipSpace(reader);
  const start = reader.at;
  if (!takeChar(reader, '/')) fail('regex_needs_slashes', start, 'a regular expression stands between slashes', 'Write matches:/^vp/.');
  let end = reader.at;
  while (end < reader.text.length && reader.text[end] !== '/') end += reader.text[end] === '\\' ? 2 : 1;
  if (end >= reader.text.length) fail('regex_unclosed', start, 'the closing slash is missing');
  const source = reader.text.slice(reader.at, end);
  const compiled = compileRegex(source);
  if (!compiled.ok) return fail(compiled.problem.code, reader.at + compiled.problem.offset, compiled.problem.message);
  reader.at = end + 1;
  if (/\w/.test(reader.text[reader.at] ?? '')) fail('regex_flags', reader.at, 'there are no flags: case never counts');
  return { kind: 'matches', source, matches: compiled.matches };
}

function takeWord(reader: Reader, word: string): boolean {
  skipSpace(reader);
  if (!atWord(reader, word)) return false;
  reader.at += word.length;
  return true;
}

function atWord(reader: Reader, word: string): boolean {
  const end = reader.at + word.length;
  return reader.text.slice(reader.at, end).toLowerCase() === word && !/[\w.]/.test(reader.text[end] ?? '');
}

function takeColon(reader: Reader): void {
  skipSpace(reader);
  takeChar(reader, ':');
}

function takeChar(reader: Reader, char: string): boolean {
  if (reader.text[reader.at] !== char) return false;
  reader.at += 1;
  return true;
}

function match(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found;
}

function skipSpace(reader: Reader): void {
  while (reader.at < reader.text.length && /\s/.test(reader.text[reader.at] as string)) reader.at += 1;
}

function shorten(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
