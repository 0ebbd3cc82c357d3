// The rows behind one look-up. Where a look-up has asked all that they ask, their answer is worked out when they are compiled.
import { type Hit, type ParentOf, resolveHits, type TerritoryAnswer } from './resolve.ts';
import type { Row } from './row.ts';

export interface Cell {
  readonly hits: readonly Hit[];
  /** Absent: something of the rows is still to be asked. */
  readonly settled: TerritoryAnswer | undefined;
}

export function cellOf(hits: readonly Hit[], parentOf: ParentOf, isAsked: (row: Row) => boolean): Cell {
  const settled = hits.length > 0 && hits.every(({ row }) => row.band === undefined && isAsked(row));
  return { hits, settled: settled ? resolveHits(hits, parentOf) : undefined };
}

/** Things by a key that not every row names; those that name none stand behind every key. */
export interface Partition<T> {
  readonly by: ReadonlyMap<string, T>;
  /** Behind any other key. */
  readonly rest: T;
}

export function partition<T>(
  hits: readonly Hit[],
  keysOf: (row: Row) => Iterable<string> | undefined,
  make: (hits: readonly Hit[]) => T,
): Partition<T> {
  const own = new Map<string, Hit[]>();
  const rest: Hit[] = [];
  for (const hit of hits) {
    const keys = keysOf(hit.row);
    if (keys === undefined) rest.push(hit);
    else for (const key of keys) push(own, key, hit);
  }
  return { by: new Map([...own].map(([key, some]) => [key, make([...some, ...rest])])), rest: make(rest) };
}

/** Hits by each of their keys. */
export function grouped(hits: readonly Hit[], keysOf: (hit: Hit) => Iterable<string>): ReadonlyMap<string, readonly Hit[]> {
  const groups = new Map<string, Hit[]>();
  for (const hit of hits) for (const key of keysOf(hit)) push(groups, key, hit);
  return groups;
}

function push(groups: Map<string, Hit[]>, key: string, hit: Hit): void {
  const before = groups.get(key);
  if (before === undefined) groups.set(key, [hit]);
  else before.push(hit);
}
