// Targets, productivity and ramp of a scenario: what adds up, and what would fool whoever reads the plan.
import { CapacityConfig } from '../capacity-config/schema.ts';
import type { Report } from '../report.ts';
import { statusOf, territoriesOfSeat } from '../resolve.ts';
import type { Organisation } from '../resource.ts';
import { Territory } from '../territory/schema.ts';
import { parentOf } from '../territory/tree.ts';
import type { MergedRow, MergedScenario } from './merge.ts';
import type { TargetRow } from './schema.ts';

export function checkPlan(merged: MergedScenario, organisation: Organisation, report: Report): void {
  checkSeasonality(merged, report);
  checkProductivity(merged, report);
  checkNewHires(merged, report);
  const parents = parentsOf(organisation);
  checkTargetsWithoutSeats(merged, parents, report);
  checkTargetSums(merged, parents, organisation, report);
}

function checkSeasonality(merged: MergedScenario, report: Report): void {
  const { seasonality } = merged.spec;
  const from = merged.chain.findLast(({ spec }) => spec.seasonality !== undefined);
  if (seasonality === undefined || from === undefined) return;
  const path = ['spec', 'seasonality'];
  const quarters = Object.keys(seasonality).filter((key) => key.startsWith('Q'));
  if (quarters.length > 0 && quarters.length < Object.keys(seasonality).length) {
    report.error(from, { path, of: 'key', code: 'mixed-periods', message: 'seasonality: quarters and months cannot be mixed' });
    return;
  }
  const sum = Object.values(seasonality).reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-6) {
    report.error(from, {
      path,
      of: 'key',
      code: 'shares-do-not-add-up',
      message: `seasonality: the shares add up to ${Number(sum.toFixed(6))}, not to 1`,
    });
  }
}

function checkProductivity(merged: MergedScenario, report: Report): void {
  for (const { row, from, path } of merged.productivity) {
    if (row.annual === undefined || row.annual === null) {
      report.error(from, {
        path,
        code: 'missing-key',
        message: 'target_productivity: annual is missing',
        hint: 'What one fully ramped seat brings in a year.',
      });
    }
  }
}

/** Somebody who starts within the plan and counts in full from the first month makes the plan look better than it is. */
function checkNewHires(merged: MergedScenario, report: Report): void {
  const { period, ramp_curves: curves = {} } = merged.spec;
  if (period?.start === undefined || Object.keys(curves).length === 0) return;
  for (const { row, from, path } of merged.roster) {
    if (!row.start || row.start < period.start) continue;
    const curve = row.ramp ? curves[row.ramp] : undefined;
    const full = row.ramp ? curve?.[0] === 1 : row.quota !== undefined && row.quota !== null && statusOf(row) !== 'leaving';
    if (!full) continue;
    report.warning(from, {
      path: row.ramp ? [...path, 'ramp'] : path,
      code: 'full-from-the-start',
      message: `roster[${row.seat}]: starts on ${row.start} at 100 % in month 0${row.ramp ? ` (curve ${row.ramp})` : ', since it has no ramp'}`,
      hint: 'New people take months to ramp up.',
    });
  }
}

/** By path; a territory that is above itself has no parent here: the tree is told of elsewhere. */
function parentsOf(organisation: Organisation): ReadonlyMap<string, string | undefined> {
  const parents = new Map(organisation.all(Territory).map((territory) => [territory.ref.name, parentOf(territory)]));
  const settled = new Set<string>();
  for (const path of parents.keys()) {
    const way = new Set<string>();
    for (let next: string | undefined = path; next !== undefined && !settled.has(next); next = parents.get(next)) {
      if (way.has(next)) parents.set(next, undefined);
      way.add(next);
    }
    for (const passed of way) settled.add(passed);
  }
  return parents;
}

function checkTargetsWithoutSeats(merged: MergedScenario, parents: ReadonlyMap<string, string | undefined>, report: Report): void {
  const covered = new Set<string>();
  for (const { row } of merged.roster) {
    for (const territory of territoriesOfSeat(row)) {
      // A seat in a territory that is not there may be meant for any.
      if (!parents.has(territory)) return;
      for (let path: string | undefined = territory; path !== undefined && !covered.has(path); path = parents.get(path)) covered.add(path);
    }
  }
  for (const { row, from, path } of merged.targets) {
    if (!row.amount || covered.has(row.territory) || !parents.has(row.territory)) continue;
    report.warning(from, {
      path,
      code: 'target-without-seat',
      message: `targets: ${row.territory} has a target for ${row.period} and no seat in it or below`,
    });
  }
}

/** What the nearest territories below with a target have together, against what stands above. */
function checkTargetSums(
  merged: MergedScenario,
  parents: ReadonlyMap<string, string | undefined>,
  organisation: Organisation,
  report: Report,
): void {
  const [capacity] = organisation.all(CapacityConfig);
  const tolerated = capacity?.spec.limits.max_over_assignment ?? 0;
  const keyOf = (territory: string, { measure, period }: TargetRow) => JSON.stringify([territory, measure, period]);
  const targets = new Map(merged.targets.map((target) => [keyOf(target.row.territory, target.row), target]));
  const sums = new Map<MergedRow<TargetRow>, { sum: number; unsaid: boolean }>();
  for (const { row } of merged.targets) {
    const above = targetAbove(row, parents, targets, keyOf);
    if (above === undefined) continue;
    const before = sums.get(above) ?? { sum: 0, unsaid: false };
    sums.set(above, { sum: before.sum + (row.amount ?? 0), unsaid: before.unsaid || row.amount === null || row.amount === undefined });
  }
  for (const [{ row, from, path }, { sum, unsaid }] of sums) {
    const { amount } = row;
    if (amount === undefined || amount === null || unsaid) continue;
    const most = amount * (1 + tolerated);
    const place = { path: [...path, 'amount'], code: 'targets-do-not-add-up' } as const;
    const text = `targets: ${row.territory} has ${amount} for ${row.period}, those below it ${sum} together`;
    if (sum > most + 0.005) {
      report.warning(from, {
        ...place,
        message: `${text}: ${percent(sum / amount - 1)} more, and ${percent(tolerated)} is tolerated (limits.max_over_assignment)`,
      });
    } else if (sum < amount - 0.005) {
      report.warning(from, { ...place, message: `${text}: ${amount - sum} is handed down to nobody` });
    }
  }
}

function targetAbove(
  row: TargetRow,
  parents: ReadonlyMap<string, string | undefined>,
  targets: ReadonlyMap<string, MergedRow<TargetRow>>,
  keyOf: (territory: string, row: TargetRow) => string,
): MergedRow<TargetRow> | undefined {
  for (let path = parents.get(row.territory); path !== undefined; path = parents.get(path)) {
    const target = targets.get(keyOf(path, row));
    if (target !== undefined) return target;
  }
  return undefined;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
