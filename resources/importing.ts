// Reading an org into declarations: what is there, what is declared already, and what of it has no words.
import { type Address, addressText, type Fields, type FieldValue, isLink, parseAddress, type Problem } from './core.ts';
import type { Resolved } from './resolved.ts';
import type { Declaration } from './write.ts';

/** A record as the CRM holds it, by natural key. */
export interface LiveRecord {
  readonly address: Address;
  readonly fields: Fields;
}

/** How a kind reads its records back. */
export interface KindImport {
  /** The records that it reads. */
  readonly types: readonly string[];
  /** Kinds that its declarations refer to. */
  readonly needs: readonly string[];
  read(importing: Importing): Iterable<Declaration>;
}

export interface Importing {
  /** Every record of the type, by key. */
  of(type: string): readonly LiveRecord[];
  /** The kind is wanted, or something that is wanted refers to it. */
  wants(kind: string): boolean;
  /** What is declared already is not written again. */
  isDeclared(address: Address): boolean;
  /** The configuration that the new declarations come beside; absent: they are all there is. */
  readonly declared: Resolved | undefined;
  /** The person may sign in. */
  isActive(username: string): boolean;
  /** Says what stays in the org without being declared, and why. */
  leaveOut(address: Address, code: string, why: string, hint?: string): void;
  /** Says what somebody has to look at. */
  note(code: string, message: string, hint?: string): void;
}

export interface ImportOptions {
  readonly kinds: ReadonlySet<string>;
  readonly declared?: Resolved | undefined;
  /** Addresses, as text, of what `declared` becomes. */
  readonly known: ReadonlySet<string>;
}

export function importingOf(live: readonly LiveRecord[], options: ImportOptions, problems: Problem[]): Importing {
  const sorted = live.toSorted((a, b) => (a.address.key < b.address.key ? -1 : 1));
  const byType = Map.groupBy(sorted, ({ address }) => address.type);
  const inactive = new Set(
    (byType.get('User') ?? []).filter(({ fields }) => fields['IsActive'] === false).map(({ address }) => address.key),
  );
  const warn = (code: string, message: string, hint?: string) =>
    void problems.push({ severity: 'warning', code, message, ...(hint !== undefined && { hint }) });
  return {
    of: (type) => byType.get(type) ?? [],
    wants: (kind) => options.kinds.has(kind),
    isDeclared: (address) => options.known.has(addressText(address)),
    declared: options.declared,
    isActive: (username) => !inactive.has(username),
    leaveOut: (address, code, why, hint) => warn(code, `${addressText(address)} is left out: ${why}`, hint),
    note: warn,
  };
}

/** What is worked out once for an import, and asked for by several kinds. */
export function once<T>(work: (importing: Importing) => T): (importing: Importing) => T {
  const known = new WeakMap<Importing, { readonly value: T }>();
  return (importing) => {
    const before = known.get(importing);
    if (before !== undefined) return before.value;
    const value = work(importing);
    known.set(importing, { value });
    return value;
  };
}

export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** The key of the record that a lookup leads to. */
export function keyOf(value: FieldValue | undefined): string | undefined {
  return isLink(value) ? parseAddress(value.link).key : undefined;
}

/** A text that is worth declaring: absent is never touched. */
export function said(fields: Fields, name: string): { readonly [key: string]: string } {
  const value = textOf(fields, name);
  return value === '' ? {} : { description: value };
}

/** `MODEL/DevName` → both; a username in front of nothing. */
export function partsOf(key: string): readonly [first: string, rest: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/** `sf_bay` → `sf-bay`: names are words joined by hyphens, and become the same DeveloperName. */
export function kebab(developerName: string): string {
  return developerName.replaceAll('_', '-');
}
