import type { Kind } from '../kind.ts';
import { adoptField } from './adopted.ts';
import { checkCustomFields } from './checks.ts';
import { fieldRecords } from './desired.ts';
import { fieldImport } from './imported.ts';
import { FIELD_NAME } from './name.ts';
import { CustomField, type CustomFieldSpec } from './schema.ts';

export const customField: Kind<CustomFieldSpec> = {
  ...CustomField,
  names: FIELD_NAME,
  summary: 'A field in the org, and who may see it: a field made without permissions is invisible to everybody.',
  becomes:
    'Tooling `CustomField`; `FieldPermissions` in the one permission set `loopctl`, which is assigned to the integration user; and `FieldPermissions` of the profiles that `profiles` names.',
  whenRemoved:
    'Forgotten: the field and its data stay, and the permissions that were given here are taken away, so that nobody sees it by them any more. With `on_remove: delete`, deleted with its data.',
  example: `apiVersion: loopctl/v1
kind: CustomField
metadata: {name: Lead.Score__c}
spec: {label: Score, type: Number, precision: 5, scale: 0, profiles: {read: [Standard User]}}
`,
  targets: new Set(['crm']),
  check: checkCustomFields,
  materialise: fieldRecords,
  adopt: adoptField,
  import: fieldImport,
};
