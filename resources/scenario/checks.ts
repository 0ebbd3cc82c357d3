// A scenario makes sense: its bases end, its seats have roles and days in order, nobody sits twice in one place.
import type { Path } from '../path.ts';
import type { Finding, Report } from '../report.ts';
import { isLive, statusOf, territoriesOfSeat } from '../resolve.ts';
import type { Organisation, Resource } from '../resource.ts';
import { nearest } from '../suggest.ts';
import { type MergedRow, mergeScenario, type MergedScenario } from './merge.ts';
import { checkPlan } from './plan-checks.ts';
import { Scenario, type ScenarioSpec, type SeatRow } from './schema.ts';

type ScenarioResource = Resource<ScenarioSpec>;

export function checkScenarios(scenarios: readonly ScenarioResource[], organisation: Organisation, report: Report): void {
  checkCycles(scenarios, organisation, report);
  for (const scenario of scenarios) {
    checkDuplicates(scenario, report);
    const merged = mergeScenario(scenario, organisation);
    if (merged === undefined) continue;
    for (const { from, path } of merged.pointless)
      report.warning(from, { path, code: 'nothing-to-remove', message: 'remove: no base has this row' });
    for (const seat of merged.roster) {
      // A row that comes from a base as it is was looked at there. Only whom it reports to may have gone since.
      if (seat.from === scenario) checkSeat(seat, merged, report);
      const before = mergeScenario(seat.from, organisation);
      if (seat.from === scenario || (before !== undefined && hasSeat(before, seat.row.reports_to))) checkManager(seat, merged, report);
    }
    checkSharedPlaces(merged, report);
    checkPlan(merged, organisation, report);
  }
}

function checkCycles(scenarios: readonly ScenarioResource[], organisation: Organisation, report: Report): void {
  const settled = new Set<ScenarioResource>();
  for (const scenario of scenarios) {
    const way: ScenarioResource[] = [];
    let next: ScenarioResource | undefined = scenario;
    while (next !== undefined && !settled.has(next) && !way.includes(next)) {
      way.push(next);
      next = next.spec.base === undefined ? undefined : organisation.get(Scenario, next.spec.base);
    }
    if (next !== undefined && !settled.has(next)) {
      const circle = [...way.slice(way.indexOf(next)), next].map(({ ref }) => ref.name);
      report.error(next, {
        path: ['spec', 'base'],
        code: 'circular-reference',
        message: `base: scenarios go round in a circle: ${circle.join(' → ')}`,
        hint: 'One of them must stand on its own.',
      });
    }
    for (const one of way) settled.add(one);
  }
}

/** Within one file a row has one place; only a derived scenario says it again. */
function checkDuplicates(scenario: ScenarioResource, report: Report): void {
  const once = (list: 'roster' | 'targets' | 'target_productivity', keys: readonly string[]): void => {
    const seen = new Set<string>();
    for (const [index, row] of ((scenario.spec[list] ?? []) as readonly Readonly<Record<string, string | undefined>>[]).entries()) {
      const key = keys.map((name) => row[name] ?? '').join(', ');
      if (seen.has(key))
        report.error(scenario, {
          path: ['spec', list, index],
          code: 'duplicate-row',
          message: `${list}: ${key} has two rows`,
          hint: 'Keep one of them.',
        });
      seen.add(key);
    }
  };
  once('roster', ['seat']);
  once('targets', ['territory', 'measure', 'period']);
  once('target_productivity', ['role', 'motion', 'segment', 'territory', 'measure']);
}

