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
  const asked: Asked = { territories, place, seen: undefined };
  return (
    namedAnswer(asked, place) ??
    placedAnswer(asked, byCode(territories.countries.by, place.country) ?? territories.countries.rest, place) ??
    NONE
  );
}

/** Every row that holds, for explanations: whatever its level. */
export function allHits(territories: Territories, place: Place): readonly Hit[] {
  const seen = compared(place, territories.normalName);
  const index = byCode(territories.countries.by, place.country) ?? territories.countries.rest;
  const inCity = index.cities.get(seen.city);
  const cells = [
    territories.domains.get(seen.domain),
    territories.names.get(seen.name),
    seen.postal === '' ? undefined : postalCell(index, seen.postal),
    inCity === undefined ? undefined : (inCity.by.get(seen.state) ?? inCity.rest),
    index.states.get(seen.state),
    index.country,
    index.bands,
  ];
  return cells.flatMap((cell) => (cell?.hits ?? []).filter(({ row }) => holds(row, seen)));
}

interface Asked {
  readonly territories: Territories;
  readonly place: Place;
  /** Made when a row asks for more than the look-up did. */
  seen: Compared | undefined;
}

function namedAnswer(asked: Asked, { domain, name }: Place): TerritoryAnswer | undefined {
  const { domains, names, normalName } = asked.territories;
  const byDomain = domains.size > 0 && typeof domain === 'string' ? domains.get(domain) : undefined;
  const byName = names.size > 0 && typeof name === 'string' ? names.get(normalName(name)) : undefined;
  const cell = both(byDomain, byName);
  if (cell !== undefined && cell.settled === undefined) asked.seen = compared(asked.place, normalName);
  return answerOf(asked, cell);
}

/** From the strongest level down. */
function placedAnswer(asked: Asked, index: CountryIndex, { state, city, postal }: Place): TerritoryAnswer | undefined {
  const code = index.hasPostal ? postalOf(postal) : '';
  const byPostal = code === '' ? undefined : answerOf(asked, postalCell(index, code));
  if (byPostal !== undefined) return byPostal;
  const inCity = index.cities.size > 0 ? index.cities.get(cityOf(city)) : undefined;
  const byCity = inCity === undefined ? undefined : answerOf(asked, byCode(inCity.by, state) ?? inCity.rest);
  return byCity ?? answerOf(asked, byCode(index.states, state)) ?? answerOf(asked, index.country) ?? answerOf(asked, index.bands);
}

/** What the rows behind a look-up say; nothing where none of them holds. */
function answerOf(asked: Asked, cell: Cell | undefined): TerritoryAnswer | undefined {
  if (cell === undefined || cell.settled !== undefined || cell.hits.length === 0) return cell?.settled;
  asked.seen ??= compared(asked.place, unnamed);
  const left: Hit[] = [];
  for (const hit of cell.hits) if (holds(hit.row, asked.seen)) left.push(hit);
  return left.length === 0 ? undefined : resolveHits(left, asked.territories.parentOf);
}

/** Rows that name nobody do not ask for the name, and its normal form costs more than all the rest. */
function unnamed(): string {
  return '';
}

/** Most codes are written as they are compared. */
function byCode<T>(cells: ReadonlyMap<string, T>, code: unknown): T | undefined {
  return typeof code === 'string' ? (cells.get(code) ?? cells.get(codeOf(code))) : undefined;
}
