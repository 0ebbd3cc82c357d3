// What changes a pool, one entry of the ledger at a time. Nothing that happens to one member resets another.
import type { PoolSpec } from '../../resources/pool/schema.ts';
import { eligible, isPresent, type Wanted } from './eligible.ts';
import { add, compare, inverse, negate, parseRational, type Rational, rational, rationalText, ZERO } from './rational.ts';
import {
  type Given,
  type Held,
  type Member,
  type MemberSpec,
  memberOf,
  newMember,
  type PoolState,
  type Settings,
  weekOf,
  withMember,
} from './state.ts';

export type PoolEvent =
  | { readonly type: 'join'; readonly member: MemberSpec }
  | { readonly type: 'leave' | 'pause' | 'resume' | 'away' | 'back' | 'no_show' | 'cancelled'; readonly seat: string }
  | { readonly type: 'settings'; readonly seat: string; readonly settings: Partial<Settings> }
  /** Open records, as they were counted. */
  | { readonly type: 'open'; readonly seat: string; readonly count: number }
  /** Units of capacity in use, as they were counted. */
  | { readonly type: 'used'; readonly seat: string; readonly units: number }
  /** `YYYY-MM-DD` in the pool's calendar. */
  | { readonly type: 'day'; readonly day: string }
  | ({ readonly type: 'assigned'; readonly seat: string } & Wanted)
  /** A record waits; it waits no longer, since it went out or was settled elsewhere. */
  | ({ readonly type: 'held' } & Held)
  | { readonly type: 'withdrawn'; readonly id: string }
  /** A record that was held is somebody's, who was charged for it; the decision on it took that up. */
  | ({ readonly type: 'given' } & Given)
  | { readonly type: 'taken'; readonly id: string };

type Absence = PoolSpec['absence'];

/** The state after an entry of the ledger. An entry about somebody who is no member changes nothing. */
export function applyEvent(state: PoolState, event: PoolEvent, absence: Absence): PoolState {
  switch (event.type) {
    case 'join':
      return joined(state, event.member, absence);
    case 'leave':
      return left(state, event.seat);
    case 'pause':
      return presence(state, event.seat, { paused: true }, absence);
    case 'resume':
      return presence(state, event.seat, { paused: false }, absence);
    case 'away':
      return presence(state, event.seat, { away: true }, absence);
    case 'back':
      return presence(state, event.seat, { away: false }, absence);
    case 'settings':
      return resettled(state, event.seat, event.settings, absence);
    case 'no_show':
    case 'cancelled':
      return state.strategy === 'level' ? withMember(state, event.seat, (member) => moved(member, rational(-1))) : state;
    case 'open':
      return withMember(state, event.seat, (member) => ({ ...member, open: event.count }));
    case 'used':
      return withMember(state, event.seat, (member) => ({ ...member, used: event.units }));
    case 'day':
      return onDay(state, event.day);
    case 'assigned':
      return assigned(state, event.seat, event, absence);
    case 'held': {
      const { type: _, ...record } = event;
      const { held, given } = applyEvent(state, { type: 'taken', id: event.id }, absence);
      return held.some(({ id }) => id === event.id) ? { ...state, given } : { ...state, held: [...held, record], given };
    }
    case 'withdrawn':
      return state.held.some(({ id }) => id === event.id) ? { ...state, held: state.held.filter(({ id }) => id !== event.id) } : state;
    case 'given': {
      const { type: _, ...record } = event;
      return { ...state, given: [...state.given, record].slice(-MOST_GIVEN) };
    }
    case 'taken':
      return state.given.some(({ id }) => id === event.id) ? { ...state, given: state.given.filter(({ id }) => id !== event.id) } : state;
    default:
      return event satisfies never;
  }
}

/** A record that is gone from the CRM is never taken up: the oldest of so many is forgotten. */
const MOST_GIVEN = 2_000;

/** Joins at the end of the order, also who was a member before. */
function joined(state: PoolState, spec: MemberSpec, absence: Absence): PoolState {
  if (memberOf(state, spec.seat) !== undefined) return state;
  const member = newMember(spec, state.strategy);
  const wider = { ...state, members: [...state.members, member] };
  return isPresent(member) ? raised(wider, spec.seat, absence) : wider;
}

