// Custom fields: from the metadata that clients send (`{type: "Number", label, precision, scale}`) to a field of the schema.
import { refuseRow } from '../refusal.ts';
import { type Cell, type Field, type FieldType, field, labelOf } from './field.ts';
import { plainText } from '../text.ts';

export type Metadata = Readonly<Record<string, unknown>>;

/** What each metadata type becomes, and which of its attributes have to be there. */
const TYPES: Readonly<Record<string, { readonly type: FieldType; readonly needs: readonly string[]; readonly most?: number }>> = {
  Text: { type: 'string', needs: ['length'], most: 255 },
  TextArea: { type: 'textarea', needs: [] },
  LongTextArea: { type: 'textarea', needs: ['length', 'visibleLines'], most: 131_072 },
  Html: { type: 'textarea', needs: ['length', 'visibleLines'], most: 131_072 },
  Number: { type: 'double', needs: ['precision', 'scale'] },
  Currency: { type: 'currency', needs: ['precision', 'scale'] },
  Percent: { type: 'percent', needs: ['precision', 'scale'] },
  Checkbox: { type: 'boolean', needs: ['defaultValue'] },
  Date: { type: 'date', needs: [] },
  DateTime: { type: 'datetime', needs: [] },
  Email: { type: 'email', needs: [] },
  Phone: { type: 'phone', needs: [] },
  Url: { type: 'url', needs: [] },
  Picklist: { type: 'picklist', needs: ['valueSet'] },
  MultiselectPicklist: { type: 'multipicklist', needs: ['valueSet', 'visibleLines'] },
  Lookup: { type: 'reference', needs: ['referenceTo', 'relationshipName'] },
};
const LENGTHS: Readonly<Partial<Record<string, number>>> = {
  TextArea: 255,
  Email: 80,
  Phone: 40,
  Url: 255,
  Picklist: 255,
  MultiselectPicklist: 4099,
  Lookup: 18,
};
const KEYABLE = ['Text', 'Number', 'Email'];
const LONGEST_NAME = 40;

/** `Lead.Score__c` in its parts; a refusal where it is no name for a field. */
export function splitFullName(fullName: unknown): { readonly object: string; readonly name: string } {
  const [object = '', name = '', ...more] = typeof fullName === 'string' ? fullName.split('.') : [];
  const bare = /^([A-Za-z](?:_?[A-Za-z0-9])*)__c$/.exec(name)?.[1];
  if (bare === undefined || more.length > 0 || object === '') {
    return invalid(
      `The Name field can only contain underscores and alphanumeric characters, begins with a letter and ends in __c: ${String(fullName)}`,
      'FullName',
    );
  }
  if (bare.length > LONGEST_NAME) invalid(`The Name field is longer than ${LONGEST_NAME} characters: ${bare}`, 'FullName');
  return { object, name };
}

/** The field that the metadata describes. `knows` tells objects that a lookup may lead to. */
export function fieldOfMetadata(name: string, metadata: Metadata, knows: (object: string) => boolean): Field {
  const kind = String(metadata['type']);
  const known = TYPES[kind];
  if (!known)
    return invalid(
      `a field of type ${kind} is not served by this double of Salesforce: ${Object.keys(TYPES).join(', ')} are`,
      'Metadata.type',
    );
  if (typeof metadata['label'] !== 'string' || metadata['label'].trim() === '')
    invalid('Required fields are missing: [label]', 'Metadata.label');
  const lacking = known.needs
    .filter((need) => metadata[need] === undefined || metadata[need] === null)
    .filter((need) => need !== 'visibleLines' && need !== 'defaultValue');
  if (lacking.length > 0) invalid(`Required fields are missing: [${lacking.join(', ')}]`, `Metadata.${lacking[0]}`);
  const keyed = flagged(metadata, 'unique') || flagged(metadata, 'externalId');
  if (keyed && !KEYABLE.includes(kind)) invalid(`a field of type ${kind} can not be unique or an external id`, 'Metadata.externalId');
  const mandatory = flagged(metadata, 'required');
  return field(name, known.type, {
    label: metadata['label'].trim(),
    length: lengthOf(kind, known.most, metadata),
    ...digitsOf(known.type, metadata),
    ...valuesOf(known.type, metadata),
    ...lookupOf(known.type, metadata, knows),
    ...defaultOf(known.type, metadata),
    nillable: known.type === 'boolean' ? false : !mandatory,
    unique: flagged(metadata, 'unique'),
    externalId: flagged(metadata, 'externalId'),
    caseSensitive: flagged(metadata, 'caseSensitive'),
    filterable: !(kind === 'LongTextArea' || kind === 'Html'),
    custom: true,
    open: mandatory,
  });
}

