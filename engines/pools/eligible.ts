// Who may be served. Present: takes part at all. Eligible: present, below every cap, and with room for what comes.
// A cap is not an absence: who is at a cap keeps its place and gets nothing to catch up with.
import type { Member, PoolState } from './state.ts';

export type Obstacle = 'paused' | 'away' | 'no-weight' | 'day-cap' | 'week-cap' | 'open-cap' | 'no-room';

export function isPresent({ paused, away, weight }: Member): boolean {
  return !paused && !away && weight > 0;
}

/** Why a member gets nothing now. `size`: units of capacity that the record takes. */
export function obstacle(strategy: PoolState['strategy'], member: Member, size: number): Obstacle | undefined {
  if (member.paused) return 'paused';
  if (member.away) return 'away';
  if (member.weight <= 0) return 'no-weight';
  const { cap } = member;
  if (cap.day !== null && member.today >= cap.day) return 'day-cap';
  if (cap.week !== null && member.thisWeek >= cap.week) return 'week-cap';
  if (cap.open !== null && member.open >= cap.open) return 'open-cap';
  if (strategy === 'most_capacity' && room(member) < size) return 'no-room';
  return undefined;
}

/** What is left of the capacity. Nothing declared: nothing fits in. */
export function room({ capacity, used }: Member): number {
  return (capacity ?? 0) - used;
}

export function eligible(state: PoolState, size: number): readonly Member[] {
  return state.members.filter((member) => obstacle(state.strategy, member, size) === undefined);
}
