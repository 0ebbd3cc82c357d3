// Whose turn it is: the strategies, and what decides between those who are equal.
// weighted is the smooth weighted round robin of nginx (ngx_http_upstream_get_peer); pointer is weighted fair queueing by virtual time;
// level is calibration + assignments − credits; the hash is FNV-1a, 32 bits (draft-eastlake-fnv).
import type { PoolSpec } from '../../resources/pool/schema.ts';
import { eligible, room, type Wanted } from './eligible.ts';
import { add, compare, parseRational, rational } from './rational.ts';
import type { Member, PoolState } from './state.ts';

export interface Choice extends Wanted {
  readonly pool: string;
  readonly tieBreak: PoolSpec['tie_break'];
  readonly record: string;
}

/** Nothing where nobody is eligible. */
export function choose(state: PoolState, choice: Choice): Member | undefined {
  const candidates = eligible(state, choice);
  if (candidates.length < 2) return candidates[0];
  if (state.strategy === 'strict') return nextInTurn(state, candidates);
  return breakTie(first(candidates, ORDER[state.strategy]), choice);
}

/** The first eligible after the place of the last owner, round the end. */
function nextInTurn(state: PoolState, candidates: readonly Member[]): Member | undefined {
  const place = state.after === null ? -1 : state.members.findIndex(({ seat }) => seat === state.after);
  const after = state.members.slice(place + 1).find((member) => candidates.includes(member));
  return after ?? candidates[0];
}

type Order = (a: Member, b: Member) => number;

/** Before 0: `a` comes first. */
const ORDER: Readonly<Record<Exclude<PoolSpec['strategy'], 'strict'>, Order>> = {
  weighted: (a, b) => compare(gained(b), gained(a)),
  pointer: byStanding,
  level: byStanding,
  least_open: (a, b) => a.open - b.open,
  most_capacity: (a, b) => room(b) - room(a),
};

function gained({ standing, weight }: Member) {
  return add(parseRational(standing), rational(weight));
}

function byStanding(a: Member, b: Member): number {
  return a.standing === b.standing ? 0 : compare(parseRational(a.standing), parseRational(b.standing));
}

/** All that are equal to the best, in their order. */
function first(members: readonly Member[], order: Order): readonly Member[] {
  let best: Member[] = [];
  for (const member of members) {
    const [leader] = best;
    const place = leader === undefined ? -1 : order(member, leader);
    if (place < 0) best = [member];
    else if (place === 0) best.push(member);
  }
  return best;
}

function breakTie(tied: readonly Member[], { tieBreak, record, pool }: Choice): Member | undefined {
  switch (tieBreak) {
    case 'order':
      return tied[0];
    case 'least_recent':
      return first(tied, (a, b) => (a.served ?? -1) - (b.served ?? -1))[0];
    case 'priority':
      return first(tied, (a, b) => (a.priority ?? LAST) - (b.priority ?? LAST))[0];
    case 'hash':
      return tied[fnv1a32(`${record}|${pool}`) % tied.length];
    default:
      return tieBreak satisfies never;
  }
}

/** No priority comes after every declared one. */
const LAST = Number.MAX_SAFE_INTEGER;

const encoder = new TextEncoder();

/** FNV-1a, 32 bits, of the UTF-8 bytes. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
