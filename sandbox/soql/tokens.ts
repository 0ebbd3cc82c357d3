// SOQL cut into words, literals and marks, each with its place, so that every complaint can show where it is.
import { Refusal } from '../refusal.ts';

export interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'date' | 'datetime' | 'mark' | 'end';
  /** As written; of a string the content with its escapes resolved. */
  readonly text: string;
  readonly at: number;
  /** Of a string: for LIKE, where `\%` and `\_` stay escaped. */
  readonly pattern?: string;
}

const LONGEST_STATEMENT = 100_000;
const LONGEST_STRING = 4000;

const SPACE = /\s+/y;
const WORD = /[A-Za-z_]\w*/y;
const DATETIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/y;
const DATE = /\d{4}-\d\d-\d\d(?![\dT])/y;
const NUMBER = /[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
const MARK = /<=|>=|<>|!=|[=<>(),.:]/y;

export function tokenize(source: string): Token[] {
  if (source.length > LONGEST_STATEMENT) {
    throw new Refusal([{ code: 'MALFORMED_QUERY', message: `SOQL statements cannot be longer than ${LONGEST_STATEMENT} characters.` }]);
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const blank = match(SPACE, source, at);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    if (source[at] === "'") {
      const token = stringAt(source, at);
      tokens.push(token.token);
      at = token.next;
      continue;
    }
    const token =
      plainAt(source, at) ?? complain(source, at, 'MALFORMED_QUERY', `no viable alternative at character '${source.charAt(at)}'`);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', at: source.length });
  return tokens;
}

function plainAt(source: string, at: number): Token | undefined {
  for (const [kind, pattern] of [
    ['word', WORD],
    ['datetime', DATETIME],
    ['date', DATE],
    ['number', NUMBER],
    ['mark', MARK],
  ] as const) {
    const text = match(pattern, source, at);
    if (text !== undefined) return { kind, text, at };
  }
  return undefined;
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  N: '\n',
  R: '\r',
  T: '\t',
  B: '\b',
  F: '\f',
};

function stringAt(source: string, start: number): { token: Token; next: number } {
  let text = '';
  let pattern = '';
  let at = start + 1;
  while (at < source.length && source[at] !== "'") {
    const char = source.charAt(at);
    if (char !== '\\') {
      text += char;
      pattern += char;
      at += 1;
      continue;
    }
    const next = source.charAt(at + 1);
    const unicode = next === 'u' ? /^[0-9A-Fa-f]{4}/.exec(source.slice(at + 2, at + 6))?.[0] : undefined;
    if (unicode !== undefined) {
      const meant = String.fromCharCode(Number.parseInt(unicode, 16));
      text += meant;
      pattern += likeLiteral(meant);
      at += 6;
    } else if (next === '%' || next === '_') {
      text += next;
      pattern += `\\${next}`;
      at += 2;
    } else if (next in ESCAPES || next === '"' || next === "'" || next === '\\') {
      const meant = ESCAPES[next] ?? next;
      text += meant;
      pattern += likeLiteral(meant);
      at += 2;
    } else {
      const message = `Invalid string literal '${source.slice(start + 1, at + 2)}'. Illegal character sequence '\\${next}' in string literal.`;
      complain(source, at, 'MALFORMED_QUERY', message);
    }
  }
  if (at >= source.length) complain(source, start, 'MALFORMED_QUERY', "line breaks or a missing quote: expecting '''");
  if (text.length > LONGEST_STRING) {
    complain(source, start, 'MALFORMED_QUERY', `String literals in WHERE clauses cannot be longer than ${LONGEST_STRING} characters.`);
  }
  return { token: { kind: 'string', text, at: start, pattern }, next: at + 1 };
}

/** In a LIKE pattern the escape character itself has to be escaped. */
function likeLiteral(text: string): string {
  return text.replaceAll('\\', '\\\\');
}

const BEFORE = 47;
const AFTER = 36;

/** Refuses with the place shown as Salesforce shows it: the line around it, a caret, row and column. */
export function complain(source: string, at: number, code: string, message: string): never {
  const rowStart = source.lastIndexOf('\n', at - 1) + 1;
  const rowEnd = source.indexOf('\n', at);
  const row = source.slice(0, at).split('\n').length;
  const from = Math.max(rowStart, at - BEFORE);
  const shown = source.slice(from, Math.min(rowEnd < 0 ? source.length : rowEnd, at + AFTER));
  const place = `\n${shown}\n${' '.repeat(at - from)}^\nERROR at Row:${row}:Column:${at - rowStart + 1}\n`;
  throw new Refusal([{ code, message: place + message }]);
}