/** The turn stays where it was: whoever came after the one who left is next. */
function left(state: PoolState, seat: string): PoolState {
  const place = state.members.findIndex((member) => member.seat === seat);
  if (place < 0) return state;
  const after = state.after === seat ? (state.members[place - 1]?.seat ?? null) : state.after;
  return { ...state, after, members: state.members.toSpliced(place, 1) };
}

function presence(state: PoolState, seat: string, change: Partial<Member>, absence: Absence): PoolState {
  const before = memberOf(state, seat);
  if (before === undefined) return state;
  const after = { ...before, ...change };
  const next = withMember(state, seat, () => after);
  return !isPresent(before) && isPresent(after) ? raised(next, seat, absence) : next;
}

function resettled(state: PoolState, seat: string, settings: Partial<Settings>, absence: Absence): PoolState {
  const before = memberOf(state, seat);
  if (before === undefined) return state;
  const recalibrated = state.strategy === 'level' && settings.calibration !== undefined ? settings.calibration - before.calibration : 0;
  const level = recalibrated === 0 ? state : withMember(state, seat, (member) => moved(member, rational(recalibrated)));
  return presence(level, seat, settings, absence);
}

/** Without catching up, who comes (back) stands where the least of the others present stands; never lower than before. */
function raised(state: PoolState, seat: string, absence: Absence): PoolState {
  if (absence === 'catch_up' || (state.strategy !== 'pointer' && state.strategy !== 'level')) return state;
  const others = state.members.filter((member) => member.seat !== seat && isPresent(member));
  const least = others.map(({ standing }) => parseRational(standing)).reduce(lesser, undefined);
  if (least === undefined) return state;
  return withMember(state, seat, (member) =>
    compare(parseRational(member.standing), least) < 0 ? { ...member, standing: rationalText(least) } : member,
  );
}

function lesser(a: Rational | undefined, b: Rational): Rational {
  return a === undefined || compare(b, a) < 0 ? b : a;
}

/** A day that is over does not come back: whoever is late with a record of yesterday counts it today, and caps hold. */
function onDay(state: PoolState, day: string): PoolState {
  if (state.day !== null && day <= state.day) return state;
  const sameWeek = state.day !== null && weekOf(state.day) === weekOf(day);
  return { ...state, day, members: state.members.map((member) => ({ ...member, today: 0, thisWeek: sameWeek ? member.thisWeek : 0 })) };
}

function assigned(state: PoolState, seat: string, wanted: Wanted, absence: Absence): PoolState {
  if (memberOf(state, seat) === undefined) return state;
  const turn = state.turn + 1;
  const counted = withMember(accounted(state, seat, wanted, absence), seat, (member) => ({
    ...member,
    open: member.open + 1,
    used: member.used + wanted.size,
    total: member.total + 1,
    today: member.today + 1,
    thisWeek: member.thisWeek + 1,
    served: turn,
  }));
  return { ...counted, turn, after: seat };
}

/** What an assignment costs by the strategy. */
function accounted(state: PoolState, seat: string, wanted: Wanted, absence: Absence): PoolState {
  switch (state.strategy) {
    case 'weighted':
      return smoothed(state, seat, wanted, absence);
    case 'pointer':
      return withMember(state, seat, (member) => (member.weight > 0 ? moved(member, inverse(rational(member.weight))) : member));
    case 'level':
      return withMember(state, seat, (member) => moved(member, rational(1)));
    case 'strict':
    case 'least_open':
    case 'most_capacity':
      return state;
    default:
      return state.strategy satisfies never;
  }
}

/** Each one that takes part gains its weight; the winner pays the sum. With catch_up the absent gain too, though they cannot win. */
function smoothed(state: PoolState, seat: string, wanted: Wanted, absence: Absence): PoolState {
  const among = new Set(eligible(state, wanted));
  const gains = (member: Member) => among.has(member) || (absence === 'catch_up' && !isPresent(member));
  const sum = state.members.reduce((total, member) => (gains(member) ? add(total, rational(member.weight)) : total), ZERO);
  return {
    ...state,
    members: state.members.map((member) => {
      const gained = gains(member) ? moved(member, rational(member.weight)) : member;
      return member.seat === seat ? moved(gained, negate(sum)) : gained;
    }),
  };
}

function moved(member: Member, by: Rational): Member {
  return { ...member, standing: rationalText(add(parseRational(member.standing), by)) };
}
