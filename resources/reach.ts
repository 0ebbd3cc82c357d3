// Rules of which the first that holds decides: which of them can never be reached? Said only where it is certain.
import type { Condition } from './conditions/condition.ts';
import { implies } from './conditions/implies.ts';

export interface OrderedRule<Rule> {
  readonly rule: Rule;
  /** Absent: it always holds. */
  readonly condition?: Condition | undefined;
  /** False: it does not always take part, so it shadows nothing. */
  readonly always: boolean;
}

export interface Shadowed<Rule> {
  readonly rule: Rule;
  readonly by: Rule;
}

/** Each rule that an earlier one takes everything from. Rules come in the order in which they are asked. */
export function shadowedRules<Rule>(rules: readonly OrderedRule<Rule>[]): readonly Shadowed<Rule>[] {
  const found: Shadowed<Rule>[] = [];
  for (const [index, later] of rules.entries()) {
    const by = rules.slice(0, index).find((earlier) => earlier.always && takesAll(earlier, later));
    if (by !== undefined) found.push({ rule: later.rule, by: by.rule });
  }
  return found;
}

function takesAll<Rule>(earlier: OrderedRule<Rule>, later: OrderedRule<Rule>): boolean {
  if (earlier.condition === undefined) return true;
  return later.condition !== undefined && implies(later.condition.expression, earlier.condition.expression);
}
