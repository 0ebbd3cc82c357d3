// The rows that together say what a seat is: one in each scenario of the chain that has something to say of it. A value stands in the last
// row that has its key; that is the place to edit.
import { type Placed, setting, unsetting } from '../adopt.ts';
import type { Json } from '../edit/print.ts';
import type { Path } from '../path.ts';
import type { Resolved } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import type { ScenarioSpec, SeatRow } from './schema.ts';

export interface SeatPlace {
  readonly resource: Resource<ScenarioSpec>;
  /** Of the row, into the document. */
  readonly path: Path;
  readonly row: SeatRow;
}

/** From the first base to the active scenario. A row that was taken out in between says nothing any more. */
export function placesOf(seat: string, { scenario }: Resolved): readonly SeatPlace[] {
  const places: SeatPlace[] = [];
  for (const resource of scenario?.merged.chain ?? []) {
    for (const [index, row] of (resource.spec.roster ?? []).entries()) {
      if (row.seat !== seat) continue;
      if (row.remove === true) places.length = 0;
      else places.push({ resource, path: ['spec', 'roster', index], row });
    }
  }
  return places;
}

/** The last row that has the key. */
export function decider(places: readonly SeatPlace[], key: keyof SeatRow): SeatPlace | undefined {
  return places.findLast(({ row }) => row[key] !== undefined);
}

/** The edit by which a key of a seat has a value, beside another key where it stands nowhere yet. */
export function saying(places: readonly SeatPlace[], key: keyof SeatRow, value: Json, beside: keyof SeatRow): readonly Placed[] {
  const place = decider(places, key) ?? decider(places, beside) ?? places.at(-1);
  return place === undefined ? [] : [setting(place.resource, [...place.path, key], value)];
}

/** The edit by which a key of a seat has no value. What a base says comes up again where a row says nothing, so it is emptied there. */
export function sayingNothing(places: readonly SeatPlace[], key: keyof SeatRow): readonly Placed[] {
  const place = decider(places, key);
  if (place === undefined || place.row[key] === null) return [];
  const below = decider(places.slice(0, places.indexOf(place)), key);
  const path = [...place.path, key];
  return [below === undefined || below.row[key] === null ? unsetting(place.resource, path) : setting(place.resource, path, null)];
}
