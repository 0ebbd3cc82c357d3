// The organisation on a day, in an environment: the active scenario with its bases, the seats of that day, the tree.
import { CapacityConfig } from './capacity-config/schema.ts';
import type { Checked, Problem } from './core.ts';
import { developerName } from './naming.ts';
import { type Environment, Project } from './project/schema.ts';
import type { Resolved, Seat, TerritoryNode } from './resolved.ts';
import type { Organisation } from './resource.ts';
import { mergeScenario, type MergedRow } from './scenario/merge.ts';
import { Scenario, type SeatRow } from './scenario/schema.ts';
import { suggestion } from './suggest.ts';
import { Territory } from './territory/schema.ts';
import { parentOf } from './territory/tree.ts';
import { TerritoryModel } from './territory-model/schema.ts';

export interface ResolveOptions {
  /** `YYYY-MM-DD`: the day on which seats are live or not. */
  readonly asOf: string;
  /** Default: the first one. */
  readonly environment?: string | undefined;
}

/** Fails only on a name that is not there; what was declared is expected to be free of errors. */
export function resolve(organisation: Organisation, { asOf, environment: wanted }: ResolveOptions): Checked<Resolved> {
  const [project] = organisation.all(Project);
  if (project === undefined) return failed('no-project', 'no Project is declared');
  const environment = project.spec.environments.find(({ name }) => wanted === undefined || name === wanted);
  if (environment === undefined) {
    const names = project.spec.environments.map(({ name }) => name);
    return failed('unknown-environment', `there is no environment "${wanted}"`, suggestion(wanted ?? '', names));
  }
  const [capacity] = organisation.all(CapacityConfig);
  const active = capacity === undefined ? undefined : organisation.get(Scenario, capacity.spec.active_scenario);
  const merged = active === undefined ? undefined : mergeScenario(active, organisation);
  const seats = (merged?.roster ?? []).map((row) => seatOf(row, asOf, environment));
  return {
    ok: true,
    value: {
      asOf,
      environment,
      project,
      capacity,
      scenario: active === undefined || merged === undefined ? undefined : { resource: active, merged },
      models: organisation.all(TerritoryModel),
      territories: territoriesOf(organisation),
      seats: new Map(seats.map((seat) => [seat.seat, seat])),
      crmName: remembering(crmName),
      organisation,
    },
  };
}

/** Names of these kinds are the CRM's own; of others they become one. */
export function crmName(kind: string, name: string): string {
  return kind === 'Territory' || kind === 'Queue' || kind === 'TerritoryMatch' ? developerName(name) : name;
}

/** Every record asks for the same few names again and again. */
function remembering(name: Resolved['crmName']): Resolved['crmName'] {
  const known = new Map<string, string>();
  return (kind, of) => {
    if (kind !== 'Territory') return name(kind, of);
    const before = known.get(of);
    if (before !== undefined) return before;
    const made = name(kind, of);
    known.set(of, made);
    return made;
  };
}

function failed(code: string, message: string, more: Partial<Problem> = {}): Checked<never> {
  return { ok: false, problems: [{ severity: 'error', code, message, ...more }] };
}

function territoriesOf(organisation: Organisation): ReadonlyMap<string, TerritoryNode> {
  const models = organisation.all(TerritoryModel);
  return new Map(
    organisation.all(Territory).map((resource) => {
      const { models: named } = resource.spec;
      // What is in an archived model stays as it is: the org takes no more changes of it.
      const own = models.filter(({ ref, spec }) => spec.state !== 'archived' && (named === undefined || named.includes(ref.name)));
      return [resource.ref.name, { resource, parent: parentOf(resource), models: own }];
    }),
  );
}

function seatOf({ row, from, path }: MergedRow<SeatRow>, asOf: string, environment: Environment): Seat {
  const user = row.user ?? undefined;
  return {
    seat: row.seat,
    role: row.role ?? '',
    territories: territoriesOfSeat(row),
    user: user === undefined ? undefined : user + (environment.username_suffix ?? ''),
    live: isLive(row, asOf),
    row,
    declared: { resource: from, path },
  };
}

export function territoriesOfSeat({ territory }: SeatRow): readonly string[] {
  if (territory === undefined || territory === null) return [];
  return typeof territory === 'string' ? [territory] : territory;
}

/** A seat acts from its first day to the day before `end`, while it is active or leaving. */
export function isLive(row: SeatRow, day: string): boolean {
  const status = statusOf(row);
  return (
    (status === 'active' || status === 'leaving') &&
    (row.start ?? '') <= day &&
    (row.end === undefined || row.end === null || day < row.end)
  );
}

export function statusOf({ status, user }: SeatRow): NonNullable<SeatRow['status']> {
  return status ?? (user === undefined || user === null ? 'open' : 'active');
}
