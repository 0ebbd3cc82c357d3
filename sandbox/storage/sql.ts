// A piece of SQL with the values for its question marks, so that conditions are put together without losing count.
import type { Bound } from './store.ts';

export interface Sql {
  readonly text: string;
  readonly params: readonly Bound[];
}

export function sql(text: string, ...params: readonly Bound[]): Sql {
  return { text, params };
}

export function joined(parts: readonly Sql[], separator: string): Sql {
  return { text: parts.map((part) => part.text).join(separator), params: parts.flatMap((part) => part.params) };
}

/** `(a OR b OR c)`; an empty list is never true. */
export function anyOf(parts: readonly Sql[]): Sql {
  return parts.length === 0 ? sql('0') : wrapped(joined(parts, ' OR '));
}

export function allOf(parts: readonly Sql[]): Sql {
  return parts.length === 0 ? sql('1') : wrapped(joined(parts, ' AND '));
}

/** The text with another piece in the place of `{}`. */
export function around(text: string, inner: Sql): Sql {
  return { text: text.replace('{}', () => inner.text), params: inner.params };
}

function wrapped(inner: Sql): Sql {
  return { text: `(${inner.text})`, params: inner.params };
}
