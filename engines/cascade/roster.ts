// Who sits where. The roster is compiled once for a snapshot; which seats are live depends on the day, so that is asked when a record comes.

/** A seat of the active scenario, as the snapshot holds it. */
export interface Seat {
  readonly seat: string;
  /** The name that people read. */
  readonly name?: string;
  readonly role: string;
  readonly territories: readonly string[];
  /** By username. Nothing: nobody sits there. */
  readonly user?: string;
  readonly status: 'active' | 'leaving' | 'open' | 'planned';
  readonly segment?: string;
  /** The first day, and the first day without it: `YYYY-MM-DD`. */
  readonly start?: string;
  readonly end?: string;
  readonly primary?: boolean;
  readonly reports_to?: string;
  /** Where it stands in for another one; both days are included. */
  readonly interim?: readonly { readonly territory: string; readonly from?: string; readonly to?: string }[];
  readonly calendar?: string;
  readonly skills?: readonly string[];
  readonly languages?: readonly string[];
}

export interface Roster {
  readonly seats: ReadonlyMap<string, Seat>;
  /** By username in lower case, since the org does not tell cases apart: somebody may hold several seats. */
  readonly ofUser: ReadonlyMap<string, readonly Seat[]>;
  /** By territory, by name of the seat. */
  readonly inTerritory: ReadonlyMap<string, readonly Seat[]>;
  /** Seats that stand in there at some time. */
  readonly standingIn: ReadonlyMap<string, readonly Seat[]>;
}

export function compileRoster(seats: readonly Seat[]): Roster {
  const ofUser = new Map<string, Seat[]>();
  const inTerritory = new Map<string, Seat[]>();
  const standingIn = new Map<string, Seat[]>();
  for (const seat of seats.toSorted((a, b) => (a.seat < b.seat ? -1 : 1))) {
    if (seat.user !== undefined) push(ofUser, seat.user.toLowerCase(), seat);
    for (const territory of new Set(seat.territories)) push(inTerritory, territory, seat);
    for (const territory of new Set((seat.interim ?? []).map((one) => one.territory))) push(standingIn, territory, seat);
  }
  return { seats: new Map(seats.map((seat) => [seat.seat, seat])), ofUser, inTerritory, standingIn };
}

function push(lists: Map<string, Seat[]>, key: string, seat: Seat): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [seat]);
  else list.push(seat);
}

/** Why a seat takes nothing on a day, as the end of a sentence; nothing where it does. `away`: on leave, paused, not in the org; or why. */
export function absence(seat: Seat, day: string, away: (seat: string) => boolean | string): string | undefined {
  if (seat.status === 'open' || seat.status === 'planned') return `is ${seat.status}`;
  if (seat.start !== undefined && day < seat.start) return `begins on ${seat.start}`;
  if (seat.end !== undefined && day >= seat.end) return `ended on ${seat.end}`;
  if (seat.user === undefined) return 'has nobody in it';
  const why = away(seat.seat);
  return typeof why === 'string' ? why : why ? 'is away' : undefined;
}

/** What pools must see as away: seats that are in no roster, and all that take nothing on the day. */
export function awayOn({ seats }: Roster, day: string, away: (seat: string) => boolean | string): (seat: string) => boolean {
  return (name) => {
    const seat = seats.get(name);
    return seat === undefined || absence(seat, day, away) !== undefined;
  };
}

export function standsIn(seat: Seat, territory: string, day: string): boolean {
  return (seat.interim ?? []).some(
    (one) => one.territory === territory && (one.from === undefined || one.from <= day) && (one.to === undefined || day <= one.to),
  );
}
