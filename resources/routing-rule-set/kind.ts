import { isCandidate } from '../experiment/candidates.ts';
import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkRuleSets } from './checks.ts';
import { RoutingRuleSet, type RoutingRuleSetSpec } from './schema.ts';

export const routingRuleSet: Kind<RoutingRuleSetSpec> = {
  ...RoutingRuleSet,
  names: KEBAB,
  summary:
    'Who gets a record. Rules are asked by priority, then in the order written; the first that holds decides; `default` takes the rest. One rule set an object.',
  becomes: 'Nothing: the route loop reads it.',
  whenRemoved: 'Records are routed no more.',
  example: `apiVersion: loopctl/v1
kind: RoutingRuleSet
metadata: {name: inbound-leads, owner: revops}
spec:
  object: Lead
  confidence: {fire: 0.85, review: 0.6}
  queues: {review: queue/review, triage: queue/triage}
  rules:
    - id: existing_customer_domain
      priority: 10
      when: matched_account.is_customer
      action: {assign_to_account_owner: {role: AE, cascade: default}}
      reason: A lead from a customer's domain goes to that customer's owner.
    - id: a_grade_na_commercial
      priority: 20
      when: "grade == A and segment == commercial and billing_country in US,CA"
      action: {assign_to_pool: na-commercial}
    - id: geography_territory
      priority: 50
      when: territory.exists
      action: {assign_to_territory: {role: AE, cascade: default}}
    - id: ambiguous_geography
      priority: 90
      when: "territory.candidates > 1"
      action: {agent: {prompt: ambiguous-geography, role: AE, cascade: default}}
  default: {assign_to_queue: general}
`,
  targets: new Set(['runtime']),
  fields: ({ on_assign }) => (on_assign?.task?.key_field === undefined ? [] : [`Task.${on_assign.task.key_field}`]),
  check: checkRuleSets,
  // What is tried stands in its experiment: nobody takes it for what acts.
  runtime: ({ ref, spec }, { organisation }) => (isCandidate(organisation, ref) ? undefined : spec),
};
