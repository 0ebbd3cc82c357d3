// The public face of conditions: text in, something that answers out. The grammar is one for the whole product.
import { type ConditionProblem, type Expression, type FactPath, testsOf } from './ast.ts';
import { type Evaluate, evaluator } from './evaluate.ts';
import { parseCondition } from './parse.ts';
import type { Subject } from './reader.ts';

export interface Condition {
  readonly text: string;
  readonly expression: Expression;
  /** The paths that it reads; none for a condition on one value. */
  readonly paths: readonly FactPath[];
  /** Does it hold? Unknown is no. `asOf`: milliseconds since 1970, for `age_days`. */
  holds(subject: unknown, asOf: number): boolean;
  /** The same with its reason: unknown where a value was missing or of a sort that the test does not know. */
  test(subject: unknown, asOf: number): { readonly result: boolean; readonly unknown: boolean };
}

export type Compiled = { readonly ok: true; readonly value: Condition } | { readonly ok: false; readonly problem: ConditionProblem };

/** Tests one value: `">= 1000"`, `"in:vp,vice president"`, `exists`. */
export function compileCondition(text: unknown): Compiled {
  return compile(text, 'value');
}

/** Tests a record of facts: `"grade == A and not territory.exists"`. */
export function compileWhen(text: unknown): Compiled {
  return compile(text, 'record');
}

/** A condition that a kind's schema has already accepted. */
export function conditionOf(text: string): Condition {
  return accepted(compileCondition(text));
}

/** A `when` that a kind's schema has already accepted. */
export function whenOf(text: string): Condition {
  return accepted(compileWhen(text));
}

function accepted(compiled: Compiled): Condition {
  if (!compiled.ok) throw new Error(`a condition that was never checked: ${compiled.problem.message}`);
  return compiled.value;
}

// The same few hundred texts are asked for by the schema, by the checks and by the engines.
const known: Record<Subject, Map<string, Compiled>> = { value: new Map(), record: new Map() };
const MOST_KNOWN = 5000;

function compile(text: unknown, subject: Subject): Compiled {
  const key = typeof text === 'string' ? text : undefined;
  const before = key === undefined ? undefined : known[subject].get(key);
  if (before !== undefined) return before;
  const parsed = parseCondition(text, subject);
  const compiled: Compiled = parsed.ok ? { ok: true, value: condition(text as string, parsed.expression) } : parsed;
  if (key !== undefined) {
    if (known[subject].size >= MOST_KNOWN) known[subject].clear();
    known[subject].set(key, compiled);
  }
  return compiled;
}

function condition(text: string, expression: Expression): Condition {
  const evaluate: Evaluate = evaluator(expression);
  return {
    text,
    expression,
    paths: [...testsOf(expression)].flatMap(({ path }) => (path === undefined ? [] : [path])),
    holds: (subject, asOf) => evaluate(subject, asOf) === 1,
    test(subject, asOf) {
      const verdict = evaluate(subject, asOf);
      return { result: verdict === 1, unknown: verdict === 2 };
    },
  };
}
