import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkMatches } from './checks.ts';
import { salesforceRules } from './rules.ts';
import { TerritoryMatch, type TerritoryMatchSpec } from './schema.ts';

export const territoryMatch: Kind<TerritoryMatchSpec> = {
  ...TerritoryMatch,
  names: KEBAB,
  summary: 'What falls into a territory. Everything in a row must hold; the most specific row wins; a tie is an ambiguity, never a guess.',
  becomes:
    "Nothing by default: loopctl's own matcher assigns. With `salesforce_rules: true` also `ObjectTerritory2AssignmentRule` with its items and associations.",
  whenRemoved: 'Its rules are deleted, if it had any.',
  example: `apiVersion: loopctl/v1
kind: TerritoryMatch
metadata: {name: geography}
spec:
  object: Account
  rows:
    - {territory: ams/west/norcal, country: US, state: CA, postal: ["93600-96199"]}
    - {territory: ams/west/norcal/sf-bay, country: US, state: CA, city: [San Francisco, Oakland]}
    - {territory: emea/dach, country: [DE, AT, CH]}
    - {territory: ams/east, accounts: [globex.example]}
  pending: {field: Account.Territory_Status__c, reason: Account.Territory_Reason__c}
`,
  targets: new Set(['crm', 'runtime']),
  fields: ({ pending }) => [pending?.field, pending?.reason].filter((field) => field !== undefined),
  check: checkMatches,
  materialise: salesforceRules,
};
