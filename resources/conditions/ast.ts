// A condition as it was understood.
import type { Exact } from './text.ts';
import type { Matcher } from './regex.ts';

export type Order = '>=' | '<=' | '>' | '<';

export interface Item {
  readonly text: string;
  /** Set where it was written without quotes as a number: it compares numbers. */
  readonly number?: Exact;
  /** Where it stands in the condition. */
  readonly at: number;
}

/** Tests on a number. */
export type NumberTest =
  | { readonly kind: 'order'; readonly order: Order; readonly number: Exact }
  | { readonly kind: 'between'; readonly low: Exact; readonly high: Exact }
  | { readonly kind: 'number'; readonly negated: boolean; readonly number: Exact };

export type ListWord = 'in' | 'contains' | 'domain_in' | 'under';

export type Test =
  | Exclude<NumberTest, { kind: 'number' }>
  | { readonly kind: 'equals'; readonly negated: boolean; readonly item: Item }
  | { readonly kind: ListWord; readonly negated: boolean; readonly items: readonly Item[] }
  | { readonly kind: 'matches'; readonly source: string; readonly matches: Matcher }
  | { readonly kind: 'exists' | 'empty' | 'truth' }
  | { readonly kind: 'age'; readonly test: NumberTest };

/** A path into the facts, with its place in the condition. */
export interface FactPath {
  readonly text: string;
  readonly names: readonly string[];
  readonly at: number;
}

export type Expression =
  | { readonly kind: 'or' | 'and'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  /** No path: the condition tests the one value that it is given. */
  | { readonly kind: 'test'; readonly path?: FactPath; readonly test: Test };

/** What is wrong with a condition. `offset`: characters into it. */
export interface ConditionProblem {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
  readonly hint?: string;
}

/** The tests of an expression, with their paths. */
export function* testsOf(expression: Expression): Generator<Extract<Expression, { kind: 'test' }>> {
  switch (expression.kind) {
    case 'test':
      yield expression;
      return;
    case 'not':
      yield* testsOf(expression.part);
      return;
    case 'and':
    case 'or':
      for (const part of expression.parts) yield* testsOf(part);
      return;
    default:
      expression satisfies never;
  }
}
