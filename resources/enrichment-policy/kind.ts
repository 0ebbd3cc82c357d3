import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkEnrichmentPolicies } from './checks.ts';
import { EnrichmentPolicy, type EnrichmentPolicySpec } from './schema.ts';

export const enrichmentPolicy: Kind<EnrichmentPolicySpec> = {
  ...EnrichmentPolicy,
  names: KEBAB,
  summary:
    'What is looked up elsewhere about a record before it is scored: which providers are asked for which fields, in which order, and how old an answer may be. One policy an object.',
  becomes: 'Nothing: loops read it, and write the fields of `write` on the record.',
  whenRemoved: 'Records are decided on by what they hold themselves.',
  example: `apiVersion: loopctl/v1
kind: EnrichmentPolicy
metadata: {name: leads}
spec:
  object: Lead
  providers:
    - {name: house, type: csv, path: qualify/companies.csv}
    - {name: pdl, type: pdl, min_likelihood: 6}
    - {name: stack, type: webhook, url_env: STACK_URL, secret_env: STACK_SECRET}
  fields:
    industry: {from: [house, pdl], max_age: 180d}
    employee_count: {from: [house, pdl], max_age: 90d}
    technologies: {from: [pdl, stack], max_age: 90d, overwrite: true}
    linkedin_url: {from: [pdl]}
  write:
    industry: {source_field: Industry_Source__c, date_field: Industry_As_Of__c}
    employee_count: {}
  timeout: 5s
  wait: 10s
  on_ambiguous: {agent: which-company, review: true}
`,
  targets: new Set(['runtime']),
  fields: ({ object, write }) =>
    Object.values(write).flatMap(({ source_field, date_field }) =>
      [source_field, date_field].flatMap((field) => (field === undefined ? [] : [`${object}.${field}`])),
    ),
  check: checkEnrichmentPolicies,
};
