// Which of several conditions on one value holds first. The answer is that of asking them one after the other; what is known before a
// value comes is worked out once: what they say of a missing value, of true and of false, their limits as numbers, the words of all their lists as one index.
import type { Expression, Item, NumberTest, Test } from '../../resources/conditions/ast.ts';
import type { Condition } from '../../resources/conditions/condition.ts';
import { hostOf, hostsAmong } from '../../resources/conditions/host.ts';
import { type Exact, fold } from '../../resources/conditions/text.ts';
import { phraseIndex } from './words.ts';

/** The place of the first condition that holds, or -1. `asOf`: milliseconds since 1970. */
export type FirstRule = (value: unknown, asOf: number) => number;

export interface Rules {
  readonly first: FirstRule;
  /** The same for a value that is missing. */
  readonly ofMissing: number;
}

export function firstRule(conditions: readonly Condition[]): Rules {
  const ofMissing = conditions.findIndex((condition) => condition.holds(undefined, 0));
  const [ofTrue, ofFalse] = [inTurn(conditions, true, 0), inTurn(conditions, false, 0)];
  const ofText = onText(conditions);
  const ofNumber = onNumber(conditions);
  const first: FirstRule = (value, asOf) => {
    if (typeof value === 'string') return isBlank(value) ? ofMissing : ofText(value, asOf);
    if (typeof value === 'number') return ofNumber(value, asOf);
    if (value === undefined || value === null) return ofMissing;
    if (typeof value === 'boolean') return value ? ofTrue : ofFalse;
    return inTurn(conditions, value, asOf);
  };
  return { first, ofMissing };
}

function inTurn(conditions: readonly Condition[], value: unknown, asOf: number): number {
  for (let index = 0; index < conditions.length; index += 1) {
    if ((conditions[index] as Condition).holds(value, asOf)) return index;
  }
  return -1;
}

function isBlank(text: string): boolean {
  const code = text.charCodeAt(0);
  // Most texts begin with a letter or a digit.
  return !(code > 32 && code < 127) && text.trim() === '';
}

type OnText = (text: string, asOf: number) => boolean;

function onText(conditions: readonly Condition[]): (text: string, asOf: number) => number {
  const items = conditions.map(({ expression }) => wordItems(expression));
  const index = phraseIndex(items.flatMap((of, number) => (of ?? []).map(({ text }) => ({ text, number }))));
  const tests = conditions.map((condition, number): OnText | undefined =>
    items[number] === undefined ? (textTest(condition.expression) ?? condition.holds) : undefined,
  );
  const hasWords = items.some((of) => of !== undefined);
  return (text, asOf) => {
    const words = hasWords ? index.least(text) : -1;
    for (let at = 0; at < tests.length; at += 1) {
      const test = tests[at];
      if (test === undefined ? words === at : test(text, asOf)) return at;
    }
    return -1;
  };
}

/** A test of a text that is not blank, without asking what sort of value it is. */
function textTest(expression: Expression): OnText | undefined {
  switch (expression.kind) {
    case 'test':
      return singleTextTest(expression.test);
    case 'and':
    case 'or': {
      // What is unknown neither holds nor makes another part hold.
      const parts = expression.parts.map(textTest).filter((part) => part !== undefined);
      if (parts.length < expression.parts.length) return undefined;
      return expression.kind === 'and'
        ? (text, asOf) => parts.every((part) => part(text, asOf))
        : (text, asOf) => parts.some((part) => part(text, asOf));
    }
    default:
      // `not` turns what does not hold into what does, but for what is unknown.
      return undefined;
  }
}

function singleTextTest(test: Test): OnText | undefined {
  switch (test.kind) {
    case 'exists':
      return () => true;
    case 'equals': {
      if (test.item.number !== undefined) return undefined;
      const wanted = fold(test.item.text);
      return test.negated ? (text) => fold(text) !== wanted : (text) => fold(text) === wanted;
    }
    case 'contains': {
      const parts = test.items.map(({ text }) => fold(text));
      return (text) => {
        const folded = fold(text);
        return parts.some((part) => folded.includes(part));
      };
    }
    case 'matches':
      return (text) => test.matches(fold(text));
    case 'domain_in': {
      if (test.negated) return undefined;
      const isAmong = hostsAmong(test.items.map(({ text }) => text));
      return (text) => {
        const host = hostOf(text);
        return host !== undefined && isAmong(host);
      };
    }
    default:
      return undefined;
  }
}

/** The items of a condition that holds where one of them is found in a text, and only there. */
function wordItems(expression: Expression): readonly Item[] | undefined {
  if (expression.kind === 'test') {
    const { test } = expression;
    return test.kind === 'in' && !test.negated ? test.items : undefined;
  }
  if (expression.kind !== 'or') return undefined;
  const parts = expression.parts.map(wordItems);
  return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

type OnNumber = (value: number, asOf: number) => boolean;

function onNumber(conditions: readonly Condition[]): (value: number, asOf: number) => number {
  const tests = conditions.map((condition) => numberTest(condition.expression) ?? condition.holds);
  return (value, asOf) => {
    if (!Number.isFinite(value)) return inTurn(conditions, value, asOf);
    for (let at = 0; at < tests.length; at += 1) if ((tests[at] as OnNumber)(value, asOf)) return at;
    return -1;
  };
}

/** A comparison of doubles, where that is what the condition asks for and doubles are exact: limits of at most 15 digits. */
function numberTest(expression: Expression): OnNumber | undefined {
  if (expression.kind !== 'test') return undefined;
  const { test } = expression;
  if (test.kind === 'exists') return () => true;
  if (test.kind === 'equals' && test.item.number !== undefined) {
    return comparison({ kind: 'number', negated: test.negated, number: test.item.number });
  }
  return test.kind === 'order' || test.kind === 'between' ? comparison(test) : undefined;
}

function comparison(test: NumberTest): OnNumber | undefined {
  if (test.kind === 'between') {
    const [low, high] = [exactly(test.low), exactly(test.high)];
    return low === undefined || high === undefined ? undefined : (value) => value >= low && value <= high;
  }
  const limit = exactly(test.number);
  if (limit === undefined) return undefined;
  if (test.kind === 'number') return test.negated ? (value) => value !== limit : (value) => value === limit;
  switch (test.order) {
    case '>=':
      return (value) => value >= limit;
    case '<=':
      return (value) => value <= limit;
    case '>':
      return (value) => value > limit;
    case '<':
      return (value) => value < limit;
    default:
      return test.order satisfies never;
  }
}

function exactly({ value, digits }: Exact): number | undefined {
  return digits.length <= 15 ? value : undefined;
}
