// Tests on numbers as intervals, where they are one.
import type { NumberTest, Test } from './ast.ts';
import type { Exact } from './text.ts';

type Numeric = Extract<Test, { kind: 'order' | 'between' }> | Extract<Test, { kind: 'equals' }>;

export function isNumeric(test: Test): test is Numeric {
  return test.kind === 'order' || test.kind === 'between' || (test.kind === 'equals' && !test.negated && test.item.number !== undefined);
}

export function asNumberTest(test: Numeric): NumberTest {
  return test.kind === 'equals' ? { kind: 'number', negated: false, number: test.item.number as Exact } : test;
}

/** An interval of numbers; an end that is absent has no bound. */
export interface Interval {
  readonly low?: Exact;
  readonly high?: Exact;
  readonly openLow?: boolean;
  readonly openHigh?: boolean;
}

/** Nothing for a test that no one interval is. */
export function intervalOf(test: NumberTest): Interval | undefined {
  switch (test.kind) {
    case 'between':
      return { low: test.low, high: test.high };
    case 'number':
      return test.negated ? undefined : { low: test.number, high: test.number };
    case 'order':
      if (test.order === '>=') return { low: test.number };
      if (test.order === '>') return { low: test.number, openLow: true };
      return test.order === '<=' ? { high: test.number } : { high: test.number, openHigh: true };
    default:
      return test satisfies never;
  }
}
