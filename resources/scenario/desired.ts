// What the active scenario becomes: people in territories, and their quotas where forecasting is on.
import { linkTo } from '../core.ts';
import type { DesiredObject } from '../desired.ts';
import { record } from '../records.ts';
import type { Resolved } from '../resolved.ts';
import { statusOf } from '../resolve.ts';
import type { Resource } from '../resource.ts';
import { assignmentsOf, originOf } from './assignments.ts';
import { quotaRecords } from './quotas.ts';
import type { ScenarioSpec } from './schema.ts';

export function* seatRecords(scenario: Resource<ScenarioSpec>, resolved: Resolved): Generator<DesiredObject> {
  if (resolved.scenario?.resource !== scenario) return;
  for (const seat of resolved.seats.values()) {
    for (const assignment of assignmentsOf(seat, resolved)) {
      yield record(
        scenario,
        assignment.type,
        assignment.key,
        {
          UserId: linkTo('User', assignment.user),
          Territory2Id: linkTo('Territory2', assignment.territory),
          RoleInTerritory2: assignment.role,
        },
        { tier: 'assignment', origin: originOf(seat), label: `seat ${seat.seat}` },
      );
    }
  }
  yield* quotaRecords(scenario, resolved);
}

/** The seats as loops read them: all of them with their days, so that who is live is decided when a record comes. */
export function activeSeats(resolved: Resolved): unknown {
  return {
    motions: resolved.scenario?.merged.spec.motions ?? {},
    seats: [...resolved.seats.values()].map(({ seat, role, territories, user, row }) => ({
      seat,
      ...(row.name === undefined || row.name === null ? {} : { name: row.name }),
      role,
      territories,
      ...(user === undefined ? {} : { user }),
      status: statusOf(row),
      ...present(row, ['segment', 'start', 'end', 'primary', 'reports_to', 'interim', 'fte', 'motion', 'calendar', 'languages', 'skills']),
    })),
  };
}

function present<Row extends object>(row: Row, keys: readonly (keyof Row)[]): Partial<Row> {
  const found: Partial<Row> = {};
  for (const key of keys) if (row[key] !== undefined && row[key] !== null) found[key] = row[key];
  return found;
}
