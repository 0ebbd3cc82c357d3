// What all rules say of one field's value, as one bit a rule: 1 where the rule asks nothing of the field, or what it asks holds.
import { type Expression, type Test, testsOf } from '../../resources/conditions/ast.ts';
import { type Evaluate, evaluator } from '../../resources/conditions/evaluate.ts';
import { exactNumber } from '../../resources/conditions/text.ts';
import type { Facts } from './rules.ts';

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

/** Values that are remembered a field, by the size of their bits: about 4 MB at most. */
const MOST_WORDS = 1 << 20;

export function fieldIndex(path: readonly string[], parts: readonly FieldPart[], rules: number, words: number): FieldIndex {
  const read = reader(path);
  const free = new Int32Array(words);
  for (let place = 0; place < rules; place += 1) set(free, place);
  for (const { places } of parts) for (const place of places) clear(free, place);
  const asked = parts.map(({ expression, places }) => ({ evaluate: evaluator(expression), places }));
  const most = Math.max(64, Math.min(4096, Math.floor(MOST_WORDS / Math.max(1, words))));
  const remembered = new Map<unknown, Bits>();
  const limits = limitsOf(parts);
  const between: (Bits | undefined)[] = [];
  const missing = compute({});

  function compute(facts: Facts): Bits {
    const bits = free.slice();
    for (const { evaluate, places } of asked) if (holds(evaluate, facts)) for (const place of places) set(bits, place);
    return bits;
  }

  function remember(value: unknown, facts: Facts): Bits {
    const bits = compute(facts);
    if (remembered.size >= most) remembered.clear();
    remembered.set(value, bits);
    return bits;
  }

  function bitsOf(facts: Facts): Bits {
    let value = read(facts);
    // It stands for its path.
    while (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'path'))
      value = (value as Facts)['path'];
    if (value === undefined || value === null) return missing;
    if (typeof value === 'number' && limits !== undefined && Number.isFinite(value)) {
      const at = rangeOf(limits, value);
      return (between[at] ??= compute(facts));
    }
    // Lists and other objects are not the same by being equal.
    return typeof value === 'object' ? compute(facts) : (remembered.get(value) ?? remember(value, facts));
  }
  return { missing, bitsOf };
}

function holds(evaluate: Evaluate, facts: Facts): boolean {
  // No part that depends on the time is here.
  return evaluate(facts, 0) === 1;
}

/** As conditions read a path: own keys alone. */
function reader(path: readonly string[]): (facts: Facts) => unknown {
  const [only] = path;
  if (only !== undefined && path.length === 1 && !(only in Object.prototype)) return (facts) => facts[only];
  return (facts) => {
    let here: unknown = facts;
    for (const name of path) {
      if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
      here = (here as Facts)[name];
    }
    return here;
  };
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
