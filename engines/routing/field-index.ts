// What all rules say of one field's value, as one bit a rule: 1 where the rule asks nothing of the field, or what it asks holds.
import { type Expression, type Item, type Test, testsOf } from '../../resources/conditions/ast.ts';
import { type Evaluate, evaluator } from '../../resources/conditions/evaluate.ts';
import { exactNumber, isMissing } from '../../resources/conditions/text.ts';
import { type PhraseIndex, phraseIndex } from '../scoring/words.ts';
import { type Facts, factAt } from '../field.ts';

/** Bit `place & 31` of word `place >> 5`. */
export type Bits = Int32Array;

export interface FieldPart {
  readonly expression: Expression;
  /** The rules that ask it. */
  readonly places: readonly number[];
}

export interface FieldIndex {
  /** Of a record without the field. */
  readonly missing: Bits;
  bitsOf(facts: Facts): Bits;
}

/** How much is remembered a field, by the size of the bits: about 4 MB of values, and 16 MB of ranges of numbers. */
const MOST_WORDS_OF_VALUES = 1 << 20;
const MOST_WORDS_OF_RANGES = 1 << 22;

export function fieldIndex(path: readonly string[], parts: readonly FieldPart[], rules: number, words: number): FieldIndex {
  const read = reader(path);
  const free = new Int32Array(words);
  for (let place = 0; place < rules; place += 1) set(free, place);
  for (const { places } of parts) for (const place of places) clear(free, place);
  const asked = parts.map(({ expression, places }) => ({ evaluate: evaluator(expression), places }));
  const lists = wordLists(parts);
  const remembered = new Map<unknown, Bits>();
  const mostValues = Math.max(64, Math.min(4096, Math.floor(MOST_WORDS_OF_VALUES / Math.max(1, words))));
  const limits = limitsOf(parts);
  const between = new Map<number, Bits>();
  const mostRanges = Math.max(64, Math.floor(MOST_WORDS_OF_RANGES / Math.max(1, words)));
  const missing = compute({});

  function compute(facts: Facts): Bits {
    const bits = free.slice();
    for (const { evaluate, places } of asked) if (holds(evaluate, facts)) for (const place of places) set(bits, place);
    return bits;
  }

  /** The lists of words are looked for in one pass over the text. */
  function computeText(text: string, facts: Facts): Bits {
    if (lists === undefined || isMissing(text)) return compute(facts);
    const bits = free.slice();
    const seen = new Uint8Array(asked.length);
    lists.index.mark(text, seen);
    for (const [at, { evaluate, places }] of asked.entries()) {
      if (lists.has(at) ? seen[at] === 1 : holds(evaluate, facts)) for (const place of places) set(bits, place);
    }
    return bits;
  }

  function remember(value: unknown, facts: Facts): Bits {
    const bits = typeof value === 'string' ? computeText(value, facts) : compute(facts);
    keep(remembered, value, bits, mostValues);
    return bits;
  }

  function bitsOf(facts: Facts): Bits {
    let value = read(facts);
    // It stands for its path.
    while (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'path'))
      value = (value as Facts)['path'];
    if (value === undefined || value === null) return missing;
    if (typeof value === 'number' && limits !== undefined && Number.isFinite(value)) {
      const range = rangeOf(limits, value);
      const before = between.get(range);
      if (before !== undefined) return before;
      const bits = compute(facts);
      keep(between, range, bits, mostRanges);
      return bits;
    }
    // Lists and other objects are not the same by being equal.
    return typeof value === 'object' ? compute(facts) : (remembered.get(value) ?? remember(value, facts));
  }
  return { missing, bitsOf };
}

function keep<Key>(kept: Map<Key, Bits>, key: Key, bits: Bits, most: number): void {
  if (kept.size >= most) kept.clear();
  kept.set(key, bits);
}

interface WordLists {
  readonly index: PhraseIndex;
  /** Whether the part of a number is a list of words. */
  has(part: number): boolean;
}

/** Parts that hold where one of some words is found in a text, and only there. Nothing where there are none. */
function wordLists(parts: readonly FieldPart[]): WordLists | undefined {
  const items = parts.map(({ expression }) => wordItems(expression));
  if (items.every((of) => of === undefined)) return undefined;
  const index = phraseIndex(items.flatMap((of, number) => (of ?? []).map(({ text }) => ({ text, number }))));
  return { index, has: (part) => items[part] !== undefined };
}

function wordItems(expression: Expression): readonly Item[] | undefined {
  if (expression.kind !== 'test') return undefined;
  const { test } = expression;
  return test.kind === 'in' && !test.negated ? test.items : undefined;
}

function holds(evaluate: Evaluate, facts: Facts): boolean {
  // No part that depends on the time is here.
  return evaluate(facts, 0) === 1;
}

/** As conditions read a path: own keys alone. */
function reader(path: readonly string[]): (facts: Facts) => unknown {
  const [only] = path;
  if (only !== undefined && path.length === 1 && !(only in Object.prototype)) return (facts) => facts[only];
  return (facts) => factAt(facts, path);
}

/** Between two of them every number answers alike; nothing where a part looks at more of a number than its size. */
function limitsOf(parts: readonly FieldPart[]): Float64Array | undefined {
  const limits = new Set<number>();
  for (const { expression } of parts) {
    for (const { test } of testsOf(expression)) {
      const found = limitsIn(test);
      if (found === undefined) return undefined;
      for (const limit of found) limits.add(limit);
    }
  }
  return Float64Array.from(limits).sort();
}

function limitsIn(test: Test): readonly number[] | undefined {
  switch (test.kind) {
    case 'exists':
    case 'empty':
    case 'truth':
      return [];
    case 'order':
      return exactly([test.number]);
    case 'between':
      return exactly([test.low, test.high]);
    case 'equals':
      if (test.item.number !== undefined) return exactly([test.item.number]);
      // The text of a number has a digit.
      return /\d/u.test(test.item.text.normalize('NFKC')) ? undefined : [];
    case 'in':
      return exactly(test.items.map(({ text }) => exactNumber(text)).filter((number) => number !== undefined));
    case 'contains':
    case 'domain_in':
    case 'under':
    case 'matches':
    case 'age':
      return undefined;
    default:
      return test satisfies never;
  }
}

/** Up to 15 digits a double says exactly what was written. */
function exactly(numbers: readonly { readonly value: number; readonly digits: string }[]): readonly number[] | undefined {
  return numbers.every(({ digits }) => digits.length <= 15) ? numbers.map(({ value }) => value) : undefined;
}

/** 2·i + 1 for the i-th limit itself, 2·i for what lies below it and above the one before. */
function rangeOf(limits: Float64Array, value: number): number {
  let [low, high] = [0, limits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((limits[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return limits[low] === value ? 2 * low + 1 : 2 * low;
}

function set(bits: Bits, place: number): void {
  bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31));
}

function clear(bits: Bits, place: number): void {
  bits[place >> 5] = (bits[place >> 5] ?? 0) & ~(1 << (place & 31));
}
