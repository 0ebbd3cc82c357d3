// A match row, ready to be compared. Everything in it must hold; its strongest criterion is its level.
import type { MatchRow } from '../../resources/territory-match/schema.ts';
import { registrableDomain } from '../matching/domains.ts';
import { cityKey } from '../places/city.ts';
import { stateCode } from '../places/states.ts';
import { type PostalItem, hasPostal, postalItem } from './postal.ts';
import { cityOf, codeOf, countOf, type Place, postalOf } from './place.ts';

/** From the strongest. */
export const LEVELS = ['named', 'postal', 'city', 'state', 'country', 'employees'] as const;
export type Level = (typeof LEVELS)[number];

export interface Row {
  /** Its place among the rows that were compiled. */
  readonly index: number;
  readonly territory: string;
  readonly level: Level;
  /** Absent: any. */
  readonly countries: ReadonlySet<string> | undefined;
  readonly states: ReadonlySet<string> | undefined;
  readonly cities: ReadonlySet<string> | undefined;
  readonly postal: readonly PostalItem[] | undefined;
  readonly band: { readonly min: number; readonly max: number } | undefined;
  readonly domains: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
}

export type NormalName = (name: string) => string;

export function compileRow(row: MatchRow, index: number, normalName: NormalName): Row {
  const countries = many(row.country)?.map(codeOf);
  const named = many(row.accounts) ?? [];
  const { employees } = row;
  return {
    index,
    territory: row.territory,
    level: levelOf(row),
    countries: setOf(countries),
    states: setOf(many(row.state)?.flatMap((state) => stateForms(state, countries ?? []))),
    cities: setOf(many(row.city)?.map(cityKey).filter(isSaid)),
    postal: many(row.postal)?.map(postalItem),
    band: employees === undefined ? undefined : { min: employees.min ?? 0, max: employees.max ?? Infinity },
    domains: new Set(named.filter(isDomain).map((domain) => registrableDomain(domain) ?? domain.toLowerCase())),
    names: new Set(
      named
        .filter((name) => !isDomain(name))
        .map(normalName)
        .filter(isSaid),
    ),
  };
}

/** A place as rows see it, with the forms in which things are compared. */
export interface Compared {
  readonly country: string;
  readonly state: string;
  readonly city: string;
  readonly postal: string;
  readonly employees: number | undefined;
  readonly domain: string;
  readonly name: string;
}

export function compared(place: Place, normalName: NormalName): Compared {
  return {
    country: codeOf(place.country),
    state: codeOf(place.state),
    city: cityOf(place.city),
    postal: postalOf(place.postal),
    employees: countOf(place.employees),
    domain: typeof place.domain === 'string' ? place.domain : '',
    name: typeof place.name === 'string' ? normalName(place.name) : '',
  };
}

/** What of a row is looked at beside the criterion by which it was found, or for the first time. */
export function holds(row: Row, place: Compared): boolean {
  if (row.countries !== undefined && !row.countries.has(place.country)) return false;
  if (row.states !== undefined && !row.states.has(place.state)) return false;
  if (row.cities !== undefined && !row.cities.has(place.city)) return false;
  if (row.postal !== undefined && !row.postal.some((item) => hasPostal(item, place.postal))) return false;
  if (row.level === 'named' && !row.domains.has(place.domain) && !row.names.has(place.name)) return false;
  return isInBand(row, place.employees);
}

function isInBand({ band }: Row, employees: number | undefined): boolean {
  return band === undefined || (employees !== undefined && employees >= band.min && employees <= band.max);
}

function levelOf(row: MatchRow): Level {
  if (row.accounts !== undefined) return 'named';
  if (row.postal !== undefined) return 'postal';
  if (row.city !== undefined) return 'city';
  if (row.state !== undefined) return 'state';
  return row.country === undefined ? 'employees' : 'country';
}

/** The code; for a name that was written out, also the code that facts have. */
function stateForms(state: string, countries: readonly string[]): readonly string[] {
  const own = codeOf(state);
  if (own.length <= 3) return [own];
  return [own, ...countries.flatMap((country) => stateCode(state, country) ?? [])];
}

/** A name of signs alone has no form, and is the name of nobody. */
function isSaid(form: string): boolean {
  return form !== '';
}

function isDomain(account: string): boolean {
  return account.includes('.') && !/\s/.test(account);
}

function many(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value;
}

function setOf(values: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return values === undefined ? undefined : new Set(values);
}
