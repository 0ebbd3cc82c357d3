// What a field is, and short words to write one down: `text('Name', 255, required)` reads as the object reference does.

export type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'email'
  | 'phone'
  | 'url'
  | 'combobox'
  | 'picklist'
  | 'multipicklist'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'reference'
  | 'complexvalue';

/** What becomes of a row when the row that it refers to is deleted. */
export type OnDelete = 'cascade' | 'restrict' | 'clear';

export interface PicklistValue {
  readonly value: string;
  readonly label: string;
}

/** As it lies in the database: booleans are 0 and 1, datetimes milliseconds, everything textual a string. */
export type Cell = string | number | null;
export type Row = Record<string, Cell>;

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly nillable: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  /** Filled in when it is left out on create. */
  readonly defaulted: boolean;
  readonly defaultCell: Cell;
  readonly values: readonly PicklistValue[];
  readonly restricted: boolean;
  readonly refersTo: readonly string[];
  /** From a row to what it refers to: `Owner` for `OwnerId`. */
  readonly relationship: string | null;
  /** From what is referred to, back: `Contacts` for `Contact.AccountId`. */
  readonly children: string | null;
  readonly onDelete: OnDelete;
  readonly unique: boolean;
  readonly externalId: boolean;
  readonly idLookup: boolean;
  readonly caseSensitive: boolean;
  readonly filterable: boolean;
  readonly custom: boolean;
  /** No field-level security: visible to all (standard fields, and custom ones that are required). */
  readonly open: boolean;
}

export type FieldSpec = { readonly [Key in keyof Field]?: Field[Key] };
type FieldTrait = FieldSpec;

const PLAIN: Omit<Field, 'name' | 'label' | 'type'> = {
  length: 0,
  precision: 0,
  scale: 0,
  nillable: true,
  createable: true,
  updateable: true,
  defaulted: false,
  defaultCell: null,
  values: [],
  restricted: false,
  refersTo: [],
  relationship: null,
  children: null,
  onDelete: 'clear',
  unique: false,
  externalId: false,
  idLookup: false,
  caseSensitive: false,
  filterable: true,
  custom: false,
  open: true,
};

export function field(name: string, type: FieldType, ...traits: readonly FieldTrait[]): Field {
  return Object.assign({ ...PLAIN, name, label: labelOf(name), type }, ...traits);
}

// ---- traits ----

export const required: FieldTrait = { nillable: false };
export const readOnly: FieldTrait = { createable: false, updateable: false };
export const createOnly: FieldTrait = { updateable: false };
export const updateOnly: FieldTrait = { createable: false };
export const lookupKey: FieldTrait = { idLookup: true };
export const restricted: FieldTrait = { restricted: true };

export function defaultsTo(cell: Cell): FieldTrait {
  return { defaulted: true, defaultCell: cell };
}

// ---- fields by type ----

export const text = (name: string, length: number, ...traits: FieldTrait[]) => field(name, 'string', { length }, ...traits);
export const email = (name: string, ...traits: FieldTrait[]) => field(name, 'email', { length: 80 }, ...traits);
export const phone = (name: string, ...traits: FieldTrait[]) => field(name, 'phone', { length: 40 }, ...traits);
export const url = (name: string, ...traits: FieldTrait[]) => field(name, 'url', { length: 255 }, ...traits);
export const flag = (name: string, ...traits: FieldTrait[]) => field(name, 'boolean', required, defaultsTo(0), ...traits);
export const integer = (name: string, ...traits: FieldTrait[]) => field(name, 'int', { precision: 9 }, ...traits);
export const money = (name: string, ...traits: FieldTrait[]) => field(name, 'currency', { precision: 18, scale: 2 }, ...traits);
export const percent = (name: string, ...traits: FieldTrait[]) => field(name, 'percent', { precision: 3, scale: 0 }, ...traits);
export const day = (name: string, ...traits: FieldTrait[]) => field(name, 'date', ...traits);
export const moment = (name: string, ...traits: FieldTrait[]) => field(name, 'datetime', ...traits);

/** Text over several lines; beyond 255 characters it can be read but not filtered. */
export function longText(name: string, length: number, ...traits: FieldTrait[]): Field {
  return field(name, 'textarea', { length, filterable: length <= 255 }, ...traits);
}

export function picklist(name: string, values: readonly string[], ...traits: FieldTrait[]): Field {
  return field(name, 'picklist', { length: 255, values: values.map((value) => ({ value, label: value })) }, ...traits);
}

export function combobox(name: string, length: number, values: readonly string[], ...traits: FieldTrait[]): Field {
  return field(name, 'combobox', { length, values: values.map((value) => ({ value, label: value })) }, ...traits);
}

/** A lookup. Its way up is named by the field without `Id`, its way back by `children`. */
export function lookup(name: string, to: string | readonly string[], ...traits: FieldTrait[]): Field {
  return field(
    name,
    'reference',
    { length: 18, refersTo: typeof to === 'string' ? [to] : to, relationship: name.replace(/Id$/, ''), label: labelOf(name) },
    ...traits,
  );
}

export function backAs(children: string, onDelete: OnDelete = 'clear'): FieldTrait {
  return { children, onDelete };
}

/** `NumberOfEmployees` → `Number Of Employees`; lookups keep the `ID` that Salesforce's messages show. */
export function labelOf(name: string): string {
  return name
    .replace(/__c$/, '')
    .replaceAll('_', ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/\bId$/, 'ID');
}

export function isTextual(type: FieldType): boolean {
  return ['string', 'textarea', 'email', 'phone', 'url', 'combobox', 'picklist', 'multipicklist', 'complexvalue'].includes(type);
}

export function isNumeric(type: FieldType): boolean {
  return ['int', 'double', 'currency', 'percent'].includes(type);
}
