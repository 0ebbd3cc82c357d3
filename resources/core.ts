// The words that every room shares. Bad input is data (`Problem`), never an exception.

/** Names a declared resource: `Territory/ams/west` is kind `Territory`, name `ams/west`. */
export interface Ref {
  readonly kind: string;
  readonly name: string;
}

/** Where something is written. `path` is relative to the configuration's root, with `/`; line and column count from 1. */
export interface Origin {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export type Severity = 'error' | 'warning';

/** Something wrong with what was written: what, where, and how to mend it. */
export interface Problem {
  readonly severity: Severity;
  /** Stable, kebab-case: what programs branch on. */
  readonly code: string;
  readonly message: string;
  readonly ref?: Ref;
  readonly at?: Origin;
  /** The remedy, as a sentence: `Did you mean "Area"?` */
  readonly hint?: string;
}

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** A record in the CRM by natural key, never by id: `{type: 'Territory2', key: 'FY27/ams_west_norcal'}`. */
export interface Address {
  readonly type: string;
  readonly key: string;
}

/** A lookup to another record, by its address as text (`Territory2/FY27/ams_west`). Frozen JSON, so that plans can hold it. */
export interface Link {
  readonly link: string;
}

export type Scalar = string | number | boolean | null;
/** A list stands for a set of values whose order counts (picklist values, say). */
export type FieldValue = Scalar | readonly Scalar[] | Link;
/** Fields of a record by API name. Absent: not declared, never touched. `null`: declared empty. */
export type Fields = Readonly<Record<string, FieldValue>>;

export function refText(ref: Ref): string {
  return `${ref.kind}/${ref.name}`;
}

/** `Territory/ams/west` → kind and name; nothing where there is no kind or no name. */
export function parseRef(text: string): Ref | undefined {
  const slash = text.indexOf('/');
  if (slash <= 0 || slash === text.length - 1) return undefined;
  return { kind: text.slice(0, slash), name: text.slice(slash + 1) };
}

export function addressText(address: Address): string {
  return `${address.type}/${address.key}`;
}

/** The address behind a text that `addressText` made: a type has no slash, a key may have several. */
export function parseAddress(text: string): Address {
  const slash = text.indexOf('/');
  return { type: text.slice(0, slash), key: text.slice(slash + 1) };
}

export function isLink(value: unknown): value is Link {
  return typeof value === 'object' && value !== null && 'link' in value;
}

export function linkTo(type: string, key: string): Link {
  return { link: `${type}/${key}` };
}

export function originText(origin: Origin): string {
  return `${origin.path}:${origin.line}:${origin.column}`;
}
