// The pools of one decision: what was kept of them, aligned once with the declaration and with who is there.
import { align, type PoolPeople } from './align.ts';
import type { Pool, PoolWorld, Released } from './pool.ts';
import type { PoolState } from './state.ts';

/** Records that had been held in a pool and went out because somebody is there again. The host stores the state and moves the records. */
export interface Release {
  readonly pool: string;
  readonly state: PoolState;
  readonly released: readonly Released[];
}

export interface AlignedPools extends PoolWorld {
  /** What went out so far. */
  releases(): readonly Release[];
}

/** `kept`: what the host has of a pool, `null` before its first assignment; asked at most once a pool. */
export function poolWorld(pools: ReadonlyMap<string, Pool>, kept: (pool: string) => PoolState | null, people: PoolPeople): AlignedPools {
  const states = new Map<string, PoolState>();
  const releases: Release[] = [];
  return {
    pool: (name) => pools.get(name),
    state(pool) {
      const before = states.get(pool.name);
      if (before !== undefined) return before;
      const { state, released } = align(pool, kept(pool.name), people);
      states.set(pool.name, state);
      if (released.length > 0) releases.push({ pool: pool.name, state, released });
      return state;
    },
    releases: () => releases,
  };
}
