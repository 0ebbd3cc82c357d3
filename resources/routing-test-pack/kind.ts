import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkPacks } from './checks.ts';
import { RoutingTestPack, type RoutingTestPackSpec } from './schema.ts';

export const routingTestPack: Kind<RoutingTestPackSpec> = {
  ...RoutingTestPack,
  names: KEBAB,
  summary:
    'What is expected of a RoutingRuleSet, record by record. `validate` and `loopctl test` try every case by the rules, seats and pools of the same files.',
  becomes: 'Nothing: neither the org nor a loop reads it.',
  whenRemoved: 'Its cases are tried no more.',
  example: `apiVersion: loopctl/v1
kind: RoutingTestPack
metadata: {name: inbound-leads}
spec:
  rule_set: inbound-leads
  cover: all
  as_of: 2026-12-01
  cases:
    - name: a customer's people go to the customer's owner
      record: {company: Acme Corp, email: ana@acme.example, billing_country: US}
      account: {name: Acme Corp, is_customer: true, owner: ae.west1@acme.example}
      expect: {rule: existing_customer_domain, owner: ae.west1@acme.example}
    - name: Bavaria is DACH's
      record: {company: Muster GmbH, billing_country: Germany}
      grade: B
      expect: {rule: geography_territory, territory: emea/dach}
`,
  targets: new Set(),
  check: checkPacks,
};