function invalid(message: string, at: string): never {
  return refuseRow('FIELD_INTEGRITY_EXCEPTION', message, [at]);
}

function flagged(metadata: Metadata, name: string): boolean {
  return metadata[name] === true || metadata[name] === 'true';
}

function lengthOf(kind: string, most: number | undefined, metadata: Metadata): number {
  const fixed = LENGTHS[kind];
  if (fixed !== undefined) return fixed;
  if (most === undefined) return 0;
  const length = Number(metadata['length']);
  return Number.isInteger(length) && length >= 1 && length <= most
    ? length
    : invalid(`length: 1 to ${most} is allowed, not ${String(metadata['length'])}`, 'Metadata.length');
}

function digitsOf(type: FieldType, metadata: Metadata): { precision?: number; scale?: number } {
  if (type !== 'double' && type !== 'currency' && type !== 'percent') return {};
  const [precision, scale] = [Number(metadata['precision']), Number(metadata['scale'])];
  const fits =
    Number.isInteger(precision) && Number.isInteger(scale) && precision >= 1 && precision <= 18 && scale >= 0 && scale <= precision;
  return fits ? { precision, scale } : invalid('precision: 1 to 18 is allowed, scale: 0 to precision', 'Metadata.precision');
}

function valuesOf(
  type: FieldType,
  metadata: Metadata,
): { values?: Field['values']; restricted?: boolean; defaulted?: boolean; defaultCell?: Cell } {
  if (type !== 'picklist' && type !== 'multipicklist') return {};
  const set = metadata['valueSet'] as { restricted?: unknown; valueSetDefinition?: { value?: unknown } } | undefined;
  const listed = set?.valueSetDefinition?.value;
  if (!Array.isArray(listed) || listed.length === 0)
    return invalid('valueSet.valueSetDefinition.value: a list of values is required', 'Metadata.valueSet');
  const values = (listed as Record<string, unknown>[]).map((entry) => {
    const name = plainText(entry['fullName'] ?? entry['valueName']);
    return { value: name, label: plainText(entry['label'] ?? name), standard: entry['default'] === true };
  });
  if (values.some(({ value }) => value === '')) invalid('a value of a picklist has a fullName', 'Metadata.valueSet');
  const preset = values.find(({ standard }) => standard);
  return {
    values: values.map(({ value, label }) => ({ value, label })),
    restricted: set?.restricted === true,
    ...(preset && { defaulted: true, defaultCell: preset.value }),
  };
}

function lookupOf(type: FieldType, metadata: Metadata, knows: (object: string) => boolean): Partial<Field> {
  if (type !== 'reference') return {};
  const target = String(metadata['referenceTo']);
  if (!knows(target)) invalid(`referenceTo: there is no object ${target}`, 'Metadata.referenceTo');
  const constraint = plainText(metadata['deleteConstraint']);
  return {
    refersTo: [target],
    relationship: String(metadata['fullName'] ?? metadata['relationshipName']).replace(/__c$/, '') + '__r',
    children: `${String(metadata['relationshipName'])}__r`,
    onDelete: constraint === 'Cascade' ? 'cascade' : constraint === 'Restrict' ? 'restrict' : 'clear',
  };
}

function defaultOf(type: FieldType, metadata: Metadata): { defaulted?: boolean; defaultCell?: Cell } {
  if (type !== 'boolean') return {};
  return { defaulted: true, defaultCell: metadata['defaultValue'] === true || metadata['defaultValue'] === 'true' ? 1 : 0 };
}

/** As the Tooling API gives it back: what was sent, over what is assumed. */
export function completeMetadata(name: string, metadata: Metadata): Metadata {
  return {
    label: labelOf(name),
    required: false,
    unique: false,
    externalId: false,
    trackHistory: false,
    description: null,
    inlineHelpText: null,
    ...metadata,
  };
}
