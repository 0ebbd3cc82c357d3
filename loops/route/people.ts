// The roster by what is in the org: where an assignment could not be made, whoever stands there still sits in the seat.
import { compileRoster } from '../../engines/cascade/roster.ts';
import type { People } from '../requests.ts';
import type { RouteObject } from './loop.ts';

export function peopled(here: RouteObject, { standing }: People): RouteObject {
  if (Object.keys(standing).length === 0) return here;
  const { coverage } = here.routing;
  const seats = [...coverage.roster.seats.values()].map((seat) => {
    const user = standing[seat.seat];
    if (user === undefined) return seat;
    // The declared name is of the person who is to come.
    const { name: _, ...rest } = seat;
    return { ...rest, user };
  });
  return { ...here, routing: { ...here.routing, coverage: { ...coverage, roster: compileRoster(seats) } } };
}
