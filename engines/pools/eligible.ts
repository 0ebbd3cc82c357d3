// Who may be served. Present: takes part at all. Eligible: present, below every cap, fit for the record, and with room for it.
// A cap is not an absence, and neither is a record for which somebody is not fit: who is passed over so keeps its place and gets nothing
// to catch up with.
import type { Member, PoolState } from './state.ts';

export type Obstacle = 'paused' | 'away' | 'no-weight' | 'day-cap' | 'week-cap' | 'open-cap' | 'no-room' | 'unfit';

export function isPresent({ paused, away, weight }: Member): boolean {
  return !paused && !away && weight > 0;
}

/** What a record wants of whoever gets it. */
export interface Wanted {
  /** Units of capacity that it takes. */
  readonly size: number;
  /** Seats that may not have it. */
  readonly unfit?: readonly string[] | undefined;
}

/** Why a member gets nothing now. */
export function obstacle(strategy: PoolState['strategy'], member: Member, { size, unfit }: Wanted): Obstacle | undefined {
  if (member.paused) return 'paused';
  if (member.away) return 'away';
  if (member.weight <= 0) return 'no-weight';
  const { cap } = member;
  if (cap.day !== null && member.today >= cap.day) return 'day-cap';
  if (cap.week !== null && member.thisWeek >= cap.week) return 'week-cap';
  if (cap.open !== null && member.open >= cap.open) return 'open-cap';
  if (strategy === 'most_capacity' && room(member) < size) return 'no-room';
  if (unfit?.includes(member.seat) === true) return 'unfit';
  return undefined;
}

/** What is left of the capacity. Nothing declared: nothing fits in. */
export function room({ capacity, used }: Member): number {
  return (capacity ?? 0) - used;
}

export function eligible(state: PoolState, wanted: Wanted): readonly Member[] {
  return state.members.filter((member) => obstacle(state.strategy, member, wanted) === undefined);
}
