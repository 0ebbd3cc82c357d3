// What a decision needs beside the record, asked for when it comes to it: states of pools, who has how many open records, ids. The first
// question without an answer ends the step: nothing is ever asked on the strength of a guess, so the same facts lead to the same questions.
import { millisecondsOf } from '../../resources/duration.ts';
import type { PoolSpec } from '../../resources/pool/schema.ts';
import { align } from '../../engines/pools/align.ts';
import { openLoad } from '../../engines/pools/load.ts';
import type { Presence } from '../../engines/pools/availability.ts';
import type { Pool, PoolWorld, Released } from '../../engines/pools/pool.ts';
import { type PoolState, readState } from '../../engines/pools/state.ts';
import type { RecordFacts } from '../facts.ts';
import type { StepInput } from '../loop.ts';
import type { Loads, Request, States } from '../requests.ts';
import type { RouteObject } from './loop.ts';

export interface Questions {
  readonly pools: PoolWorld;
  /** A user's assignments of late, to be counted until the org's own count holds them. */
  assignmentsOf(user: string): { readonly version: number; readonly at: readonly number[] };
  /** Of an address in the org; nothing while it is not known. */
  idOf(address: string): string | undefined;
  versionOf(pool: string): number;
  /** Records that a pool had held and that somebody can take now. */
  released(): readonly (Released & { readonly pool: string })[];
  /** The state of a pool as it is now, before the decision. */
  stateOf(pool: string): PoolState | undefined;
}

/** Thrown by the first question that nobody has answered yet. */
export class Unanswered extends Error {
  readonly request: Request;
  constructor(request: Request) {
    super(request.id);
    this.request = request;
  }
}

export interface Asking {
  /** Whoever takes nothing at all. */
  readonly away: (seat: string) => boolean;
  readonly presence: Presence;
  /** Of the record. */
  readonly record: RecordFacts['facts'];
  /** Seats that are not to have it. */
  readonly not: readonly string[];
}

export function questions(
  here: RouteObject,
  { facts, now }: Pick<StepInput<unknown>, 'facts' | 'now'>,
  { away, presence, record, not }: Asking,
): Questions {
  const aligned = new Map<string, PoolState>();
  const released: (Released & { readonly pool: string })[] = [];
  const ask = (request: Request): unknown => {
    const fact = facts.get(request.id);
    if (fact === undefined) throw new Unanswered(request);
    return fact.value;
  };
  const stateAt = (key: string) => (ask({ id: `state ${key}`, kind: 'state', keys: [key] }) as States)[key];

  const userOf = (seat: string) => here.routing.coverage.roster.seats.get(seat)?.user;
  /** Open records by seat; a count that could not be had leaves the pool with what it counted itself. */
  const loads = ({ name, spec }: Pool): ((seat: string) => number | undefined) => {
    if (!countsOpen(spec)) return () => undefined;
    const object = spec.count_object ?? here.object;
    const owners = spec.members.flatMap(({ seat }) => userOf(seat) ?? []);
    const counted = ask({ id: `load ${object} ${poolKey(name)}`, kind: 'load', object, owners }) as Loads | null;
    const keys = owners.map((owner) => loadKey(here.object, owner));
    const ledger = ask({ id: `assignments ${poolKey(name)}`, kind: 'state', keys }) as States;
    return (seat) => {
      const user = userOf(seat);
      const read = user === undefined ? undefined : counted?.[user];
      if (user === undefined || read === undefined) return undefined;
      const window = object === here.object ? { now } : { now, recent: millisecondsOf(spec.recent) };
      const { at } = assignmentsIn(ledger[loadKey(here.object, user)]);
      return openLoad(
        read,
        at.map((one) => ({ at: one })),
        window,
      );
    };
  };

  const languageFor = ({ spec }: Pool): string | undefined => {
    const value = record[spec.requires?.language_field ?? ''];
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  };

  const pools: PoolWorld = {
    pool: (name) => here.routing.pools.get(name),
    state(pool) {
      const before = aligned.get(pool.name);
      if (before !== undefined) return before;
      const kept = readState(stateAt(poolKey(pool.name))?.value ?? null);
      const open = loads(pool);
      const isAway = isDeclared(pool.name) ? (seat: string) => away(seat) || presence.out(pool, seat) !== undefined : away;
      const moved = align(pool, kept, {
        away: isAway,
        open,
        day: presence.day(pool),
        // A record is a unit of room.
        ...(pool.spec.strategy === 'most_capacity' && { used: open }),
      });
      aligned.set(pool.name, moved.state);
      released.push(...moved.released.map((one) => ({ ...one, pool: pool.name })));
      return moved.state;
    },
    about: {
      object: here.object,
      unfit: (pool) =>
        pool.spec.requires === undefined && not.length === 0
          ? []
          : pool.spec.members
              .map(({ seat }) => seat)
              .filter((seat) => not.includes(seat) || presence.lacks(pool, seat, languageFor(pool)) !== undefined),
      why: (pool, seat) =>
        not.includes(seat) ? 'had it before' : (presence.out(pool, seat) ?? presence.lacks(pool, seat, languageFor(pool))),
    },
  };
  return {
    pools,
    assignmentsOf: (user) => assignmentsIn(stateAt(loadKey(here.object, user))),
    idOf: (address) => (ask({ id: `id ${address}`, kind: 'ids', addresses: [address] }) as Readonly<Record<string, string>>)[address],
    versionOf: (pool) => stateAt(poolKey(pool))?.version ?? 0,
    released: () => released,
    stateOf: (pool) => aligned.get(pool),
  };
}

function assignmentsIn(state: States[string] | undefined): { readonly version: number; readonly at: readonly number[] } {
  return { version: state?.version ?? 0, at: (state?.value as { readonly at: readonly number[] } | null | undefined)?.at ?? [] };
}

/** Seats of one place that take turns are a pool that nobody declared. */
function isDeclared(pool: string): boolean {
  return !pool.startsWith('seats/');
}

/** The strategy or a cap looks at what people have open. */
function countsOpen({ strategy, members }: PoolSpec): boolean {
  return strategy === 'least_open' || strategy === 'most_capacity' || members.some(({ cap }) => cap?.open !== undefined);
}

export function poolKey(pool: string): string {
  return isDeclared(pool) ? `pool/${pool}` : pool;
}

export function loadKey(object: string, user: string): string {
  return `load/${object}/${user}`;
}
