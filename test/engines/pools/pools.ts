// Pools as a team would write them, with the defaults of the language; and the pools of one decision, as a host aligns them.
import { align, type PoolPeople } from '../../../engines/pools/align.ts';
import type { Pool, PoolWorld } from '../../../engines/pools/pool.ts';
import type { PoolState } from '../../../engines/pools/state.ts';
import { Pool as PoolKind } from '../../../resources/pool/schema.ts';

/** Of a spec as it is written. What is filled in: references without their kind, the word of the cases for `order`. An empty pool stays empty. */
export function poolOf(
  name: string,
  written: Record<string, unknown> & { members: readonly ({ seat: string } & Record<string, unknown>)[] },
): Pool {
  const { members, tie_break } = written;
  const spec = PoolKind.schema.parse({
    ...written,
    ...(tie_break === 'member_order' ? { tie_break: 'order' } : {}),
    members: members.length === 0 ? [{ seat: 'nobody' }] : members,
  });
  return { name, spec: members.length === 0 ? { ...spec, members: [] } : spec };
}

/** `kept`: what there is of a pool, `null` before its first assignment. */
export function poolWorld(pools: ReadonlyMap<string, Pool>, kept: (pool: string) => PoolState | null, people: PoolPeople): PoolWorld {
  return { pool: (name) => pools.get(name), state: (pool) => align(pool, kept(pool.name), people).state };
}
