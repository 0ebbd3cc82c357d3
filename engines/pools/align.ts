// A kept state meets a declaration and a world that have moved on: members that were added, taken out or given other weights, people
// who are away or back, counts that were read anew, a new day. Each difference is an event, so nobody starts again.
import type { PoolEvent } from './events.ts';
import { type Moved, onEvent, type Pool, type Released } from './pool.ts';
import { emptyState, type Member, memberOf, type PoolState, settingsOf } from './state.ts';

export interface PoolPeople {
  /** Nobody sits there, on leave, out of hours. */
  readonly away?: (seat: string) => boolean;
  /** Open records of a seat as they were counted; nothing where they were not. */
  readonly open?: (seat: string) => number | undefined;
  /** Units of capacity in use. */
  readonly used?: (seat: string) => number | undefined;
  /** `YYYY-MM-DD` in the pool's calendar. */
  readonly day?: string;
}

/** The state as of now, and the records that were held and went out on the way. `null`: a pool that has no state yet. */
export function align(pool: Pool, kept: PoolState | null, people: PoolPeople): Moved {
  let state = kept ?? emptyState(pool.spec);
  // What a member's standing means, the strategy says: under another one all begin together again.
  if (state.strategy !== pool.spec.strategy) state = restarted(pool, state);
  if (kept === null)
    state = { ...state, members: state.members.map((member) => ({ ...member, away: people.away?.(member.seat) ?? false })) };
  const released: Released[] = [];
  for (const event of differences(pool, state, people)) {
    const moved = onEvent(pool, state, event);
    state = moved.state;
    released.push(...moved.released);
  }
  return { state, released };
}

function restarted({ spec }: Pool, state: PoolState): PoolState {
  const standing = ({ calibration }: Member) => (spec.strategy === 'level' ? String(calibration) : '0');
  return { ...state, strategy: spec.strategy, members: state.members.map((member) => ({ ...member, standing: standing(member) })) };
}

/** Who is gone first, and who is back last: records that are held go to whoever is there when all is known. */
function differences(pool: Pool, state: PoolState, people: PoolPeople): readonly PoolEvent[] {
  const declared = new Map(pool.spec.members.map((member) => [member.seat, member]));
  const gone: PoolEvent[] = [];
  const changed: PoolEvent[] = [];
  const back: PoolEvent[] = [];
  for (const { seat } of state.members) if (!declared.has(seat)) gone.push({ type: 'leave', seat });
  for (const [seat, spec] of declared) {
    const member = memberOf(state, seat);
    const away = people.away?.(seat) ?? false;
    const settings = settingsOf(spec);
    if (member === undefined) {
      // Joins paused, so that nothing is given to somebody who is away.
      back.push({ type: 'join', member: { ...spec, paused: true } });
      if (away) back.push({ type: 'away', seat });
    } else if (away && !member.away) gone.push({ type: 'away', seat });
    else if (!away && member.away) back.push({ type: 'back', seat });
    const open = people.open?.(seat);
    if (open !== undefined && open !== member?.open) (member === undefined ? back : changed).push({ type: 'open', seat, count: open });
    const used = people.used?.(seat);
    if (used !== undefined && used !== member?.used) (member === undefined ? back : changed).push({ type: 'used', seat, units: used });
    if (member === undefined || JSON.stringify(settings) !== JSON.stringify(settingsIn(member)))
      back.push({ type: 'settings', seat, settings });
  }
  if (people.day !== undefined && (state.day === null || people.day > state.day)) changed.push({ type: 'day', day: people.day });
  return [...gone, ...changed, ...back];
}

function settingsIn({ weight, priority, cap, capacity, calibration, paused }: Member) {
  return { weight, priority, cap, capacity, calibration, paused };
}
