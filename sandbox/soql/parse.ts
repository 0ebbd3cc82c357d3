// SOQL by recursive descent, refusing what Salesforce refuses: AND beside OR without parentheses, NOT after AND, LIMIT without a number.
import type { Comparison, Condition, Expression, Literal, Operator, Ordering, Path, Query, Selection } from './ast.ts';
import { isPeriod } from './periods.ts';
import { type Token, complain, tokenize } from './tokens.ts';

/** A query, or a refusal with code MALFORMED_QUERY that shows the place. */
export function parseQuery(source: string): Query {
  const reader = readerOf(source);
  const query = readQuery(reader);
  if (reader.peek().kind !== 'end') reader.unexpected();
  return query;
}

interface Reader {
  readonly source: string;
  peek(ahead?: number): Token;
  next(): Token;
  /** Takes the word, whatever its case, if it comes next. */
  word(...words: readonly string[]): boolean;
  mark(text: string): boolean;
  expectMark(text: string): Token;
  unexpected(): never;
}

function readerOf(source: string): Reader {
  const tokens = tokenize(source);
  const end = tokens[tokens.length - 1] as Token;
  let index = 0;
  const peek = (ahead = 0) => tokens[index + ahead] ?? end;
  const reader: Reader = {
    source,
    peek,
    next: () => {
      const token = peek();
      index += 1;
      return token;
    },
    word: (...words) => {
      if (!words.every((word, ahead) => isWord(peek(ahead), word))) return false;
      index += words.length;
      return true;
    },
    mark: (text) => {
      if (peek().kind !== 'mark' || peek().text !== text) return false;
      index += 1;
      return true;
    },
    expectMark: (text) => (peek().kind === 'mark' && peek().text === text ? reader.next() : reader.unexpected()),
    unexpected: () => complain(source, peek().at, 'MALFORMED_QUERY', `unexpected token: '${peek().text}'`),
  };
  return reader;
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text.toUpperCase() === word;
}

const KEYWORDS = new Set([
  'SELECT',
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'FOR',
  'WITH',
  'USING',
  'AND',
  'OR',
  'NOT',
  'ALL',
  'LIKE',
  'IN',
]);

function isKeyword(token: Token): boolean {
  return KEYWORDS.has(token.text.toUpperCase());
}

function readQuery(reader: Reader): Query {
  if (!reader.word('SELECT')) reader.unexpected();
  const selections = readList(reader, readSelection);
  if (!reader.word('FROM')) reader.unexpected();
  const from = readObject(reader);
  const alias = reader.peek().kind === 'word' && !isKeyword(reader.peek()) ? reader.next().text : null;
  const where = reader.word('WHERE') ? readCondition(reader) : null;
  const groupBy = reader.word('GROUP', 'BY') ? readList(reader, readExpression) : [];
  const having = reader.word('HAVING') ? readCondition(reader) : null;
  const orderBy = reader.word('ORDER', 'BY') ? readList(reader, readOrdering) : [];
  const limit = reader.word('LIMIT') ? readCount(reader) : null;
  const offset = reader.word('OFFSET') ? readCount(reader) : null;
  while (reader.word('FOR', 'VIEW') || reader.word('FOR', 'REFERENCE')) continue;
  return { source: reader.source, selections, from: from.text, alias, fromAt: from.at, where, groupBy, having, orderBy, limit, offset };
}

function readList<T>(reader: Reader, read: (reader: Reader) => T): T[] {
  const items = [read(reader)];
  while (reader.mark(',')) items.push(read(reader));
  return items;
}

/** `Group` and `Order` are objects too, and lead to paths. */
function readName(reader: Reader): Token {
  const token = reader.peek();
  const isName = token.kind === 'word' && (!isKeyword(token) || reader.peek(1).text === '.');
  return isName ? reader.next() : reader.unexpected();
}

function readObject(reader: Reader): Token {
  const token = reader.peek();
  const isName = token.kind === 'word' && (!isKeyword(token) || isWord(token, 'GROUP') || isWord(token, 'ORDER'));
  return isName ? reader.next() : reader.unexpected();
}

function readCount(reader: Reader): number {
  const token = reader.peek();
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) reader.unexpected();
  return Number(reader.next().text);
}

// ---- what is selected ----

function readSelection(reader: Reader): Selection {
  const { at } = reader.peek();
  if (reader.mark('(')) {
    const query = readQuery(reader);
    reader.expectMark(')');
    return { kind: 'children', query, at };
  }
  if (isWord(reader.peek(), 'TYPEOF')) complain(reader.source, at, 'MALFORMED_QUERY', 'TYPEOF is not served by this double of Salesforce');
  if (isWord(reader.peek(), 'FIELDS') && reader.peek(1).text === '(') return readFields(reader, at);
  const expression = readExpression(reader);
  const alias = reader.peek().kind === 'word' && !isKeyword(reader.peek()) ? reader.next().text : null;
  return { kind: 'field', expression, alias, at };
}

