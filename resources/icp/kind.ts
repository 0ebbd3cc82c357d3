import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkConditionsOfObject } from '../facts.ts';
import { ICP, type ICPSpec } from './schema.ts';

export const icp: Kind<ICPSpec> = {
  ...ICP,
  names: KEBAB,
  summary: 'The ideal customer profile: which accounts one wants.',
  becomes: 'Nothing: loops read it.',
  whenRemoved: 'An error while something refers to it.',
  example: `apiVersion: loopctl/v1
kind: ICP
metadata: {name: north-america}
spec:
  when: "employee_count between 100 and 5000 and billing_country in US,CA"
  exclude: is_customer
  segments: [commercial]
  description: Companies with a sales team of their own and a CRM that they have outgrown.
`,
  targets: new Set(['runtime']),
  check(profiles, organisation, report) {
    for (const profile of profiles) {
      checkConditionsOfObject(profile, profile.spec.object, ['when', 'exclude'], organisation, report);
    }
  },
};
