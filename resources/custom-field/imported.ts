// The custom fields of an org, and which profiles may see them.
import type { Fields } from '../core.ts';
import type { Json } from '../edit/print.ts';
import { type Importing, type KindImport, type LiveRecord, textOf } from '../importing.ts';
import type { Declaration } from '../write.ts';
import { TYPES_OF } from './checks.ts';
import { FIELD_NAME } from './name.ts';
import { type CustomFieldSpec, FIELD_TYPES } from './schema.ts';

export const fieldImport: KindImport = { types: ['CustomField', 'FieldPermissions'], needs: [], read };

function* read(importing: Importing): Generator<Declaration> {
  const rights = Map.groupBy(importing.of('FieldPermissions'), ({ fields }) => textOf(fields, 'Field'));
  const sets = new Set<string>();
  for (const record of importing.of('CustomField')) {
    if (importing.isDeclared(record.address)) continue;
    const why = reason(record);
    if (why !== undefined) {
      importing.leaveOut(record.address, 'not-expressible', why);
      continue;
    }
    const { profiles, others } = holdersOf(rights.get(record.address.key) ?? []);
    for (const set of others) sets.add(set);
    const required = record.fields['required'] === true;
    yield {
      kind: 'CustomField',
      name: record.address.key,
      file: 'deploy/fields.yaml',
      spec: { ...definition(record.fields), ...(!required && profiles) },
    };
  }
  if (sets.size > 0)
    importing.note(
      'permission-sets',
      `Permission sets give rights on these fields too (${[...sets].sort().join(', ')}): they stay in the org as they are, since only profiles are declared.`,
    );
}

function reason({ address, fields }: LiveRecord): string | undefined {
  if (!FIELD_NAME.pattern.test(address.key))
    return `its name is none that can be declared (fields of packages are not): ${FIELD_NAME.text}`;
  if (textOf(fields, 'formula') !== '' || fields['calculated'] === true)
    return 'it is computed, and only fields that hold data are declared';
  if (fields['autoNumber'] === true) return 'it numbers by itself';
  const type = textOf(fields, 'type');
  return FIELD_TYPES.some((one) => one === type) ? undefined : `fields of type ${type} are not declared`;
}

const KEYS = [
  ['length', 'length'],
  ['precision', 'precision'],
  ['scale', 'scale'],
  ['values', 'values'],
  ['required', 'required'],
  ['unique', 'unique'],
  ['externalId', 'external_id'],
  ['description', 'description'],
  ['inlineHelpText', 'help_text'],
  ['visibleLines', 'visible_lines'],
] as const satisfies readonly (readonly [field: string, key: keyof CustomFieldSpec])[];

/** What a type of field has no use for is left out, and so is what is empty or off. */
function definition(fields: Fields): { readonly [key: string]: Json } {
  const type = textOf(fields, 'type') as CustomFieldSpec['type'];
  const spec: Record<string, Json> = { label: textOf(fields, 'label'), type };
  for (const [field, key] of KEYS) {
    const value = fields[field];
    const types = TYPES_OF[key];
    const isEmpty =
      value === undefined || value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0);
    if (isEmpty || (types !== undefined && !types.includes(type)) || (typeof value === 'object' && !Array.isArray(value))) continue;
    spec[key] = value as Json;
  }
  return spec;
}

function holdersOf(rights: readonly LiveRecord[]) {
  const read: string[] = [];
  const edit: string[] = [];
  const others: string[] = [];
  for (const { address, fields } of rights) {
    const profile = /^Profile:(.*)\/[^/]*$/s.exec(address.key)?.[1];
    if (profile === undefined) others.push(address.key.slice(0, address.key.lastIndexOf('/')));
    else if (fields['PermissionsEdit'] === true) edit.push(profile);
    else if (fields['PermissionsRead'] === true) read.push(profile);
  }
  const profiles = { ...(read.length > 0 && { read }), ...(edit.length > 0 && { edit }) };
  return { profiles: Object.keys(profiles).length > 0 ? { profiles } : {}, others: others.filter((name) => name !== OWN_SET) };
}

const OWN_SET = 'loopctl';
