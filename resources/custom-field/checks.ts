// Which keys a type of field needs and which it does not know, as Salesforce has it.
import { meantObject } from '../objects.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import type { CustomFieldSpec } from './schema.ts';

type Key = keyof CustomFieldSpec;
type Type = CustomFieldSpec['type'];

const NUMERIC: readonly Type[] = ['Number', 'Currency', 'Percent'];
/** For which types a key means something; keys that are not here mean something for all. */
export const TYPES_OF: Partial<Record<Key, readonly Type[]>> = {
  length: ['Text', 'LongTextArea'],
  precision: NUMERIC,
  scale: NUMERIC,
  values: ['Picklist', 'MultiselectPicklist'],
  visible_lines: ['LongTextArea', 'MultiselectPicklist'],
  unique: ['Text', 'Number', 'Email'],
  external_id: ['Text', 'Number', 'Email'],
};
const NEEDED: Partial<Record<Type, readonly Key[]>> = {
  Text: ['length'],
  LongTextArea: ['length'],
  Picklist: ['values'],
  MultiselectPicklist: ['values'],
};
const LENGTHS: Partial<Record<Type, readonly [number, number]>> = { Text: [1, 255], LongTextArea: [256, 131_072] };
const MAX_API_NAME = 40;

export function checkCustomFields(fields: readonly Resource<CustomFieldSpec>[], _: Organisation, report: Report): void {
  for (const field of fields) {
    checkKeys(field, report);
    checkNumbers(field, report);
    checkValues(field, report);
    const object = field.ref.name.slice(0, field.ref.name.indexOf('.'));
    const meant = meantObject(object);
    if (meant !== undefined) {
      report.warning(field, {
        path: ['metadata', 'name'],
        code: 'unusual-object',
        message: `${field.ref.name}: Salesforce itself has no object ${object}`,
        hint: `Did you mean "${meant}"?`,
      });
    }
    const api = field.ref.name.slice(field.ref.name.indexOf('.') + 1, -'__c'.length);
    if (api.length > MAX_API_NAME) {
      report.error(field, {
        path: ['metadata', 'name'],
        code: 'name-too-long',
        message: `${api} is ${api.length} characters long; Salesforce takes ${MAX_API_NAME} before __c`,
      });
    }
  }
}

function checkKeys(field: Resource<CustomFieldSpec>, report: Report): void {
  const { type } = field.spec;
  for (const [key, types] of Object.entries(TYPES_OF) as [Key, readonly Type[]][]) {
    if (field.spec[key] === undefined || types.includes(type)) continue;
    report.error(field, {
      path: ['spec', key],
      of: 'key',
      code: 'not-for-type',
      message: `${key}: a field of type ${type} has none`,
      hint: `It is for ${types.join(', ')}.`,
    });
  }
  for (const key of NEEDED[type] ?? []) {
    if (field.spec[key] === undefined)
      report.error(field, { path: ['spec', 'type'], code: 'missing-key', message: `${key} is missing: a field of type ${type} needs it` });
  }
  if (type === 'Checkbox' && field.spec.default !== undefined && typeof field.spec.default !== 'boolean') {
    report.error(field, { path: ['spec', 'default'], code: 'wrong-type', message: 'default: a Checkbox begins with true or false' });
  }
  if (type === 'Checkbox' && field.spec.required === true) {
    report.error(field, { path: ['spec', 'required'], code: 'not-for-type', message: 'required: a Checkbox always has a value' });
  }
}

function checkNumbers(field: Resource<CustomFieldSpec>, report: Report): void {
  const { type, length, precision = 18, scale = 0 } = field.spec;
  const bounds = LENGTHS[type];
  if (bounds !== undefined && length !== undefined && (length < bounds[0] || length > bounds[1])) {
    report.error(field, {
      path: ['spec', 'length'],
      code: 'out-of-range',
      message: `length: ${length} is not between ${bounds[0]} and ${bounds[1]}, as ${type} wants it`,
    });
  }
  if (NUMERIC.includes(type) && scale > precision) {
    report.error(field, {
      path: ['spec', 'scale'],
      code: 'out-of-range',
      message: `scale: ${scale} digits behind the point are more than ${precision} in all`,
    });
  }
}

function checkValues(field: Resource<CustomFieldSpec>, report: Report): void {
  const seen = new Set<string>();
  for (const [index, value] of (field.spec.values ?? []).entries()) {
    if (seen.has(value.toLowerCase()))
      report.error(field, { path: ['spec', 'values', index], code: 'listed-twice', message: `values: ${value} is listed twice` });
    seen.add(value.toLowerCase());
  }
}