function checkSeat(seat: MergedRow<SeatRow>, merged: MergedScenario, report: Report): void {
  const { row } = seat;
  const say = (severity: 'error' | 'warning', finding: Omit<Finding, 'path'> & { key?: string }): void =>
    report[severity](seat.from, { ...finding, path: pathTo(seat, finding.key) });
  if (row.role === undefined)
    say('error', { code: 'missing-key', message: `roster[${row.seat}].role is missing`, hint: 'What the seat does: AE, Manager, SDR.' });
  if (row.start && row.end && row.end < row.start) {
    say('error', {
      key: 'end',
      code: 'end-before-start',
      message: `roster[${row.seat}].end: ${row.end} is before ${row.start}, the start`,
    });
  }
  const status = statusOf(row);
  if (status === 'leaving' && !row.end)
    say('warning', { key: 'status', code: 'leaving-without-end', message: `roster[${row.seat}].status: leaving, but no end says when` });
  if (row.user && (status === 'open' || status === 'planned')) {
    say('warning', {
      key: 'user',
      code: 'user-in-open-seat',
      message: `roster[${row.seat}].user: the seat is ${status}, so ${row.user} is not assigned`,
      hint: 'Write "status: active" when the seat is filled.',
    });
  }
  const curves = Object.keys(merged.spec.ramp_curves ?? {});
  if (row.ramp && !curves.includes(row.ramp)) {
    const near = nearest(row.ramp, curves);
    say('error', {
      key: 'ramp',
      code: 'dangling-reference',
      message: `roster[${row.seat}].ramp: there is no ramp curve "${row.ramp}"`,
      hint: near === undefined ? 'Declare it under ramp_curves.' : `Did you mean "${near}"?`,
    });
  }
}

function checkManager(seat: MergedRow<SeatRow>, merged: MergedScenario, report: Report): void {
  const { seat: name, reports_to: manager } = seat.row;
  if (!manager) return;
  const path = pathTo(seat, 'reports_to');
  if (manager === name) {
    report.error(seat.from, { path, code: 'circular-reference', message: `roster[${name}].reports_to: a seat cannot report to itself` });
  } else if (!hasSeat(merged, manager)) {
    const near = nearest(manager, seatsOf(merged));
    report.error(seat.from, {
      path,
      code: 'unknown-seat',
      message: `roster[${name}].reports_to: there is no seat "${manager}" in ${merged.name}`,
      hint: near === undefined ? undefined : `Did you mean "${near}"?`,
    });
  }
}

/** One user has one assignment in a territory, and one seat of a role is the primary one. Only days that overlap count. */
function checkSharedPlaces(merged: MergedScenario, report: Report): void {
  const users = new Map<string, MergedRow<SeatRow>[]>();
  const primaries = new Map<string, MergedRow<SeatRow>[]>();
  for (const seat of merged.roster) {
    const { row } = seat;
    const status = statusOf(row);
    if (status !== 'active' && status !== 'leaving') continue;
    for (const territory of territoriesOfSeat(row)) {
      if (row.user) {
        const before = sharing(users, `${row.user.toLowerCase()} ${territory}`, seat);
        if (before !== undefined) {
          report.error(seat.from, {
            path: pathTo(seat, 'user'),
            code: 'user-twice-in-territory',
            message: `roster[${row.seat}].user: ${row.user} sits in ${territory} already, in ${before.row.seat}`,
            hint: 'Salesforce takes a user once in a territory.',
          });
        }
      }
      if (row.primary === true) {
        const before = sharing(primaries, `${row.role} ${territory}`, seat);
        if (before !== undefined) {
          report.warning(seat.from, {
            path: pathTo(seat, 'primary'),
            code: 'two-primary-seats',
            message: `roster[${row.seat}].primary: ${before.row.seat} is the primary ${row.role} in ${territory} already`,
          });
        }
      }
    }
  }
}

/** A seat of the same group whose days overlap; the seat joins the group. */
function sharing(groups: Map<string, MergedRow<SeatRow>[]>, key: string, seat: MergedRow<SeatRow>): MergedRow<SeatRow> | undefined {
  const group = groups.get(key);
  if (group === undefined) {
    groups.set(key, [seat]);
    return undefined;
  }
  group.push(seat);
  return group.slice(0, -1).find((other) => overlap(other.row, seat.row));
}

function overlap(a: SeatRow, b: SeatRow): boolean {
  const later = [a.start ?? '', b.start ?? ''].sort()[1] ?? '';
  return isLive(a, later) && isLive(b, later);
}

function pathTo({ path }: { readonly path: Path }, key?: string): Path {
  return key === undefined ? path : [...path, key];
}

const seats = new WeakMap<MergedScenario, ReadonlySet<string>>();

function seatsOf(merged: MergedScenario): ReadonlySet<string> {
  const before = seats.get(merged);
  if (before !== undefined) return before;
  const made = new Set(merged.roster.map(({ row }) => row.seat));
  seats.set(merged, made);
  return made;
}

function hasSeat(merged: MergedScenario, seat: string | null | undefined): boolean {
  return typeof seat === 'string' && seatsOf(merged).has(seat);
}
