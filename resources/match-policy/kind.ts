import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkMatchPolicies } from './checks.ts';
import { MatchPolicy, type MatchPolicySpec } from './schema.ts';

export const matchPolicy: Kind<MatchPolicySpec> = {
  ...MatchPolicy,
  names: KEBAB,
  summary: 'How a lead finds its account: one matcher for routing and for reports. There is at most one; without it the defaults hold.',
  becomes: 'Nothing: loops read it.',
  whenRemoved: 'Forgotten: the defaults hold again.',
  example: `apiVersion: loopctl/v1
kind: MatchPolicy
metadata: {name: matching}
spec:
  weights: {domain: 60, name: 25, geo: 10, phone: 5}
  match: 0.90
  review: 0.70
  free_mail:
    add: [alumni.example.edu]
  hosted:
    add: [shops.example.com]
  legal_forms:
    add: [Genossenschaft]
  letters: {ö: oe, ä: ae, ü: ue}
`,
  targets: new Set(['runtime']),
  check: checkMatchPolicies,
};
