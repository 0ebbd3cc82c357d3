// A kept state meets a declaration and a world that have moved on: members that were added, taken out or given other weights, people
// who are away or back, counts that were read anew, a new day. Each difference is an event, so nobody starts again.
import { applyEvent, type PoolEvent } from './events.ts';
import { type Moved, type Pool, release } from './pool.ts';
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
  // Records that are held go to whoever is there when all is known.
  const known = differences(pool, state, people).reduce((at, event) => applyEvent(at, event, pool.spec.absence), state);
  return release(pool, known);
}

function restarted({ spec }: Pool, state: PoolState): PoolState {
  const standing = ({ calibration }: Member) => (spec.strategy === 'level' ? String(calibration) : '0');
  return { ...state, strategy: spec.strategy, members: state.members.map((member) => ({ ...member, standing: standing(member) })) };
}

/** Who comes (back) stands where those stand who are there now: whoever goes, goes first. */
function differences(pool: Pool, state: PoolState, people: PoolPeople): readonly PoolEvent[] {
  const declared = new Set(pool.spec.members.map(({ seat }) => seat));
  const gone: PoolEvent[] = [];
  const changed: PoolEvent[] = [];
  const coming: PoolEvent[] = [];
  for (const { seat } of state.members) if (!declared.has(seat)) gone.push({ type: 'leave', seat });
  for (const spec of pool.spec.members) {
    const { seat } = spec;
    const member = memberOf(state, seat);
    const away = people.away?.(seat) ?? false;
    if (member === undefined) {
      coming.push({ type: 'join', member: spec });
      if (away) coming.push({ type: 'away', seat });
      coming.push(...counts(seat, undefined, people));
    } else {
      const settings = settingsOf(spec);
      if (JSON.stringify(settings) !== JSON.stringify(settingsIn(member))) changed.push({ type: 'settings', seat, settings });
      if (away !== member.away) (away ? gone : coming).push({ type: away ? 'away' : 'back', seat });
      changed.push(...counts(seat, member, people));
    }
  }
  const { day } = people;
  if (day !== undefined && (state.day === null || day > state.day)) changed.push({ type: 'day', day });
  return [...gone, ...changed, ...coming];
}

function* counts(seat: string, member: Member | undefined, { open, used }: PoolPeople): Generator<PoolEvent> {
  const count = open?.(seat);
  if (count !== undefined && count !== member?.open) yield { type: 'open', seat, count };
  const units = used?.(seat);
  if (units !== undefined && units !== member?.used) yield { type: 'used', seat, units };
}

function settingsIn({ weight, priority, cap, capacity, calibration, paused }: Member) {
  return { weight, priority, cap, capacity, calibration, paused };
}
