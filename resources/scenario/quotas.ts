// Quotas of the live seats as Salesforce's forecasting has them: a row a month, a user, a territory of the active model.
import { linkTo } from '../core.ts';
import type { DesiredObject } from '../desired.ts';
import { record } from '../records.ts';
import type { Resolved, Seat } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import { assignmentsOf, originOf } from './assignments.ts';
import type { ScenarioSpec } from './schema.ts';

export function* quotaRecords(scenario: Resource<ScenarioSpec>, resolved: Resolved): Generator<DesiredObject> {
  const { capacity, environment, scenario: active } = resolved;
  const forecasting = environment.forecasting ? capacity?.spec.forecasting : undefined;
  const { period, seasonality } = active?.merged.spec ?? {};
  if (capacity === undefined || forecasting === undefined || period?.start === undefined || period.months === undefined) return;
  const months = monthsOf(period.start, period.months);
  const shares = monthShares(seasonality);
  // The fiscal year begins where the configuration says, whatever the plan's first month is.
  const firstMonth = Number(capacity.spec.fiscal_year_start.slice(0, 2));
  for (const seat of resolved.seats.values()) {
    const quota = seat.row.quota ?? undefined;
    if (quota === undefined || (forecasting.roles !== undefined && !forecasting.roles.includes(seat.role))) continue;
    const assignment = assignmentsOf({ ...seat, territories: seat.territories.slice(0, 1) }, resolved).find(({ territory }) =>
      isActive(territory, resolved),
    );
    if (assignment === undefined) continue;
    const worked = months.filter((month) => isWorked(seat, month));
    const weights = worked.map((month) => shares[(Number(month.slice(5, 7)) - firstMonth + 12) % 12] ?? 0);
    const amounts = spread(quota, weights, capacity.spec.decimals);
    for (const [index, month] of worked.entries()) {
      yield record(
        scenario,
        'ForecastingQuota',
        `${assignment.territory}/${assignment.user}/${forecasting.type}/${month}`,
        {
          QuotaOwnerId: linkTo('User', assignment.user),
          ForecastingTypeId: linkTo('ForecastingType', forecasting.type),
          Territory2Id: linkTo('Territory2', assignment.territory),
          StartDate: month,
          QuotaAmount: amounts[index] ?? 0,
        },
        {
          tier: 'assignment',
          dependsOn: [`${assignment.type}/${assignment.key}`],
          onRemove: 'delete',
          origin: originOf(seat),
          label: `the quota of seat ${seat.seat}`,
        },
      );
    }
  }
}

/** Quotas of a model die when it is archived; those of one in planning would be of no use. */
function isActive(territory: string, resolved: Resolved): boolean {
  const name = territory.slice(0, territory.indexOf('/'));
  return resolved.models.some(({ ref, spec }) => spec.state === 'active' && resolved.crmName('TerritoryModel', ref.name) === name);
}

/** First days of the months of the plan. */
function monthsOf(start: string, months: number): readonly string[] {
  const [year, month] = start.split('-').map(Number) as [number, number];
  return Array.from({ length: months }, (_, index) => {
    const since = year * 12 + month - 1 + index;
    return `${String(Math.floor(since / 12)).padStart(4, '0')}-${String((since % 12) + 1).padStart(2, '0')}-01`;
  });
}

/** A seat has a quota in a month of which it works a day. */
function isWorked({ row }: Seat, month: string): boolean {
  const start = row.start ?? '';
  const end = row.end ?? '9999-12-31';
  return start.slice(0, 7) <= month.slice(0, 7) && month < end;
}

/** Shares of the twelve months of the fiscal year, from what is said by quarter or month; flat where nothing is. */
function monthShares(seasonality: ScenarioSpec['seasonality']): readonly number[] {
  if (seasonality === undefined) return Array.from({ length: 12 }, () => 1 / 12);
  return Array.from({ length: 12 }, (_, index) => {
    const number = index + 1;
    const byMonth = [`${number}`, `${number}`.padStart(2, '0'), `M${number}`, `M${`${number}`.padStart(2, '0')}`].map(
      (key) => seasonality[key],
    );
    return byMonth.find((share) => share !== undefined) ?? (seasonality[`Q${Math.floor(index / 3) + 1}`] ?? 0) / 3;
  });
}

/** A year's amount by weights, to the currency's smallest unit: what rounding leaves over goes to the largest remainders, the earlier first. */
function spread(annual: number, weights: readonly number[], decimals: number): readonly number[] {
  const unit = 10 ** decimals;
  const exact = weights.map((weight) => annual * unit * weight);
  const floors = exact.map((value) => Math.floor(value + 1e-6));
  let left = Math.round(exact.reduce((sum, value) => sum + value, 0)) - floors.reduce((sum, value) => sum + value, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, rest: Math.round((value - (floors[index] ?? 0)) * 1e6) }))
    .toSorted((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    floors[index] = (floors[index] ?? 0) + 1;
    left -= 1;
  }
  return floors.map((value) => value / unit);
}
