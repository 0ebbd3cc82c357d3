// What the engine decided, as the decision tells it: owner, queue, territory, and what is written for the next one.
import type { Today } from '../../engines/cascade/cascade.ts';
import { explainRoute, type Explanation } from '../../engines/routing/explain.ts';
import type { Route, RouteRequest, Target } from '../../engines/routing/decide.ts';
import type { Evidence } from '../../engines/routing/sentences.ts';
import { developerName } from '../../resources/naming.ts';
import type { Presence } from '../../engines/pools/availability.ts';
import { applyEvent } from '../../engines/pools/events.ts';
import type { Pool } from '../../engines/pools/pool.ts';
import type { PoolState } from '../../engines/pools/state.ts';
import type { Decide } from '../decide.ts';
import type { RouteObject } from './loop.ts';
import { loadKey, poolKey, type Questions } from './questions.ts';

export interface Outcome {
  readonly route: Route;
  readonly explanation: Explanation;
  readonly gives: Readonly<Record<string, unknown>>;
  readonly writes: Decide['writes'];
  /** When a record that waits is looked at again. */
  readonly wake?: string;
  /** Records that had waited and were given to somebody on the way: they are decided on next. */
  readonly rings: NonNullable<Decide['rings']>;
}

export interface Waiting {
  readonly presence: Presence;
  /** The pool in which the record has waited. */
  readonly waited: string | undefined;
  /** It has an id in the org: what nobody can come back to does not wait. */
  readonly isRecord: boolean;
}

const MOST_REMEMBERED = 2_000;

export function outcomeOf(
  here: RouteObject,
  today: Today,
  request: RouteRequest,
  evidence: Evidence | undefined,
  asked: Questions,
  { presence, waited, isRecord }: Waiting,
): Outcome {
  const { route, explanation } = explainRoute(here.routing, today, request, evidence);
  const { target } = route;
  const held = target.kind === 'hold' ? here.routing.pools.get(target.name) : undefined;
  const left =
    waited === undefined || waited === held?.name || route.writes.has(waited) ? undefined : withdrawn(here, asked, waited, request.id);
  const released = asked.released().filter(({ id }) => id !== request.id);
  // What went out of a pool on the way is out of its state, whoever the decision is about.
  const states = new Map([
    ...asked.released().map(({ pool }) => [pool, asked.stateOf(pool)] as const),
    ...(left === undefined ? [] : [left]),
    ...[...route.writes].filter(([pool]) => isRecord || pool !== held?.name),
  ]);
  const writes = [...states].map(([pool, value]) => ({ key: poolKey(pool), expect: asked.versionOf(pool), value: value as unknown }));
  if (target.kind === 'user') {
    const { version, at } = asked.assignmentsOf(target.user);
    const kept = at.filter((one) => one > request.moment.at - here.remembered).slice(1 - MOST_REMEMBERED);
    writes.push({ key: loadKey(here.object, target.user), expect: version, value: { at: [...kept, request.moment.at] } });
  }
  const territory = 'territory' in target ? target.territory : undefined;
  const wake = held === undefined ? undefined : wakeOf(held, asked.stateOf(held.name), presence);
  return {
    route,
    explanation,
    writes,
    ...(wake !== undefined && { wake: new Date(wake).toISOString() }),
    rings: released.flatMap(({ id, object }) => (object === undefined ? [] : [{ loop: 'route', object, record: id }])),
    gives: {
      rule_matched: route.rule_matched,
      priority: route.priority,
      action: route.action,
      ...(territory !== undefined && { territory }),
      ...holder(target, asked),
      ...('step' in target && target.step !== undefined && { step: target.step }),
      ...('via' in target && target.via !== undefined && { via: target.via }),
      fallback: route.fallback,
      next_rule: route.next_rule,
      ...(route.owner_conflict && { owner_conflict: true }),
      ...(released.length > 0 && { released }),
    },
  };
}

/** It goes elsewhere, and waits there no longer. */
function withdrawn(here: RouteObject, asked: Questions, name: string, record: string): readonly [string, PoolState] | undefined {
  const pool = here.routing.pools.get(name);
  if (pool === undefined) return undefined;
  const { absence } = pool.spec;
  const out = applyEvent(asked.pools.state(pool), { type: 'withdrawn', id: record }, absence);
  return [name, applyEvent(out, { type: 'taken', id: record }, absence)];
}

/** When somebody comes back, or counts for a day or a week begin anew. */
function wakeOf(pool: Pool, state: PoolState | undefined, presence: Presence): number | undefined {
  const isCapped = state?.members.some(
    ({ cap, today, thisWeek }) => (cap.day !== null && today >= cap.day) || (cap.week !== null && thisWeek >= cap.week),
  );
  const times = [presence.nextOpening(pool), isCapped === true ? presence.nextDay(pool) : undefined].filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

function holder(target: Target, asked: Questions): Readonly<Record<string, unknown>> {
  switch (target.kind) {
    case 'user': {
      const id = asked.idOf(`User/${target.user.toLowerCase()}`);
      const { seat, user } = target;
      const owner = {
        ...(id !== undefined && { id }),
        username: user,
        name: seat?.name ?? seat?.seat ?? user,
        role: seat?.role ?? null,
        ...(seat !== undefined && { seat: seat.seat }),
      };
      return { owner, ...(id !== undefined && { ownerId: id }) };
    }
    case 'queue':
      return queue(target.name, asked);
    case 'hold':
      return { held_by: target.name };
    case 'review':
      return { review: true, ...(target.name !== undefined && queue(target.name, asked)) };
    case 'reject':
      return { rejected: target.name, ...(target.status !== undefined && { status: target.status }) };
    case 'nobody':
      return {};
    default:
      return target satisfies never;
  }
}

/** Queues are named with or without their kind in front. */
function queue(name: string, asked: Questions): Readonly<Record<string, unknown>> {
  const plain = name.replace(/^queue\//, '');
  const id = asked.idOf(`Group/${developerName(plain)}`);
  return { queue: plain, ...(id !== undefined && { ownerId: id }) };
}
