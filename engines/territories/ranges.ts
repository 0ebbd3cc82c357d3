// Ranges of postal codes of one length as a table of segments: between two limits the ranges that take a code do not change.
import { type Cell, cellOf } from './cell.ts';
import type { Hit, ParentOf } from './resolve.ts';
import type { Row } from './row.ts';

export interface RangeTable {
  /** Ascending; a segment goes up to the next one's start. */
  readonly starts: readonly number[];
  /** Absent: no range takes the codes. */
  readonly cells: readonly (Cell | undefined)[];
}

export function rangeTable(hits: readonly Hit[], parentOf: ParentOf, isAsked: (row: Row) => boolean): RangeTable {
  const starts = [...new Set(hits.flatMap(({ item }) => (item?.kind === 'range' ? [item.low, item.high + 1] : [])))].sort((a, b) => a - b);
  const inside: Hit[][] = starts.map(() => []);
  const at = new Map(starts.map((start, index) => [start, index]));
  for (const hit of hits) {
    if (hit.item?.kind !== 'range') continue;
    const end = at.get(hit.item.high + 1) ?? 0;
    for (let index = at.get(hit.item.low) ?? end; index < end; index += 1) inside[index]?.push(hit);
  }
  return { starts, cells: inside.map((some) => (some.length === 0 ? undefined : cellOf(some, parentOf, isAsked))) };
}

export function inRanges({ starts, cells }: RangeTable, code: number): Cell | undefined {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= code) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : cells[low - 1];
}
