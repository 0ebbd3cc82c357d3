// What stands behind a test's word or sign: numbers, items, literals, regular expressions.
import type { Item, ListWord, NumberTest, Order, Test } from './ast.ts';
import { hostOf } from './host.ts';
import { fail, match, type Reader, skipSpace, takeChar, takeColon, takeWord } from './reader.ts';
import { compileRegex } from './regex.ts';
import { compareExact, type Exact, exactNumber, wordLine } from './text.ts';

export function operator(reader: Reader): Order | '==' | '!=' {
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

export function number(reader: Reader): Exact {
  skipSpace(reader);
  const at = reader.at;
  const token = match(reader, /[^\s()]+/y);
  const found = token !== undefined && /^[+-]?\d+(?:\.\d+)?$/.test(token) ? exactNumber(token) : undefined;
  if (found !== undefined) return found;
  const plain = token?.replaceAll(/[",_']/g, '') ?? '';
  const hint = /^[+-]?\d+(?:\.\d+)?$/.test(plain) ? `Write ${plain}.` : 'Write digits alone: 1000, -5, 0.25.';
  return fail('number_expected', at, token === undefined ? 'a number is missing' : `"${token}" is no number`, hint);
}

export function between(reader: Reader): Extract<NumberTest, { kind: 'between' }> {
  const low = number(reader);
  skipSpace(reader);
  const at = reader.at;
  if (!takeWord(reader, 'and')) fail('and_expected', at, '"and" and the upper number are missing', 'Write "between 10 and 50".');
  const high = number(reader);
  if (compareExact(low, high) > 0)
    fail('between_reversed', at, `${low.digits} is greater than ${high.digits}`, `Write "between ${high.digits} and ${low.digits}".`);
  return { kind: 'between', low, high };
}

export function ageTest(reader: Reader): NumberTest {
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

export function items(reader: Reader, word: ListWord): readonly Item[] {
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

export function literal(reader: Reader): Item {
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

export function matches(reader: Reader): Test {
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
