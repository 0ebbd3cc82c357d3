// Of all rows that hold, which territory it is. The most specific row wins, a child stands for its parent, and a tie is an ambiguity,
// never a guess.
import type { PostalItem } from './postal.ts';
import { narrowest } from './postal.ts';
import { type Level, LEVELS, type Row } from './row.ts';

export interface Hit {
  readonly row: Row;
  /** At level postal: what of the row takes the code. */
  readonly item?: PostalItem | undefined;
}

/** `city`, or `city+employees` where a band took part. */
export type LevelName = Level | `${Level}+employees`;

export type TerritoryAnswer =
  | {
      readonly status: 'matched';
      readonly path: string;
      readonly level: LevelName;
      readonly candidates: readonly string[];
      readonly rows: readonly number[];
    }
  | { readonly status: 'ambiguous'; readonly level: LevelName; readonly candidates: readonly string[]; readonly rows: readonly number[] }
  | { readonly status: 'none'; readonly candidates: readonly string[]; readonly rows: readonly number[] };

/** The territory above one; nothing for a root. */
export type ParentOf = (path: string) => string | undefined;

export const NONE: TerritoryAnswer = { status: 'none', candidates: [], rows: [] };

export function resolveHits(hits: readonly Hit[], parentOf: ParentOf): TerritoryAnswer {
  const left = lowest(mostSpecific(hits), parentOf);
  const [first] = left;
  if (first === undefined) return NONE;
  const candidates = [...new Set(left.map(({ row }) => row.territory))].sort();
  const rows = [...new Set(left.map(({ row }) => row.index))].sort((a, b) => a - b);
  const { level: strongest, band } = first.row;
  const level: LevelName = band === undefined || strongest === 'employees' ? strongest : `${strongest}+employees`;
  const [path = ''] = candidates;
  return candidates.length === 1 ? { status: 'matched', path, level, candidates, rows } : { status: 'ambiguous', level, candidates, rows };
}

/** The highest level there is; in it those with a band, if any; then the narrower postal codes. */
export function mostSpecific(hits: readonly Hit[]): readonly Hit[] {
  const level = LEVELS.find((one) => hits.some(({ row }) => row.level === one));
  const same = hits.filter(({ row }) => row.level === level);
  const banded = same.filter(({ row }) => row.band !== undefined);
  return narrowest(banded.length > 0 ? banded : same);
}

/** Without territories that stand above another one of them. */
export function lowest(hits: readonly Hit[], parentOf: ParentOf): readonly Hit[] {
  if (hits.length < 2) return hits;
  const above = new Set<string>();
  for (const { row } of hits) {
    for (let path = parentOf(row.territory); path !== undefined && !above.has(path); path = parentOf(path)) above.add(path);
  }
  return hits.filter(({ row }) => !above.has(row.territory));
}
