// Where the rows of one country are found: by postal code, by city and state, by state, by the country alone.
import { type Cell, cellOf, grouped, type Partition, partition } from './cell.ts';
import { inRanges, type RangeTable, rangeTable } from './ranges.ts';
import type { Hit, ParentOf } from './resolve.ts';
import type { Level, Row } from './row.ts';

export interface CountryIndex {
  /** By the length of the codes. */
  readonly ranges: readonly (RangeTable | undefined)[];
  readonly codes: ReadonlyMap<string, Cell>;
  readonly prefixes: ReadonlyMap<string, Cell>;
  readonly prefixLengths: readonly number[];
  readonly hasPostal: boolean;
  /** By city, then by state. */
  readonly cities: ReadonlyMap<string, Partition<Cell>>;
  readonly states: ReadonlyMap<string, Cell>;
  readonly country: Cell;
  readonly bands: Cell;
}

/** `rows`: those that name the country, and those that name none. */
export function countryIndex(rows: readonly Hit[], parentOf: ParentOf): CountryIndex {
  const at = (level: Level) => rows.filter(({ row }) => row.level === level);
  const cell = (hits: readonly Hit[], isAsked: (row: Row) => boolean = () => true) => cellOf(hits, parentOf, isAsked);
  const cells = (groups: ReadonlyMap<string, readonly Hit[]>, isAsked?: (row: Row) => boolean) =>
    new Map([...groups].map(([key, hits]) => [key, cell(hits, isAsked)]));

  const postal = at('postal').flatMap(({ row }) => (row.postal ?? []).map((item): Hit => ({ row, item })));
  const isCodeAlone = ({ states, cities }: Row) => states === undefined && cities === undefined;
  const ranges: (RangeTable | undefined)[] = [];
  for (const [length, hits] of Map.groupBy(postal, ({ item }) => (item?.kind === 'range' ? item.length : 0))) {
    if (length > 0) ranges[length] = rangeTable(hits, parentOf, isCodeAlone);
  }
  const prefixes = cells(
    grouped(postal, ({ item }) => (item?.kind === 'prefix' ? [item.prefix] : [])),
    isCodeAlone,
  );
  return {
    ranges,
    codes: cells(
      grouped(postal, ({ item }) => (item?.kind === 'code' ? [item.code] : [])),
      isCodeAlone,
    ),
    prefixes,
    prefixLengths: [...new Set([...prefixes.keys()].map(({ length }) => length))],
    hasPostal: postal.length > 0,
    cities: new Map(
      [...grouped(at('city'), ({ row }) => row.cities ?? [])].map(([city, hits]) => [
        city,
        partition(
          hits,
          ({ states }) => states,
          (some) => cell(some),
        ),
      ]),
    ),
    states: cells(grouped(at('state'), ({ row }) => row.states ?? [])),
    country: cell(at('country')),
    bands: cell(at('employees')),
  };
}

/** What takes a postal code: one cell, or of several all their rows, still to be asked. */
export function postalCell(index: CountryIndex, code: string): Cell | undefined {
  const table = index.ranges[code.length];
  let found = table !== undefined && DIGITS.test(code) ? inRanges(table, Number(code)) : undefined;
  if (index.codes.size > 0) found = both(found, index.codes.get(code));
  for (const length of index.prefixLengths) {
    if (length <= code.length) found = both(found, index.prefixes.get(code.slice(0, length)));
  }
  return found;
}

const DIGITS = /^\d+$/;

export function both(a: Cell | undefined, b: Cell | undefined): Cell | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { hits: [...a.hits, ...b.hits], settled: undefined };
}
