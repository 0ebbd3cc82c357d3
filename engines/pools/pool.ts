// A pool gives somebody, or says what happens instead. Pure: a state goes in, a state comes out; the host keeps it by compare and set.
import { DEFAULT_QUEUE } from '../../resources/pool/checks.ts';
import type { PoolSpec } from '../../resources/pool/schema.ts';
import { choose } from './choose.ts';
import { applyEvent, type PoolEvent } from './events.ts';
import type { Held, PoolState } from './state.ts';

export interface Pool {
  readonly name: string;
  readonly spec: PoolSpec;
}

export interface PoolRequest {
  /** The record. */
  readonly id: string;
  /** Units of capacity that it takes (most_capacity). Default 1. */
  readonly size?: number;
}

/** A record that had been held and went out. */
export interface Released {
  readonly id: string;
  readonly seat: string;
}

/** A state and what went out on the way to it, oldest first. */
export interface Moved {
  readonly state: PoolState;
  readonly released: readonly Released[];
}

/** What happened to a pool; records that were held go out as soon as somebody can take them. */
export function onEvent(pool: Pool, state: PoolState, event: PoolEvent): Moved {
  return release(pool, applyEvent(state, event, pool.spec.absence));
}

/** The next of a pool; nothing where nobody is eligible, or others have waited longer. */
export function pick(
  pool: Pool,
  state: PoolState,
  { id, size = 1 }: PoolRequest,
): { readonly seat: string; readonly state: PoolState } | undefined {
  return state.held.length > 0 ? undefined : take(pool, state, { id, size });
}

function take(pool: Pool, state: PoolState, { id, size }: Held) {
  const member = choose(state, { pool: pool.name, tieBreak: pool.spec.tie_break, record: id, size });
  if (member === undefined) return undefined;
  return { seat: member.seat, state: applyEvent(state, { type: 'assigned', seat: member.seat, size }, pool.spec.absence) };
}

/** Records that were held go out, oldest first, as long as somebody can take them. */
export function release(pool: Pool, state: PoolState): Moved {
  const released: Released[] = [];
  let now = state;
  for (const record of state.held) {
    const taken = take(pool, now, record);
    if (taken === undefined) break;
    released.push({ id: record.id, seat: taken.seat });
    now = applyEvent(taken.state, { type: 'withdrawn', id: record.id }, pool.spec.absence);
  }
  return { state: now, released };
}

export type Assignment =
  | { readonly outcome: 'assigned'; readonly seat: string; readonly pool: string }
  /** `pool`: the one that said so. */
  | { readonly outcome: 'queued'; readonly queue: string; readonly pool: string }
  | { readonly outcome: 'held'; readonly pool: string };

export interface PoolAnswer {
  readonly assignment: Assignment;
  /** The states that changed, by pool. */
  readonly writes: ReadonlyMap<string, PoolState>;
}

/** Pools and their states by name, aligned with the world (`align`). */
export interface PoolWorld {
  pool(name: string): Pool | undefined;
  state(pool: Pool): PoolState;
}

/** A record asks a pool: somebody of it, else what the pool says for the case that nobody can. Pools that overflow in a ring end in a queue. */
export function assign(world: PoolWorld, name: string, request: PoolRequest): PoolAnswer {
  const asked = new Set<string>();
  let at = name;
  for (;;) {
    const pool = world.pool(at);
    if (pool === undefined) return queued(DEFAULT_QUEUE, at);
    asked.add(at);
    const state = world.state(pool);
    const picked = pick(pool, state, request);
    if (picked !== undefined) {
      return { assignment: { outcome: 'assigned', seat: picked.seat, pool: at }, writes: new Map([[at, picked.state]]) };
    }
    const { all_unavailable, overflow, queue = DEFAULT_QUEUE } = pool.spec;
    if (all_unavailable === 'hold') {
      const held = applyEvent(state, { type: 'held', id: request.id, size: request.size ?? 1 }, pool.spec.absence);
      return { assignment: { outcome: 'held', pool: at }, writes: new Map([[at, held]]) };
    }
    if (all_unavailable === 'queue' || overflow === undefined || asked.has(overflow)) return queued(queue, at);
    at = overflow;
  }
}

function queued(queue: string, pool: string): PoolAnswer {
  return { assignment: { outcome: 'queued', queue, pool }, writes: new Map() };
}

/** Records of one batch in the order in which they take their turns: the oldest first, then by id. */
export function inTurn<R extends { readonly id: string; readonly created: string }>(records: readonly R[]): readonly R[] {
  return records.toSorted((a, b) => order(a.created, b.created) || order(a.id, b.id));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
