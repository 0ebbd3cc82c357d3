// A pool gives somebody, or says what happens instead. Pure: a state goes in, a state comes out; the host keeps it by compare and set.
import { DEFAULT_QUEUE } from '../../resources/pool/checks.ts';
import type { PoolSpec } from '../../resources/pool/schema.ts';
import { choose } from './choose.ts';
import { isPresent } from './eligible.ts';
import { applyEvent, type PoolEvent } from './events.ts';
import { type Held, type Member, memberOf, type PoolState } from './state.ts';

export interface Pool {
  readonly name: string;
  readonly spec: PoolSpec;
}

export interface PoolRequest {
  /** The record. */
  readonly id: string;
  /** Units of capacity that it takes (most_capacity). Default 1. */
  readonly size?: number;
  /** Default: what the world says of the record. */
  readonly about?: About | undefined;
}

/** What is known of the record that is handed out. */
export interface About {
  /** What it is in the CRM. */
  readonly object?: string;
  /** Seats that may not have it: they lack what the pool requires, for this record or any. */
  unfit?(pool: Pool): readonly string[];
  /** Why somebody is away, or not fit, as the end of a sentence. */
  why?(pool: Pool, seat: string): string | undefined;
}

/** A record that had been held and went out. */
export interface Released {
  readonly id: string;
  readonly seat: string;
  /** What it is in the CRM. */
  readonly object?: string;
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
export function pick(pool: Pool, state: PoolState, request: PoolRequest): { readonly seat: string; readonly state: PoolState } | undefined {
  const { id } = request;
  const record = heldAs(pool, request);
  const owner = givenTo(state, id);
  const rest = applyEvent(state, { type: 'taken', id }, pool.spec.absence);
  if (owner !== undefined) return { seat: owner.seat, state: rest };
  if (rest.held.some((waiting) => goesBefore(waiting, record))) return undefined;
  const taken = take(pool, rest, record);
  return taken && { seat: taken.seat, state: applyEvent(taken.state, { type: 'withdrawn', id }, pool.spec.absence) };
}

/** Whoever a record that had waited was given to has it, and was charged for it; unless they are away since. */
export function givenTo(state: PoolState, record: string): Member | undefined {
  const given = state.given.find(({ id }) => id === record);
  const owner = given === undefined ? undefined : memberOf(state, given.seat);
  return owner !== undefined && isPresent(owner) ? owner : undefined;
}

/** A record as the pool would keep it. */
function heldAs(pool: Pool, { id, size = 1, about: { object, unfit } = {} }: PoolRequest): Held {
  const lacking = unfit?.(pool) ?? [];
  return { id, size, ...(object !== undefined && { object }), ...(lacking.length > 0 && { unfit: lacking }) };
}

/** Whoever could take the one that came later could take the one that waits. */
function goesBefore(waiting: Held, record: Held): boolean {
  return waiting.id !== record.id && (waiting.unfit ?? []).every((seat) => record.unfit?.includes(seat) === true);
}

function take(pool: Pool, state: PoolState, { id, size, unfit }: Held) {
  const member = choose(state, { pool: pool.name, tieBreak: pool.spec.tie_break, record: id, size, unfit });
  if (member === undefined) return undefined;
  const event = { type: 'assigned', seat: member.seat, size, unfit } as const;
  return { seat: member.seat, state: applyEvent(state, event, pool.spec.absence) };
}

/**
 * Records that were held go out, oldest first, as long as somebody can take them. They are kept as given until a decision on each takes it
 * up. One that nobody who is there is fit for lets others pass whom it has nothing to do with.
 */
export function release(pool: Pool, state: PoolState): Moved {
  const released: Released[] = [];
  const stuck: Held[] = [];
  let now = state;
  for (const record of state.held) {
    if (stuck.some((before) => goesBefore(before, record))) continue;
    const taken = take(pool, now, record);
    if (taken === undefined) {
      stuck.push(record);
      continue;
    }
    const { id, object } = record;
    const gone = { id, seat: taken.seat, ...(object !== undefined && { object }) };
    released.push(gone);
    const out = applyEvent(taken.state, { type: 'withdrawn', id }, pool.spec.absence);
    now = applyEvent(out, { type: 'given', ...gone }, pool.spec.absence);
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
  readonly about?: About;
}

/** A record asks a pool: somebody of it, else what the pool says for the case that nobody can. Pools that overflow in a ring end in a queue. */
export function assign(world: PoolWorld, name: string, given: PoolRequest): PoolAnswer {
  const request = { about: world.about, ...given };
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
      const held = applyEvent(state, { type: 'held', ...heldAs(pool, request) }, pool.spec.absence);
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
