// Rules of which the first that holds decides: which of them can never be reached? Said only where it is certain.
import type { Condition } from './conditions/condition.ts';
import { implies } from './conditions/implies.ts';

export interface OrderedRule<Rule> {
  readonly rule: Rule;
  /** Absent: it always holds. */
  readonly condition?: Condition | undefined;
  /** False: it does not always take part, so it shadows nothing. */
  readonly always: boolean;
  /** The days on which it takes part, both included: what it takes everything from takes part on no other day. */
  readonly span?: Span | undefined;
}

interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface Shadowed<Rule> {
  readonly rule: Rule;
  readonly by: Rule;
}

/** Each rule that an earlier one takes everything from. Rules come in the order in which they are asked. */
export function shadowedRules<Rule>(rules: readonly OrderedRule<Rule>[]): readonly Shadowed<Rule>[] {
  const found: Shadowed<Rule>[] = [];
  for (const [index, later] of rules.entries()) {
    const by = rules.slice(0, index).find((earlier) => isThereWhenever(earlier, later) && takesAll(earlier, later));
    if (by !== undefined) found.push({ rule: later.rule, by: by.rule });
  }
  return found;
}

function isThereWhenever<Rule>({ always, span: wide }: OrderedRule<Rule>, { span: narrow }: OrderedRule<Rule>): boolean {
  if (always || wide === undefined) return always;
  const starts = wide.from === undefined || (narrow?.from !== undefined && wide.from <= narrow.from);
  return starts && (wide.to === undefined || (narrow?.to !== undefined && narrow.to <= wide.to));
}

function takesAll<Rule>(earlier: OrderedRule<Rule>, later: OrderedRule<Rule>): boolean {
  if (earlier.condition === undefined) return true;
  return later.condition !== undefined && implies(later.condition.expression, earlier.condition.expression);
}
