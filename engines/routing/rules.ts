// The rules of one object, in the order in which they are asked. Compiled once for a snapshot; asking allocates nothing.
import type { RoutingAction, RoutingRule, RoutingRuleSetSpec } from '../../resources/routing-rule-set/schema.ts';
import { type Condition, whenOf } from '../../resources/conditions/condition.ts';
import type { Facts } from '../field.ts';
import { indexRules, type RuleIndex } from './rule-index.ts';

type Present<Key extends keyof RoutingAction> = NonNullable<RoutingAction[Key]>;

/** What a rule does: the one key that is written, as a tagged union. */
export type Action =
  | { readonly kind: 'assign_to_account_owner'; readonly seat: Present<'assign_to_account_owner'> }
  | { readonly kind: 'assign_to_territory'; readonly seat: Present<'assign_to_territory'> }
  | { readonly kind: 'assign_to_pool'; readonly pool: string }
  | { readonly kind: 'assign_to_queue'; readonly queue: string }
  | { readonly kind: 'assign_to_user'; readonly seat: string }
  | { readonly kind: 'agent'; readonly agent: Present<'agent'> }
  | { readonly kind: 'reject'; readonly reject: Present<'reject'> };

export interface Rule {
  readonly id: string;
  readonly priority: number;
  readonly enabled: boolean;
  /** Nothing: it always holds. */
  readonly condition: Condition | undefined;
  readonly action: Action;
  readonly reason: string | undefined;
  /** Days, both included, `YYYY-MM-DD` in UTC. */
  readonly effective: { readonly from?: string | undefined; readonly to?: string | undefined } | undefined;
}

export interface RuleSet {
  readonly name: string;
  readonly spec: RoutingRuleSetSpec;
  /** By priority, then in the order written; those that are switched off too, for the trace. */
  readonly rules: readonly Rule[];
  readonly default: Action;
  readonly index: RuleIndex;
}

export function compileRules(name: string, spec: RoutingRuleSetSpec): RuleSet {
  const rules = spec.rules.map(compileRule).sort((a, b) => a.priority - b.priority);
  return { name, spec, rules, default: actionOf(spec.default), index: indexRules(rules, isOn) };
}

function compileRule({ id, priority, enabled, when, action, reason, effective }: RoutingRule): Rule {
  return { id, priority, enabled, condition: when === undefined ? undefined : whenOf(when), action: actionOf(action), reason, effective };
}

function actionOf(written: RoutingAction): Action {
  if (written.assign_to_account_owner !== undefined) return { kind: 'assign_to_account_owner', seat: written.assign_to_account_owner };
  if (written.assign_to_territory !== undefined) return { kind: 'assign_to_territory', seat: written.assign_to_territory };
  if (written.assign_to_pool !== undefined) return { kind: 'assign_to_pool', pool: written.assign_to_pool };
  if (written.assign_to_queue !== undefined) return { kind: 'assign_to_queue', queue: written.assign_to_queue };
  if (written.assign_to_user !== undefined) return { kind: 'assign_to_user', seat: written.assign_to_user };
  if (written.agent !== undefined) return { kind: 'agent', agent: written.agent };
  if (written.reject !== undefined) return { kind: 'reject', reject: written.reject };
  throw new Error('an action that was never checked');
}

/** A moment as rules see it. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `YYYY-MM-DD` in UTC. */
  readonly day: string;
}

export function momentOf(at: number): Moment {
  return { at, day: new Date(at).toISOString().slice(0, 10) };
}

/** The place in `set.rules` of the first rule that holds, from a place on; -1 where none does. */
export function firstMatch(set: RuleSet, facts: Facts, moment: Moment, from = 0): number {
  return set.index.first(facts, moment, from);
}

/** Switched on, and of this day. */
export function isOn({ enabled, effective }: Rule, day: string): boolean {
  if (!enabled) return false;
  if (effective === undefined) return true;
  return (effective.from === undefined || effective.from <= day) && (effective.to === undefined || day <= effective.to);
}

/** The first rule that holds, by each of two versions of a rule set: its place in the version, -1 where none does. */
export type FirstOfBoth = (facts: Facts, moment: Moment) => readonly [before: number, after: number];

/** Compiled for many records. Versions ask mostly the same, and it is looked up once for both. */
export function bothVersions(before: RuleSet, after: RuleSet): FirstOfBoth {
  const middle = before.rules.length;
  const index = indexRules([...before.rules, ...after.rules], isOn);
  return (facts, moment) => {
    const [old, fresh] = index.firstOfBoth(facts, moment, middle);
    return [old, fresh === -1 ? -1 : fresh - middle];
  };
}
