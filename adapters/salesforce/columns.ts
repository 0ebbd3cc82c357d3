// Columns of a query's answer, and parts of keys.
import type { FieldValue, Fields } from '../../resources/core.ts';

/** A row of a query's answer. */
export type Row = Readonly<Record<string, unknown>>;

export function firstPart(key: string): string {
  const slash = key.indexOf('/');
  return slash < 0 ? key : key.slice(0, slash);
}

export function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** A column by its path; `null` where a relationship on the way is empty. */
export function value(row: Row, ...path: readonly string[]): FieldValue {
  let here: unknown = row;
  for (const name of path) {
    if (here === null || here === undefined) return null;
    here = (here as Row)[name];
  }
  return here === undefined ? null : (here as FieldValue);
}

export function text(row: Row, ...path: readonly string[]): string {
  const found = value(row, ...path);
  return typeof found === 'string' ? found : '';
}

export function optional(row: Row, ...path: readonly string[]): string | null {
  const found = value(row, ...path);
  return typeof found === 'string' ? found : null;
}

export function values(row: Row, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, value(row, name)]));
}
