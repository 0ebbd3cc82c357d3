// Postal codes in match rows: one code, a range of codes of one length, a beginning.
import { postalKey } from '../places/city.ts';

export type PostalItem =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'range'; readonly length: number; readonly low: number; readonly high: number }
  | { readonly kind: 'prefix'; readonly prefix: string };

/** As the kind's schema has accepted it. */
export function postalItem(written: string): PostalItem {
  const range = /^\s*(\d+)\s*-\s*(\d+)\s*$/.exec(written);
  const [low, high] = [range?.[1] ?? '', range?.[2] ?? ''];
  if (range !== null && low.length === high.length && low <= high) {
    return { kind: 'range', length: low.length, low: Number(low), high: Number(high) };
  }
  const trimmed = written.trim();
  if (!trimmed.endsWith('*')) return { kind: 'code', code: postalKey(written) };
  return {
    kind: 'prefix',
    prefix: trimmed
      .slice(0, -1)
      .toUpperCase()
      .replace(/[\s-]+/g, ''),
  };
}

/** `code` in its compared form. */
export function hasPostal(item: PostalItem, code: string): boolean {
  switch (item.kind) {
    case 'code':
      return item.code === code;
    case 'prefix':
      return code.startsWith(item.prefix);
    case 'range': {
      if (code.length !== item.length || !/^\d+$/.test(code)) return false;
      const number = Number(code);
      return number >= item.low && number <= item.high;
    }
    default:
      return item satisfies never;
  }
}

/** Of several that take a code the narrower ones: a single code, else the narrowest range beside the longest beginning. */
export function narrowest<T extends { readonly item?: PostalItem | undefined }>(hits: readonly T[]): readonly T[] {
  if (hits.some(({ item }) => item?.kind === 'code')) return hits.filter(({ item }) => item?.kind === 'code');
  let width = Infinity;
  let length = -1;
  for (const { item } of hits) {
    if (item?.kind === 'range') width = Math.min(width, item.high - item.low);
    else if (item?.kind === 'prefix') length = Math.max(length, item.prefix.length);
  }
  return hits.filter(({ item }) =>
    item?.kind === 'range' ? item.high - item.low === width : item?.kind === 'prefix' ? item.prefix.length === length : true,
  );
}
