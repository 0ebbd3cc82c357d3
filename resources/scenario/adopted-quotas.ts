// Quotas of a seat that were changed by hand. The roster has one for the year, and the months follow the seasonality: what does not follow
// it has no words.
import { type Adoption, adopted, type Divergence, putBack, refused, shown } from '../adopt.ts';
import { addressText, type FieldValue } from '../core.ts';
import type { DesiredObject } from '../desired.ts';
import type { Resolved, Seat } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import { quotaRecords } from './quotas.ts';
import { decider, placesOf, saying } from './rows.ts';
import type { ScenarioSpec } from './schema.ts';

export function quotaAddresses(scenario: Resource<ScenarioSpec>, seat: Seat, resolved: Resolved): readonly string[] {
  return recordsOf(scenario, seat, resolved).map(({ address }) => addressText(address));
}

export function adoptQuotas(scenario: Resource<ScenarioSpec>, seat: Seat, of: readonly Divergence[], resolved: Resolved): Adoption {
  const places = placesOf(seat.seat, resolved);
  const place = decider(places, 'quota');
  const quota = seat.row.quota ?? 0;
  const lives = new Map(of.filter(({ field }) => field === 'QuotaAmount').map(({ address, live }) => [addressText(address), live]));
  const months = recordsOf(scenario, seat, resolved);
  const now = months.map(({ address, fields }) => lives.get(addressText(address)) ?? fields['QuotaAmount'] ?? null);
  const year = lives.size === of.length ? yearOf(scenario, seat, quota, now, resolved) : undefined;
  if (year === undefined) {
    return refused(of, place?.resource ?? scenario, [...(place?.path ?? ['spec', 'roster']), 'quota'], {
      code: 'months-differ',
      message: `roster[${seat.seat}].quota: months were changed one by one in the org, and a seat has a quota for the year that the seasonality spreads`,
      hint: putBack(scenario.ref),
    });
  }
  return adopted(of, saying(places, 'quota', year, 'seat'), `seat ${seat.seat}.quota: ${shown(quota)} → ${shown(year)}`);
}

/** The quota for the year that gives exactly these months. */
function yearOf(
  scenario: Resource<ScenarioSpec>,
  seat: Seat,
  quota: number,
  months: readonly FieldValue[],
  resolved: Resolved,
): number | undefined {
  const sum = (amounts: readonly FieldValue[]) =>
    amounts.reduce<number>((total, amount) => total + (typeof amount === 'number' ? amount : 0), 0);
  const amountsOf = (year: number) =>
    recordsOf(scenario, { ...seat, row: { ...seat.row, quota: year } }, resolved).map(({ fields }) => fields['QuotaAmount'] ?? null);
  const before = sum(amountsOf(quota));
  const unit = 10 ** (resolved.capacity?.spec.decimals ?? 0);
  const year = before === 0 ? undefined : Math.round(((quota * sum(months)) / before) * unit) / unit;
  if (year === undefined) return undefined;
  return JSON.stringify(amountsOf(year)) === JSON.stringify(months) ? year : undefined;
}

function recordsOf(scenario: Resource<ScenarioSpec>, seat: Seat, resolved: Resolved): readonly DesiredObject[] {
  return [...quotaRecords(scenario, { ...resolved, seats: new Map([[seat.seat, seat]]) })];
}
