// One record, one decision: the first rule that holds, and whom its action finds. What an agent or a person says comes in as a fact.
import { type CascadeRequest, resolveCascade, type Today } from '../cascade/cascade.ts';
import { absence, type Seat } from '../cascade/roster.ts';
import { assign } from '../pools/pool.ts';
import type { PoolState } from '../pools/state.ts';
import type { TraceEntry } from '../trace.ts';
import { accountOf, segmentOf, territoryOf } from './facts.ts';
import type { Routing } from './routing.ts';
import type { Facts } from '../field.ts';
import { type Action, firstMatch, type Moment, type Rule } from './rules.ts';

export interface RouteRequest {
  /** The record: turns and ties in pools are by it. */
  readonly id: string;
  readonly facts: Facts;
  readonly moment: Moment;
  /** What the agent or a person said; `null`: no answer. Not there: nobody was asked, and the decision waits for a person. */
  readonly agent?: AgentAnswer | null;
}

export interface AgentAnswer {
  readonly territory: string;
  /** 0..1 */
  readonly confidence: number;
  /** A person answered where the agent was to. */
  readonly by?: 'human';
}

export type Target =
  /** `user`: an account owner who sits in no seat of the roster. `step`: of the cascade. `via`: `account_owner` or `pool/x`. */
  | {
      readonly kind: 'user';
      readonly seat?: Seat;
      readonly user: string;
      readonly territory?: string;
      readonly step?: string;
      readonly via?: string;
    }
  | { readonly kind: 'queue'; readonly name: string; readonly territory?: string; readonly step?: string; readonly via?: string }
  /** The pool keeps the record until somebody is there. */
  | { readonly kind: 'hold'; readonly name: string; readonly via: string }
  /** A person looks; the record waits in the queue for reviews or that for triage, where one is declared. */
  | { readonly kind: 'review'; readonly name: string | undefined }
  | { readonly kind: 'reject'; readonly name: string; readonly status?: string }
  /** Not even the default found somebody. */
  | { readonly kind: 'nobody' };

export interface Route {
  readonly rule: Rule | undefined;
  /** `default` where no rule holds. */
  readonly rule_matched: string;
  readonly priority: number | null;
  readonly action: Action['kind'];
  readonly target: Target;
  /** The action found nobody, and the default was taken. */
  readonly fallback: boolean;
  /** `none`: an agent was needed and gave no answer. */
  readonly method: 'deterministic' | 'agent' | 'human' | 'none';
  readonly confidence: number;
  /** What would have fired otherwise, if need be `default`; `null` where it was the default that fired. */
  readonly next_rule: string | null;
  readonly owner_conflict: boolean;
  /** States of pools that changed, by pool: to be compared and set with the decision. */
  readonly writes: ReadonlyMap<string, PoolState>;
}

/** `trace`, where it is wanted, gets a line for each step of a cascade that was tried. */
export function decide(routing: Routing, today: Today, request: RouteRequest, trace?: TraceEntry[]): Route {
  const { rules } = routing;
  const place = firstMatch(rules, request.facts, request.moment);
  const rule = rules.rules[place];
  const next = rule === undefined ? undefined : rules.rules[firstMatch(rules, request.facts, request.moment, place + 1)];
  const acting: Acting = { routing, today, request, trace };
  const done = conflicted(acting, rule) ?? act(acting, rule?.action ?? rules.default);
  const found = done ?? (rule === undefined ? undefined : act(acting, rules.default));
  const agent = rule?.action.kind === 'agent' ? request.agent : undefined;
  return {
    rule,
    rule_matched: rule?.id ?? 'default',
    priority: rule?.priority ?? null,
    action: (rule?.action ?? rules.default).kind,
    target: found?.target ?? { kind: 'nobody' },
    fallback: done === undefined,
    method: rule?.action.kind !== 'agent' ? 'deterministic' : agent === undefined || agent === null ? 'none' : (agent.by ?? 'agent'),
    confidence: rule?.action.kind === 'agent' ? (agent?.confidence ?? 0) : 1,
    next_rule: next?.id ?? (rule === undefined ? null : 'default'),
    owner_conflict: accountOf(request.facts)?.owner_conflict === true,
    writes: found?.writes ?? NO_WRITES,
  };
}

interface Acting {
  readonly routing: Routing;
  readonly today: Today;
  readonly request: RouteRequest;
  readonly trace: TraceEntry[] | undefined;
}

/** Nothing where the action finds nobody. */
interface Done {
  readonly target: Target;
  readonly writes?: ReadonlyMap<string, PoolState>;
}

const NO_WRITES: ReadonlyMap<string, PoolState> = new Map();

function act(acting: Acting, action: Action): Done | undefined {
  switch (action.kind) {
    case 'assign_to_account_owner':
      return toAccountOwner(acting, action.seat);
    case 'assign_to_territory':
      return toTerritory(acting, territoryOf(acting.request.facts), action.seat);
    case 'assign_to_pool':
      return toPool(acting, action.pool);
    case 'assign_to_queue':
      return { target: { kind: 'queue', name: action.queue } };
    case 'assign_to_user':
      return toSeat(acting, action.seat);
    case 'agent':
      return byAgent(acting, action.agent);
    case 'reject': {
      const { reason, status } = action.reject;
      return { target: { kind: 'reject', name: reason, ...(status === undefined ? {} : { status }) } };
    }
    default:
      return action satisfies never;
  }
}

