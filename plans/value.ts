// Values of fields: when two are the same, and how any JSON becomes one text, so that it can be hashed.
import { createHash } from 'node:crypto';
import { type FieldValue, type Fields, isLink } from '../resources/core.ts';

/** A CRM knows no empty text: `''`, `null` and a field that is not there are one value. */
export function sameValue(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (a === b) return true;
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isLink(a) || isLink(b)) return isLink(a) && isLink(b) && a.link === b.link;
  return a.length === b.length && a.every((element, at) => element === b[at]);
}

/** The fields of exactly these names hold exactly these values. */
export function sameFields(a: Fields, b: Fields): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && sameValue(a[name], b[name]));
}

/** The addresses (as text) that a record's fields point to, with the field that does. */
export function linksIn(fields: Fields): readonly { readonly path: string; readonly target: string }[] {
  const links: { path: string; target: string }[] = [];
  for (const path in fields) {
    const value = fields[path];
    if (isLink(value)) links.push({ path, target: value.link });
  }
  return links;
}

/** One text for one JSON value, whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null';
}

/** The same value with the keys of every object in order; the same object where they are. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const elements = value.map(sorted);
    return elements.every((element, at) => element === value[at]) ? value : elements;
  }
  const object = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(object);
  let inOrder = true;
  const members = keys.map((key, at): [string, unknown] => {
    const member = sorted(object[key]);
    if (member !== object[key] || (at > 0 && key < (keys[at - 1] ?? ''))) inOrder = false;
    return [key, member];
  });
  return inOrder ? value : Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** SHA-256 of a JSON value, in hex, cut to `length` characters. */
export function hashOf(value: unknown, length = 64): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, length);
}

function isEmpty(value: FieldValue | undefined): boolean {
  return value === undefined || value === null || value === '';
}
