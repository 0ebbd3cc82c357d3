// A condition as functions, made once and called for every record. Three-valued: a test on a value that is missing, or of a sort that
// the test does not know, is neither true nor false. Nothing throws.
import type { Expression, Item, ListWord, NumberTest, Test } from './ast.ts';
import { ageInDays } from './dates.ts';
import { hostOf, hostsAmong } from './host.ts';
import { compareExact, type Exact, exactNumber, fold, isMissing, wordLine } from './text.ts';

/** 0 no, 1 yes, 2 unknown. */
export type Verdict = 0 | 1 | 2;
const NO = 0;
const YES = 1;
const UNKNOWN = 2;

/** `subject` is the value, or the record of facts; `asOf` in milliseconds since 1970. */
export type Evaluate = (subject: unknown, asOf: number) => Verdict;
type OnValue = (value: unknown, asOf: number) => Verdict;

export function evaluator(expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'or':
      return any(expression.parts.map(evaluator));
    case 'and':
      return all(expression.parts.map(evaluator));
    case 'not':
      return negate(evaluator(expression.part));
    case 'test': {
      const test = onValue(expression.test);
      const names = expression.path?.names;
      return names === undefined ? test : (facts, asOf) => test(factAt(facts, names), asOf);
    }
    default:
      return expression satisfies never;
  }
}

/** What a path leads to; nothing where a part of it is not there. */
function factAt(facts: unknown, names: readonly string[]): unknown {
  let here = facts;
  for (const name of names) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[name];
  }
  return here;
}

function any(parts: readonly Evaluate[]): Evaluate {
  return (subject, asOf) => {
    let verdict: Verdict = NO;
    for (const part of parts) {
      const found = part(subject, asOf);
      if (found === YES) return YES;
      if (found === UNKNOWN) verdict = UNKNOWN;
    }
    return verdict;
  };
}

function all(parts: readonly Evaluate[]): Evaluate {
  return (subject, asOf) => {
    let verdict: Verdict = YES;
    for (const part of parts) {
      const found = part(subject, asOf);
      if (found === NO) return NO;
      if (found === UNKNOWN) verdict = UNKNOWN;
    }
    return verdict;
  };
}

function negate(part: Evaluate): Evaluate {
  return (subject, asOf) => {
    const found = part(subject, asOf);
    return found === UNKNOWN ? UNKNOWN : found === YES ? NO : YES;
  };
}

function onValue(test: Test): OnValue {
  switch (test.kind) {
    case 'exists':
      return (value) => (isMissing(value) ? NO : YES);
    case 'empty':
      return (value) => (isMissing(value) ? YES : NO);
    case 'truth':
      return (value) => (isTrue(value) ? YES : NO);
    case 'order':
    case 'between': {
      const compare = onNumber(test);
      return overElements((value) => {
        const found = exactNumber(value);
        return found === undefined ? UNKNOWN : verdict(compare(found));
      });
    }
    case 'age': {
      const compare = onNumber(test.test);
      return overElements((value, asOf) => {
        const days = ageInDays(value, asOf);
        return days === undefined ? UNKNOWN : verdict(compare({ value: days, digits: String(days) }));
      });
    }
    case 'equals': {
      const positive = overElements(equals(test.item));
      return test.negated ? negate(positive) : positive;
    }
    case 'matches':
      return overElements((value) => onText(value, (text) => test.matches(fold(text))));
    case 'in':
    case 'contains':
    case 'domain_in':
    case 'under': {
      const positive = overElements(amongItems(test.kind, test.items));
      return test.negated ? negate(positive) : positive;
    }
    default:
      return test satisfies never;
  }
}

/**
 * A positive test on whatever the value is: missing is unknown, a list is the `or` over its elements that are not missing, an object
 * with a path stands for that path, and any other object is unknown.
 */
function overElements(test: OnValue): OnValue {
  const on: OnValue = (value, asOf) => {
    if (isMissing(value)) return UNKNOWN;
    if (typeof value !== 'object') return test(value, asOf);
    if (!Array.isArray(value)) return Object.hasOwn(value as object, 'path') ? on((value as { path: unknown }).path, asOf) : UNKNOWN;
    let found: Verdict = NO;
    for (const element of value) {
      if (isMissing(element)) continue;
      const one = on(element, asOf);
      if (one === YES) return YES;
      if (one === UNKNOWN) found = UNKNOWN;
    }
    return found;
  };
  return on;
}

function isTrue(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return fold(value) === 'true';
  if (Array.isArray(value)) return value.some(isTrue);
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'path') && isTrue((value as { path: unknown }).path);
}

function onNumber(test: NumberTest): (value: Exact) => boolean {
  if (test.kind === 'between') {
    const { low, high } = test;
    return (value) => compareExact(value, low) >= 0 && compareExact(value, high) <= 0;
  }
  const { number } = test;
  if (test.kind === 'number') return (value) => (compareExact(value, number) === 0) !== test.negated;
  switch (test.order) {
    case '>=':
      return (value) => compareExact(value, number) >= 0;
    case '<=':
      return (value) => compareExact(value, number) <= 0;
    case '>':
      return (value) => compareExact(value, number) > 0;
    case '<':
      return (value) => compareExact(value, number) < 0;
    default:
      return test.order satisfies never;
  }
}

function equals({ text, number }: Item): OnValue {
  if (number !== undefined) {
    return (value) => {
      const found = exactNumber(value);
      return verdict(found !== undefined && compareExact(found, number) === 0);
    };
  }
  const wanted = fold(text);
  return (value) => onText(value, (found) => fold(found) === wanted);
}

function amongItems(kind: ListWord, items: readonly Item[]): OnValue {
  switch (kind) {
    case 'in':
      return among(items);
    case 'contains': {
      const parts = items.map(({ text }) => fold(text));
      return (value) => onText(value, (text) => parts.some((part) => fold(text).includes(part)));
    }
    case 'domain_in': {
      const isAmong = hostsAmong(items.map(({ text }) => text));
      return (value) => {
        const host = typeof value === 'string' ? hostOf(value) : undefined;
        return host === undefined ? UNKNOWN : verdict(isAmong(host));
      };
    }
    case 'under': {
      const paths = items.map(({ text }) => fold(text).replace(/\/+$/, ''));
      return (value) => onText(value, (text) => paths.some((path) => fold(text) === path || fold(text).startsWith(`${path}/`)));
    }
    default:
      return kind satisfies never;
  }
}

/** Whole words in a row; a number is among the items by its value, a boolean by its name. */
function among(items: readonly Item[]): OnValue {
  const lines = items.map(({ text }) => wordLine(text));
  const numbers = items.map(({ text }) => exactNumber(text)).filter((number) => number !== undefined);
  const names = new Set(items.map(({ text }) => fold(text)));
  return (value) => {
    if (typeof value === 'boolean') return verdict(names.has(String(value)));
    if (typeof value === 'number') {
      const found = exactNumber(value);
      return found === undefined ? UNKNOWN : verdict(numbers.some((number) => compareExact(number, found) === 0));
    }
    if (typeof value !== 'string') return UNKNOWN;
    const line = wordLine(value);
    return verdict(lines.some((words) => line.includes(words)));
  };
}

/** Text of a number or boolean is JavaScript's. */
function onText(value: unknown, test: (text: string) => boolean): Verdict {
  if (typeof value === 'string') return verdict(test(value));
  return typeof value === 'number' || typeof value === 'boolean' ? verdict(test(String(value))) : UNKNOWN;
}

function verdict(holds: boolean): Verdict {
  return holds ? YES : NO;
}