type SeatOfRole = Extract<Action, { kind: 'assign_to_territory' }>['seat'];

function toTerritory({ routing, today, request, trace }: Acting, territory: string | undefined, seat: SeatOfRole): Done | undefined {
  if (territory === undefined) {
    trace?.push({ rule: seat.cascade, result: 'nobody', because: 'there is no territory' });
    return undefined;
  }
  const { role, cascade, among } = seat;
  const wanted: CascadeRequest = {
    record: request.id,
    territory,
    cascade,
    role,
    among,
    segment: seat.match_segment ? segmentOf(request.facts) : undefined,
  };
  const { found, writes } = resolveCascade(routing.coverage, today, wanted, trace);
  if (found === undefined) return undefined;
  const { step } = found;
  if (found.kind === 'queue') return { target: { kind: 'queue', name: found.queue, territory, step }, writes };
  const via = found.via === undefined ? {} : { via: `pool/${found.via}` };
  return { target: { kind: 'user', seat: found.seat, user: found.seat.user ?? '', territory, step, ...via }, writes };
}

/** The owner while somebody sits there; then the territory of the account, then that of the record. */
function toAccountOwner(acting: Acting, seat: SeatOfRole): Done | undefined {
  const account = accountOf(acting.request.facts);
  const owner = account?.owner;
  if (owner !== undefined) {
    const { today, trace, routing } = acting;
    const { seats, ofUser } = routing.coverage.roster;
    const own = seats.get(owner);
    const sitting = own === undefined ? (ofUser.get(owner.toLowerCase()) ?? []) : [own];
    const live = sitting.find((one) => absence(one, today.day, today.away) === undefined);
    if (live !== undefined) return { target: { kind: 'user', seat: live, user: live.user ?? '', via: 'account_owner' } };
    // Whoever is in no roster may own accounts all the same.
    if (sitting.length === 0 && account?.owner_active === true) return { target: { kind: 'user', user: owner, via: 'account_owner' } };
    const [gone] = sitting;
    const why = gone === undefined ? 'is not active' : absence(gone, today.day, today.away);
    trace?.push({ rule: 'account_owner', result: 'nobody', because: `${owner} ${why ?? 'is not active'}` });
  }
  return toTerritory(acting, account?.territory ?? territoryOf(acting.request.facts), seat);
}

function toPool({ today, routing, request, trace }: Acting, pool: string): Done | undefined {
  const { assignment, writes } = assign(today.pools, pool, { id: request.id });
  const via = `pool/${assignment.pool}`;
  switch (assignment.outcome) {
    case 'assigned': {
      const seat = routing.coverage.roster.seats.get(assignment.seat);
      const why = seat === undefined ? 'is in no roster' : absence(seat, today.day, today.away);
      if (seat !== undefined && why === undefined) return { target: { kind: 'user', seat, user: seat.user ?? '', via }, writes };
      trace?.push({ rule: assignment.seat, result: 'nobody', because: why ?? '' });
      return undefined;
    }
    case 'queued':
      return { target: { kind: 'queue', name: assignment.queue, via }, writes };
    case 'held':
      return { target: { kind: 'hold', name: assignment.pool, via }, writes };
    default:
      return assignment satisfies never;
  }
}

function toSeat({ routing, today, trace }: Acting, name: string): Done | undefined {
  const seat = routing.coverage.roster.seats.get(name);
  const why = seat === undefined ? 'is in no roster' : absence(seat, today.day, today.away);
  if (seat !== undefined && why === undefined) return { target: { kind: 'user', seat, user: seat.user ?? '' } };
  trace?.push({ rule: name, result: 'nobody', because: why ?? '' });
  return undefined;
}

/**
 * How sure the agent is decides: it fires, a person looks, or the record goes where nobody could place it. Without an answer, or with one
 * that is no territory, a person looks.
 */
function byAgent(acting: Acting, action: Extract<Action, { kind: 'agent' }>['agent']): Done | undefined {
  const { rules, coverage } = acting.routing;
  const { confidence, queues } = rules.spec;
  const answer = acting.request.agent ?? undefined;
  // None of them is right, a person says: nobody is found.
  if (answer?.by === 'human' && !coverage.knows(answer.territory)) return undefined;
  if (answer === undefined || !coverage.knows(answer.territory)) return { target: { kind: 'review', name: queues.review } };
  if (answer.confidence >= confidence.fire) return toTerritory(acting, answer.territory, action);
  return { target: { kind: 'review', name: answer.confidence >= confidence.review ? queues.review : queues.triage } };
}

/** Parent and child have different owners: where the rules want it, a person says whose the record is. */
function conflicted({ routing, request }: Acting, rule: Rule | undefined): Done | undefined {
  const { owner_conflict, queues } = routing.rules.spec;
  if (owner_conflict !== 'review' || rule?.action.kind !== 'assign_to_account_owner') return undefined;
  return accountOf(request.facts)?.owner_conflict === true ? { target: { kind: 'review', name: queues.review } } : undefined;
}
