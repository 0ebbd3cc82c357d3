// What of a given record is not read: fields that no FieldMap names, and values that can not be what their field is. Such a value is
// missing to rules and models, as the language says; here it is named, so that a slip is not taken for a record that has nothing.
import { exactNumber, isMissing } from '../resources/conditions/text.ts';
import { instantOf } from '../resources/conditions/dates.ts';
import type { FieldMapSpec } from '../resources/field-map/schema.ts';
import { nearest } from '../resources/suggest.ts';

export interface Unread {
  /** `record.employee_count`. */
  readonly path: string;
  readonly message: string;
}

type Sort = 'number' | 'truth' | 'date' | 'text';

/** Of Salesforce's own fields, those that hold no text. */
const STANDARD: Readonly<Record<string, Sort>> = {
  NumberOfEmployees: 'number',
  AnnualRevenue: 'number',
  Amount: 'number',
  Probability: 'number',
  ExpectedRevenue: 'number',
  HasOptedOutOfEmail: 'truth',
  HasOptedOutOfFax: 'truth',
  DoNotCall: 'truth',
  IsConverted: 'truth',
  IsClosed: 'truth',
  IsWon: 'truth',
  CloseDate: 'date',
  CreatedDate: 'date',
  LastModifiedDate: 'date',
  LastActivityDate: 'date',
};

/** Of a custom field, whose sort a FieldMap does not tell, the product's name is asked. */
const NAMED: readonly (readonly [RegExp, Sort])[] = [
  [/(?:_at|_date)$/, 'date'],
  [/_count$/, 'number'],
];

/** What a record has beside the fields of its FieldMap, and nobody needs to be told of. */
const BESIDE: ReadonlySet<string> = new Set(['Id', 'id', 'Name', 'name', 'attributes']);
const MOST = 20;
const MOST_LETTERS = 100;

export function unreadOf(object: string, map: FieldMapSpec['fields'], record: Readonly<Record<string, unknown>>): readonly Unread[] {
  const names = new Map(Object.keys(map).map((name) => [name, name]));
  for (const [name, field] of Object.entries(map)) if (!names.has(orgs(field))) names.set(orgs(field), name);
  const found: Unread[] = [];
  let more = 0;
  for (const [given, value] of Object.entries(record)) {
    const name = names.get(given);
    const fault = name === undefined ? (BESIDE.has(given) ? undefined : 'unknown') : faultOf(sortOf(given, name, map), value);
    if (fault === undefined) continue;
    // Looking for what was meant takes a while: a record of a hundred thousand fields is told in the gross.
    if (found.length < MOST)
      found.push({ path: `record.${cut(given)}`, message: name === undefined ? unknown(object, given, names) : fault });
    else more += 1;
  }
  return more === 0 ? found : [...found, { path: 'record', message: `${more} more fields are not read` }];
}

function unknown(object: string, given: string, names: ReadonlyMap<string, string>): string {
  const near = given.length > MOST_LETTERS ? undefined : nearest(given, names.keys());
  return `the FieldMap of ${object} names no such field${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

function sortOf(given: string, name: string, map: FieldMapSpec['fields']): Sort | undefined {
  const field = map[name];
  // Given by the product's name it is said to be true or not; by the org's it is one of the values that make it so.
  if (typeof field === 'object') return given === name ? 'truth' : undefined;
  const known = STANDARD[field ?? ''];
  if (known !== undefined) return known;
  return field?.endsWith('__c') === true ? NAMED.find(([ending]) => ending.test(name))?.[1] : 'text';
}

function faultOf(sort: Sort | undefined, value: unknown): string | undefined {
  if (sort === undefined || isMissing(value)) return undefined;
  switch (sort) {
    case 'number':
      return exactNumber(value) === undefined ? 'a number is wanted, like 40 or "1,200": it counts as missing' : undefined;
    case 'truth':
      return /^\s*(?:true|false)\s*$/i.test(String(value)) ? undefined : 'true or false is wanted: it counts as false';
    case 'date':
      return instantOf(value) === undefined ? 'a date is wanted, like 2026-11-21 or 2026-11-21T09:00:00Z: it counts as missing' : undefined;
    case 'text':
      return typeof value === 'string' || typeof value === 'number' ? undefined : 'a text is wanted: not every rule can read it';
    default:
      return sort satisfies never;
  }
}

function orgs(field: FieldMapSpec['fields'][string]): string {
  return typeof field === 'string' ? field : field.field;
}

function cut(name: string): string {
  return name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS)}…` : name;
}
