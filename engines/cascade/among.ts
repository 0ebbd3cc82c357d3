// Which of several live seats. One that is marked primary comes first; the others take turns like the members of a pool that nobody declared:
// by the strategy of the action, at equal standing the one who was served longest ago, then by name.
import type { PoolState } from '../pools/state.ts';
import { pick, type Pool, type PoolWorld } from '../pools/pool.ts';
import type { PoolSpec } from '../../resources/pool/schema.ts';
import type { Seat } from './roster.ts';

export interface Among {
  readonly seat: Seat;
  /** States of pools that changed, by pool. */
  readonly writes: ReadonlyMap<string, PoolState>;
  /** How it was found where there were several, as the end of a sentence. */
  readonly how: string | undefined;
}

const NO_WRITES: ReadonlyMap<string, PoolState> = new Map();

export interface AmongRequest {
  /** Names the turns, the same for the same people: `ams/west AE`. */
  readonly place: string;
  readonly strategy: PoolSpec['strategy'];
  readonly record: string;
  readonly pools: PoolWorld;
}

/** Of the live ones. Those who are away keep their place in the turns: `all`. Nothing where there is nobody. */
export function oneOf(
  { all, live }: { readonly all: readonly Seat[]; readonly live: readonly Seat[] },
  request: AmongRequest,
): Among | undefined {
  const [first] = live;
  if (first === undefined) return undefined;
  if (live.length === 1) return { seat: first, writes: NO_WRITES, how: undefined };
  const marked = live.filter(({ primary }) => primary === true);
  const [only] = marked;
  if (only !== undefined && marked.length === 1) return { seat: only, writes: NO_WRITES, how: `is the primary one of ${live.length}` };
  const pool = turnsOf(marked.length > 1 ? all.filter(({ primary }) => primary === true) : all, request);
  const picked = pick(pool, request.pools.state(pool), { id: request.record });
  const seat = live.find((one) => one.seat === picked?.seat);
  if (picked === undefined || seat === undefined) return undefined;
  return { seat, writes: new Map([[pool.name, picked.state]]), how: `is next of ${live.length} by ${request.strategy}` };
}

/** The pool behind a place where several sit: its state is kept under this name. */
function turnsOf(seats: readonly Seat[], { place, strategy }: AmongRequest): Pool {
  return {
    name: `seats/${place}`,
    spec: {
      strategy,
      recent: '24h',
      // Room is not declared here: most_capacity takes whoever has the least in use.
      members: seats.map(({ seat }) => ({ seat, ...(strategy === 'most_capacity' ? { capacity: Number.MAX_SAFE_INTEGER } : {}) })),
      tie_break: 'least_recent',
      absence: 'no_catch_up',
      all_unavailable: 'queue',
    },
  };
}
