// Can a condition hold at all, and can two hold of one record? Answered only where it is certain that they can not, for values that are one
// value: of a list, one element may be this and another one that.
import type { Expression, Test } from './ast.ts';
import { implies } from './implies.ts';
import { intervalOf, isNumeric, asNumberTest, type Interval } from './intervals.ts';
import { compareExact, fold, wordLine } from './text.ts';

/** Two parts of a condition that no value meets both, as they stand in it; nothing where it may hold. */
export function neverHolds(expression: Expression): readonly [Expression, Expression] | undefined {
  if (expression.kind === 'or') {
    const found = expression.parts.map(neverHolds);
    return found.every((one) => one !== undefined) ? found[0] : undefined;
  }
  const parts = [...conjuncts(expression)];
  const empty = parts.filter(({ kind }) => kind === 'or').map(neverHolds);
  return empty.find((one) => one !== undefined) ?? firstPair(parts);
}

/** No record meets both. */
export function areApart(a: Expression, b: Expression): boolean {
  return neverHolds({ kind: 'and', parts: [a, b] }) !== undefined;
}

function firstPair(parts: readonly Expression[]): readonly [Expression, Expression] | undefined {
  for (const [at, a] of parts.entries()) for (const b of parts.slice(at + 1)) if (exclude(a, b)) return [a, b];
  return undefined;
}

function* conjuncts(expression: Expression): Generator<Expression> {
  if (expression.kind === 'and') for (const part of expression.parts) yield* conjuncts(part);
  else yield expression;
}

function exclude(a: Expression, b: Expression): boolean {
  if (a.kind === 'or') return a.parts.every((part) => exclude(part, b));
  if (b.kind === 'or') return b.parts.every((part) => exclude(a, part));
  if (a.kind === 'and') return a.parts.some((part) => exclude(part, b));
  if (b.kind === 'and') return b.parts.some((part) => exclude(a, part));
  if (a.kind === 'not') return implies(b, a.part);
  if (b.kind === 'not') return implies(a, b.part);
  if (a.kind !== 'test' || b.kind !== 'test') return false;
  return a.path?.text === b.path?.text && (testsExclude(a.test, b.test) || testsExclude(b.test, a.test));
}

function testsExclude(a: Test, b: Test): boolean {
  if (a.kind === 'empty') return b.kind !== 'empty';
  if (isNumeric(a) && isNumeric(b)) return areDisjoint(intervalOf(asNumberTest(a)), intervalOf(asNumberTest(b)));
  if (a.kind === 'age' && b.kind === 'age') return areDisjoint(intervalOf(a.test), intervalOf(b.test));
  if (a.kind === 'under' && b.kind === 'under' && !a.negated && !b.negated) {
    return a.items.every(({ text }) => b.items.every((other) => !isRelated(placed(text), placed(other.text))));
  }
  if (a.kind !== 'equals' || a.negated || a.item.number !== undefined) return false;
  const text = fold(a.item.text);
  if (b.kind === 'equals') {
    if (b.item.number !== undefined) return false;
    return b.negated ? fold(b.item.text) === text : fold(b.item.text) !== text;
  }
  if (b.kind !== 'in') return false;
  // Digits are compared as numbers too.
  if (/\d/u.test(text)) return false;
  const isAmong = b.items.some((item) => wordLine(text).includes(wordLine(item.text)));
  return b.negated ? isAmong : !isAmong;
}

function placed(text: string): string {
  return fold(text).replace(/\/+$/, '');
}

function isRelated(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

function areDisjoint(a: Interval | undefined, b: Interval | undefined): boolean {
  return a !== undefined && b !== undefined && (isBelow(a, b) || isBelow(b, a));
}

function isBelow(low: Interval, high: Interval): boolean {
  if (low.high === undefined || high.low === undefined) return false;
  const order = compareExact(low.high, high.low);
  return order < 0 || (order === 0 && (low.openHigh === true || high.openLow === true));
}