function readFields(reader: Reader, at: number): Selection {
  reader.next();
  reader.expectMark('(');
  for (const which of ['ALL', 'STANDARD', 'CUSTOM'] as const) {
    if (!reader.word(which)) continue;
    reader.expectMark(')');
    return { kind: 'fields', which, at };
  }
  return reader.unexpected();
}

function readExpression(reader: Reader): Expression {
  const first = readName(reader);
  if (!reader.mark('(')) return readPath(reader, first);
  if (reader.mark(')')) return { kind: 'call', name: first.text, argument: null, at: first.at };
  const argument = readExpression(reader);
  reader.expectMark(')');
  return { kind: 'call', name: first.text, argument, at: first.at };
}

function readPath(reader: Reader, first: Token): Path {
  const parts = [first.text];
  while (reader.mark('.')) parts.push(reader.peek().kind === 'word' ? reader.next().text : reader.unexpected());
  return { kind: 'path', parts, at: first.at };
}

function readOrdering(reader: Reader): Ordering {
  const expression = readExpression(reader);
  const descending = reader.word('DESC');
  if (!descending) reader.word('ASC');
  const nullsLast = reader.word('NULLS', 'LAST');
  if (!nullsLast) reader.word('NULLS', 'FIRST');
  return { expression, descending, nullsLast };
}

// ---- conditions ----

/** NOT stands at the beginning of a condition or of its parentheses; one kind of connective holds until they close. */
function readCondition(reader: Reader): Condition {
  const first: Condition = reader.word('NOT') ? { kind: 'not', term: readSimple(reader) } : readSimple(reader);
  const connective = isWord(reader.peek(), 'AND') ? 'AND' : isWord(reader.peek(), 'OR') ? 'OR' : undefined;
  if (connective === undefined) return first;
  const terms = [first];
  while (reader.word(connective)) terms.push(readSimple(reader));
  if (isWord(reader.peek(), 'AND') || isWord(reader.peek(), 'OR')) reader.unexpected();
  return { kind: connective === 'AND' ? 'and' : 'or', terms };
}

function readSimple(reader: Reader): Condition {
  if (!reader.mark('(')) return readComparison(reader);
  const inner = readCondition(reader);
  reader.expectMark(')');
  return inner;
}

function readComparison(reader: Reader): Comparison {
  const left = readExpression(reader);
  const { at } = reader.peek();
  const operator = readOperator(reader);
  const base = { kind: 'compare', left, operator, at } as const;
  if (operator === 'IN' || operator === 'NOT IN') {
    reader.expectMark('(');
    const right = isWord(reader.peek(), 'SELECT') ? readQuery(reader) : readList(reader, readLiteral);
    reader.expectMark(')');
    return { ...base, right };
  }
  if (operator === 'INCLUDES' || operator === 'EXCLUDES') {
    reader.expectMark('(');
    const right = readList(reader, readLiteral);
    reader.expectMark(')');
    return { ...base, right };
  }
  return { ...base, right: readLiteral(reader) };
}

const SIGNS: Readonly<Record<string, Operator>> = { '=': '=', '!=': '!=', '<>': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

function readOperator(reader: Reader): Operator {
  for (const word of ['LIKE', 'IN', 'INCLUDES', 'EXCLUDES'] as const) if (reader.word(word)) return word;
  if (reader.word('NOT', 'IN')) return 'NOT IN';
  const token = reader.peek();
  const sign = token.kind === 'mark' ? SIGNS[token.text] : undefined;
  if (sign === undefined) return reader.unexpected();
  reader.next();
  return sign;
}

function readLiteral(reader: Reader): Literal {
  const token = reader.peek();
  const { at } = token;
  if (token.kind === 'string') return { kind: 'string', value: token.text, pattern: reader.next().pattern ?? '', at };
  if (token.kind === 'number') return { kind: 'number', value: Number(reader.next().text), at };
  if (token.kind === 'date') return { kind: 'date', value: reader.next().text, at };
  if (token.kind === 'datetime') return { kind: 'datetime', value: reader.next().text, at };
  if (reader.word('TRUE')) return { kind: 'boolean', value: true, at };
  if (reader.word('FALSE')) return { kind: 'boolean', value: false, at };
  if (reader.word('NULL')) return { kind: 'null', at };
  const name = token.text.toUpperCase();
  if (token.kind !== 'word' || !isPeriod(name)) return reader.unexpected();
  reader.next();
  const counted = /(?:^|_)N_/.test(name);
  if (!counted) return { kind: 'period', name, count: null, at };
  reader.expectMark(':');
  return { kind: 'period', name, count: readCount(reader), at };
}
