// Which territory a record falls into. Rows are put where a place leads to: by country, and in a country by postal code, city and state,
// so that an account costs a few look-ups whatever the number of territories.
import type { MatchRow } from '../../resources/territory-match/schema.ts';
import { normalName as defaultNormalName } from '../matching/names.ts';
import { type Cell, cellOf, grouped, type Partition, partition } from './cell.ts';
import { both, type CountryIndex, countryIndex, postalCell } from './country-index.ts';
import { cityOf, codeOf, type Place, postalOf } from './place.ts';
import { type Hit, NONE, type ParentOf, resolveHits, type TerritoryAnswer } from './resolve.ts';
import { type Compared, compared, compileRow, holds, type NormalName, type Row } from './row.ts';

export interface Territories {
  readonly rows: readonly Row[];
  readonly parentOf: ParentOf;
  readonly normalName: NormalName;
  readonly domains: ReadonlyMap<string, Cell>;
  readonly names: ReadonlyMap<string, Cell>;
  readonly countries: Partition<CountryIndex>;
}

export interface TerritoryOptions {
  /** The tree of territories, as declared. */
  readonly parentOf: ParentOf;
  /** What makes two names of companies one. Default: without edits by a match policy. */
  readonly normalName?: NormalName;
}

export function compileTerritories(
  declared: readonly MatchRow[],
  { parentOf, normalName = (name) => defaultNormalName(name) }: TerritoryOptions,
): Territories {
  const rows = declared.map((row, index) => compileRow(row, index, normalName));
  const named = rows.filter(({ level }) => level === 'named').map((row): Hit => ({ row }));
  const placed = rows.filter(({ level }) => level !== 'named').map((row): Hit => ({ row }));
  const isNameAlone = ({ countries, states, cities, postal }: Row) => (countries ?? states ?? cities ?? postal) === undefined;
  const cells = (groups: ReadonlyMap<string, readonly Hit[]>) =>
    new Map([...groups].map(([key, hits]) => [key, cellOf(hits, parentOf, isNameAlone)]));
  return {
    rows,
    parentOf,
    normalName,
    domains: cells(grouped(named, ({ row }) => row.domains)),
    names: cells(grouped(named, ({ row }) => row.names)),
    countries: partition(
      placed,
      ({ countries }) => countries,
      (hits) => countryIndex(hits, parentOf),
    ),
  };
}

/** The territory of a place; `ambiguous` where several are left, and `none` where no row holds. Never throws. */
export function territoryOf(territories: Territories, place: Place): TerritoryAnswer {
  // Made when a row asks for more than the look-up did.
  let details: Compared | undefined;
  const answerOf = (cell: Cell): TerritoryAnswer | undefined => {
    if (cell.settled !== undefined) return cell.settled;
    details ??= compared(place, territories.normalName);
    const left = cell.hits.filter(({ row }) => holds(row, details as Compared));
    return left.length === 0 ? undefined : resolveHits(left, territories.parentOf);
  };
  const named = namedCell(territories, place);
  const byName = named === undefined ? undefined : answerOf(named);
  if (byName !== undefined) return byName;
  for (const cell of cellsOf(territories.countries, place)) {
    const found = answerOf(cell);
    if (found !== undefined) return found;
  }
  return NONE;
}

function namedCell({ domains, names, normalName }: Territories, { domain, name }: Place): Cell | undefined {
  const byDomain = domains.size > 0 && typeof domain === 'string' ? domains.get(domain) : undefined;
  const byName = names.size > 0 && typeof name === 'string' ? names.get(normalName(name)) : undefined;
  return both(byDomain, byName);
}

/** From the strongest level down. */
function* cellsOf({ by, rest }: Partition<CountryIndex>, place: Place): Generator<Cell> {
  const index = by.get(codeOf(place.country)) ?? rest;
  if (index.hasPostal) {
    const cell = postalCell(index, postalOf(place.postal));
    if (cell !== undefined) yield cell;
  }
  const state = codeOf(place.state);
  if (index.cities.size > 0) {
    const city = index.cities.get(cityOf(place.city));
    if (city !== undefined) yield city.by.get(state) ?? city.rest;
  }
  const ofState = index.states.get(state);
  if (ofState !== undefined) yield ofState;
  yield index.country;
  yield index.bands;
}
