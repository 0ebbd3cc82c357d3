// Every rule can be reached, names what is there, and agents have somewhere to send what they are not sure of.
import { whenOf } from '../conditions/condition.ts';
import { areApart, neverHolds } from '../conditions/never.ts';
import { partText, startOf } from '../conditions/said.ts';
import { originText } from '../core.ts';
import { isCandidate, knowsCandidates } from '../experiment/candidates.ts';
import { checkWhen, factPaths } from '../facts.ts';
import type { Path } from '../path.ts';
import { shadowedRules } from '../reach.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { checkRole } from '../roles.ts';
import type { RoutingAction, RoutingRule, RoutingRuleSetSpec } from './schema.ts';

type RuleSet = Resource<RoutingRuleSetSpec>;

export function checkRuleSets(ruleSets: readonly RuleSet[], organisation: Organisation, report: Report): void {
  const objects = new Map<string, RuleSet>();
  for (const ruleSet of ruleSets) {
    const { object, rules } = ruleSet.spec;
    // What is only tried does not act; where nobody knows what that is, nothing is said.
    const acts = knowsCandidates(organisation) && !isCandidate(organisation, ruleSet.ref);
    const other = acts ? objects.get(object) : undefined;
    if (acts && other === undefined) objects.set(object, ruleSet);
    if (other !== undefined)
      report.error(ruleSet, {
        path: ['spec', 'object'],
        code: 'same-object',
        message: `object: ${other.ref.name} routes ${object} too (${originText(other.origin)}); one rule set an object`,
        hint: 'One that is only tried is the candidate of an Experiment.',
      });
    const context = { facts: factPaths(organisation, object), organisation, report, object };
    for (const [index, rule] of rules.entries()) {
      if (rule.when !== undefined) checkWhen(ruleSet, ['spec', 'rules', index, 'when'], rule.when, context);
      checkAction(ruleSet, ['spec', 'rules', index, 'action'], rule.action, organisation, report);
    }
    checkAction(ruleSet, ['spec', 'default'], ruleSet.spec.default, organisation, report);
    checkDefault(ruleSet, report);
    checkIds(ruleSet, report);
    checkOrder(ruleSet, report);
  }
}

function checkAction(ruleSet: RuleSet, path: Path, action: RoutingAction, organisation: Organisation, report: Report): void {
  for (const key of ['assign_to_account_owner', 'assign_to_territory', 'agent'] as const) {
    checkRole(ruleSet, [...path, key, 'role'], action[key]?.role, organisation, report);
  }
  if (action.agent === undefined) return;
  const { review, triage } = ruleSet.spec.queues;
  for (const [key, queue] of Object.entries({ review, triage })) {
    if (queue !== undefined) continue;
    report.error(ruleSet, {
      path: [...path, 'agent'],
      of: 'key',
      code: 'missing-key',
      message: `queues.${key} is missing: an agent that is not sure enough sends records there`,
      hint: `Write "queues: {review: queue/review, triage: queue/triage}".`,
    });
  }
}

/** The last word must give somebody whatever the record is. */
function checkDefault(ruleSet: RuleSet, report: Report): void {
  const [key] = Object.entries(ruleSet.spec.default).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (key !== 'agent' && key !== 'assign_to_account_owner' && key !== 'assign_to_territory') return;
  report.error(ruleSet, {
    path: ['spec', 'default'],
    code: 'unsure-default',
    message: `default: ${key} may find nobody, and nothing comes after the default`,
    hint: 'Write a queue: "default: {assign_to_queue: general}".',
  });
}

function checkIds(ruleSet: RuleSet, report: Report): void {
  const ids = new Set<string>(['default']);
  for (const [index, { id }] of ruleSet.spec.rules.entries()) {
    if (ids.has(id))
      report.error(ruleSet, {
        path: ['spec', 'rules', index, 'id'],
        code: 'duplicate-id',
        message: `rules: the id "${id}" is ${id === 'default' ? 'what decisions call the default' : 'used twice'}`,
        hint: 'Decisions call rules by their id.',
      });
    ids.add(id);
  }
}

function checkOrder(ruleSet: RuleSet, report: Report): void {
  const asked = ruleSet.spec.rules
    .map((rule, index) => ({ rule, index }))
    .filter(({ rule }) => rule.enabled)
    .sort((a, b) => a.rule.priority - b.rule.priority || a.index - b.index);
  for (const [place, { rule, index }] of asked.entries()) {
    const before = asked[place - 1]?.rule;
    if (before === undefined || before.priority !== rule.priority) continue;
    report.warning(ruleSet, {
      path: ['spec', 'rules', index, 'priority'],
      code: 'equal-priority',
      message: `rules[${rule.id}].priority: ${before.id} has ${rule.priority} too; they are asked in the order written${overlapText(before, rule)}`,
    });
  }
  for (const { rule, index } of asked) checkHolds(ruleSet, rule, index, report);
  const ordered = asked.map((entry) => ({
    rule: entry,
    condition: conditionOf(entry.rule),
    always: entry.rule.effective === undefined,
    span: entry.rule.effective,
  }));
  for (const { rule, by } of shadowedRules(ordered)) {
    report.warning(ruleSet, {
      path: ['spec', 'rules', rule.index],
      code: 'unreachable',
      message: `rules[${rule.rule.id}] is never reached: ${by.rule.id} (priority ${by.rule.priority}) ${by.rule.when === undefined ? 'always holds' : `holds wherever it does ("${by.rule.when}")`}`,
      hint: 'Ask the narrower rule first.',
    });
  }
}

function checkHolds(ruleSet: RuleSet, { id, when }: RoutingRule, index: number, report: Report): void {
  const found = when === undefined ? undefined : neverHolds(whenOf(when).expression);
  if (when === undefined || found === undefined) return;
  const [a, b] = found.map((part) => startOf(part));
  report.warning(ruleSet, {
    path: ['spec', 'rules', index, 'when'],
    inside: Math.max(a ?? 0, b ?? 0),
    code: 'never-holds',
    message: `rules[${id}] never fires: nothing can be ${found.map((part) => partText(part)).join(' and ')} at once ("${when}")`,
    hint: 'Write "or" where either is meant.',
  });
}

/** Where both hold, the first decides; said where it is not certain that they never do. */
function overlapText(before: RoutingRule, rule: RoutingRule): string {
  if (spansApart(before.effective, rule.effective)) return ', and are never in force on one day';
  const [first, second] = [conditionOf(before), conditionOf(rule)];
  const isApart = first !== undefined && second !== undefined && areApart(first.expression, second.expression);
  return isApart ? ', and never both hold' : `: where both hold, ${before.id} decides`;
}

function spansApart(a: RoutingRule['effective'], b: RoutingRule['effective']): boolean {
  const ends = (one: RoutingRule['effective'], other: RoutingRule['effective']) =>
    one?.to !== undefined && other?.from !== undefined && one.to < other.from;
  return ends(a, b) || ends(b, a);
}

function conditionOf({ when }: RoutingRule) {
  return when === undefined ? undefined : whenOf(when);
}
