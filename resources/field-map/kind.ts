import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkFieldMaps } from './checks.ts';
import { FieldMap, type FieldMapSpec } from './schema.ts';

export const fieldMap: Kind<FieldMapSpec> = {
  ...FieldMap,
  names: KEBAB,
  summary:
    "The product's field names on the left, this org's on the right: rules and models never name a field of the CRM. One map an object.",
  becomes: 'Nothing: loops read it.',
  whenRemoved: 'An error while a condition or a model uses its names.',
  example: `apiVersion: loopctl/v1
kind: FieldMap
metadata: {name: account}
spec:
  object: Account
  fields:
    company: Name
    employee_count: NumberOfEmployees
    billing_country: BillingCountry
    is_customer: {field: Type, in: [Customer]}
`,
  targets: new Set(['runtime']),
  fields: ({ object, fields }) => Object.values(fields).map((field) => `${object}.${typeof field === 'string' ? field : field.field}`),
  check: checkFieldMaps,
};
