// How a pool stands at a moment, by the same questions that a decision asks. Nothing is decided, and nobody takes a turn.
import { awayOn } from '../../engines/cascade/roster.ts';
import { type Presence, presenceAt } from '../../engines/pools/availability.ts';
import { explainPool } from '../../engines/pools/explain.ts';
import type { Pool, Released } from '../../engines/pools/pool.ts';
import type { PoolState } from '../../engines/pools/state.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import type { FactValue } from '../loop.ts';
import type { People, Request } from '../requests.ts';
import type { RouteObject } from './loop.ts';
import { peopled } from './people.ts';
import { questions, Unanswered } from './questions.ts';

export interface Standing {
  readonly kind: 'standing';
  readonly pool: Pool;
  /** The roster as the org has it. */
  readonly here: RouteObject;
  /** As a decision would have it now. */
  readonly state: PoolState;
  /** Records that a decision would give to somebody on the way. */
  readonly released: readonly Released[];
  /** A line for each member: who is next, who waits, who is passed over and why. */
  readonly members: readonly TraceEntry[];
  readonly presence: Presence;
}

/** `pool`: of the snapshot. A request where something is not known yet. */
export function poolStanding(
  declared: RouteObject,
  pool: Pool,
  { facts, now }: { readonly facts: ReadonlyMap<string, FactValue>; readonly now: number },
): Request | Standing {
  const people = facts.get('people')?.value as People | undefined;
  if (people === undefined) return { id: 'people', kind: 'people' };
  const here = peopled(declared, people);
  const { roster } = here.routing.coverage;
  const absent = new Set(people.absent);
  const presence = presenceAt(here.hours, { roster, away: people.away ?? [], now });
  const day = new Date(now).toISOString().slice(0, 10);
  const away = awayOn(roster, day, (seat) => absent.has(seat) || presence.off(seat) !== undefined);
  const asked = questions(here, { facts, now }, { away, presence, record: {}, not: [] });
  try {
    const state = asked.pools.state(pool);
    const members = explainPool(pool, state, { id: '', about: asked.pools.about });
    return { kind: 'standing', pool, here, state, released: asked.released(), members, presence };
  } catch (error) {
    if (error instanceof Unanswered) return error.request;
    throw error;
  }
}
