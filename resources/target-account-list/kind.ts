import { checkConditionsOfObject } from '../facts.ts';
import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { TargetAccountList, type TargetAccountListSpec } from './schema.ts';

export const targetAccountList: Kind<TargetAccountListSpec> = {
  ...TargetAccountList,
  names: KEBAB,
  summary: 'Accounts that one goes after, by name or by rule.',
  becomes: 'Nothing: loops read it.',
  whenRemoved: 'An error while something refers to it.',
  example: `apiVersion: loopctl/v1
kind: TargetAccountList
metadata: {name: strategic}
spec: {tier: 1, accounts: [globex.example, initech.example], refresh: 7d}
`,
  targets: new Set(['runtime']),
  check(lists, organisation, report) {
    for (const list of lists) checkConditionsOfObject(list, 'Account', ['when'], organisation, report);
  },
};
