import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkOverridePolicies } from './checks.ts';
import { OverridePolicy, type OverridePolicySpec } from './schema.ts';

export const overridePolicy: Kind<OverridePolicySpec> = {
  ...OverridePolicy,
  names: KEBAB,
  summary:
    'How people overrule Route from within the CRM: a case on the record asks for another owner, and a manager says yes or no in it. One in a project.',
  becomes: 'Nothing: Route reads it. `loopctl org install` declares the fields of Case.',
  whenRemoved: 'Cases are looked at no more.',
  example: `apiVersion: loopctl/v1
kind: OverridePolicy
metadata: {name: owners, owner: sales-leadership}
spec:
  objects: [Lead]
  approved: [Approved]                     # values of Case.Status
  refused: [Rejected]
  approvers: [vp.sales@acme.example]       # usernames, or groups of the project
  expires: 5d
`,
  targets: new Set(['runtime']),
  fields: ({ record_field, owner_field, status_field, decision_field, answer_field }) =>
    [record_field, owner_field, status_field, decision_field, answer_field].map((field) => `Case.${field}`),
  check: checkOverridePolicies,
  runtime({ spec }, { project }) {
    const { approvers, ...rest } = spec;
    if (approvers === undefined) return rest;
    const names = approvers.flatMap((name) => project.spec.groups[name] ?? [name]);
    return { ...rest, approvers: [...new Set(names.map((name) => name.toLowerCase()))] };
  },
};
