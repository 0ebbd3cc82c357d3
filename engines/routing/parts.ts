// A condition taken apart: it holds where all its parts hold, whatever is unknown elsewhere.
import { type Expression, testsOf } from '../../resources/conditions/ast.ts';

/** The parts of a conjunction; a condition that is none is its only part. */
export function* partsOf(expression: Expression): Generator<Expression> {
  if (expression.kind !== 'and') yield expression;
  else for (const part of expression.parts) yield* partsOf(part);
}

/** The one field that a part reads; nothing where it reads several, or the time beside it. */
export function fieldOf(part: Expression): readonly string[] | undefined {
  let only: { readonly text: string; readonly names: readonly string[] } | undefined;
  for (const { path, test } of testsOf(part)) {
    if (path === undefined || test.kind === 'age' || (only !== undefined && only.text !== path.text)) return undefined;
    only = path;
  }
  return only?.names;
}

/** Equal for expressions that ask the same, wherever they are written. */
export function expressionKey(expression: Expression): string {
  return JSON.stringify(expression, (key, value: unknown) => (key === 'at' ? undefined : value));
}
