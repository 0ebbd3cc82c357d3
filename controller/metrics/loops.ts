// How the loops do: what they decided, what failed and waits, how sure they were, and how often people overruled them. From the store alone.
import { OUTCOMES, type OutcomeName } from '../../ports/outcomes.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { Backlog } from '../../ports/tally.ts';
import { labelOf } from '../loops/decision.ts';
import { LOOPS } from '../loops/registry.ts';
import { countDrift, type ModelDrift } from './drift.ts';
import { type LifecycleMetrics, lifecycleMetrics } from './lifecycle.ts';
import { type Past, scan } from './scan.ts';
import { type SlaMetrics, slaMetrics } from './sla.ts';
import { countSpeed, type SpeedMetrics } from './speed.ts';

export interface LoopMetrics {
  readonly loop: string;
  /** Decisions, events that were given up, and events that are tried again. Events that a loop left alone are none. */
  readonly runs: number;
  readonly decided: number;
  /** Tried, and it did not work yet. */
  readonly failing: number;
  /** Given up: they wait for people. */
  readonly dead: number;
  /** Decided of all that ended; `null` where nothing did. */
  readonly success: number | null;
  readonly last?: string;
  /** What it decided: grades, rules, stages; the most frequent first. */
  readonly shares: readonly { readonly label: string; readonly n: number; readonly share: number }[];
  readonly quality: {
    /** Mean, 0 to 1; `null` of no decision. */
    readonly confidence: number | null;
    /** Mean share of a model that could be measured, where the loop says it. */
    readonly coverage: number | null;
    /** What became of records that it decided on, each record once. */
    readonly outcomes: Readonly<Record<OutcomeName, number>>;
  };
  /** Decisions that people made in place of another one, and their share of all. */
  readonly overrides: { readonly n: number; readonly rate: number | null };
  readonly reviews: number;
  readonly waiting: number;
  readonly parked: number;
  readonly effects: { readonly waiting: number; readonly refused: number };
  /** How long decisions took, as the process measured them since it started; absent where none was. */
  readonly seconds?: Took;
}

export interface Took {
  readonly n: number;
  readonly median: number;
  readonly p95: number;
}

export interface Measured {
  /** ISO. */
  readonly since: string;
  readonly at: string;
  readonly loops: readonly LoopMetrics[];
  readonly drift: readonly ModelDrift[];
  /** Where records stand in their lifecycle, an object each. */
  readonly lifecycle: readonly LifecycleMetrics[];
  /** What became of hand-offs, a policy each. */
  readonly sla: readonly SlaMetrics[];
  /** How soon records are given to somebody, an object each. */
  readonly speed: readonly SpeedMetrics[];
}

export interface MeasureOptions {
  readonly now: Date;
  /** How far back, in milliseconds. */
  readonly span: number;
  /** One loop alone. */
  readonly loop?: string;
}

/** Labels beyond these are counted together: a loop with a thousand rules makes no thousand lines. */
const MOST_LABELS = 24;

export async function measure(
  store: Pick<Store, 'tally' | 'outcomes' | 'activeSnapshot' | 'loopStates' | 'outbox'>,
  scope: Scope | undefined,
  { now, span, loop }: MeasureOptions,
): Promise<Measured> {
  const until = now.getTime();
  const since = until - span;
  const wanted = [...LOOPS.values()].filter(({ name, step }) => step !== undefined && (loop === undefined || name === loop));
  const counts = new Map(wanted.map(({ name }) => [name, emptyCount()]));
  const row = scope === undefined ? undefined : await store.activeSnapshot(scope);
  const drift = countDrift(loop === undefined || loop === 'qualify' ? (row?.content.resources ?? {}) : {}, until);
  const speed = countSpeed(since);
  let backlog: ReadonlyMap<string, Backlog> = new Map();
  if (scope !== undefined) {
    backlog = await store.tally.backlog(scope);
    await scan(store, scope, { since: Math.min(since, drift.since), ...(loop !== undefined && { loop }) }, (past) => {
      drift.see(past);
      if (past.at >= since) speed.see(past.decision);
      const count = counts.get(past.decision.loop);
      if (count !== undefined && past.at >= since) see(count, past);
    });
  }
  return {
    since: new Date(since).toISOString(),
    at: now.toISOString(),
    loops: wanted.map(({ name }) => metricsOf(name, counts.get(name) ?? emptyCount(), backlog.get(name))),
    drift: drift.result(),
    lifecycle: loop === undefined || loop === 'lifecycle' ? await lifecycleMetrics(store, scope, { now, span }) : [],
    sla: loop === undefined || loop === 'sla' ? await slaMetrics(store, scope, { now, span }) : [],
    speed: await speed.result(store),
  };
}

interface Count {
  decided: number;
  last: string | undefined;
  confidence: number;
  coverage: number;
  covered: number;
  human: number;
  readonly labels: Map<string, number>;
  readonly ended: Set<string>;
  readonly outcomes: Record<OutcomeName, number>;
}

function emptyCount(): Count {
  const outcomes = Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as Record<OutcomeName, number>;
  return { decided: 0, last: undefined, confidence: 0, coverage: 0, covered: 0, human: 0, labels: new Map(), ended: new Set(), outcomes };
}

function see(count: Count, { decision, outcomes }: Past): void {
  count.decided += 1;
  count.last ??= decision.logged_at;
  const { confidence, coverage, method } = decision;
  count.confidence += typeof confidence === 'number' ? confidence : 1;
  if (typeof coverage === 'number') {
    count.coverage += coverage;
    count.covered += 1;
  }
  // Who says no to another owner leaves the decision as it is.
  if (method === 'human' && decision['action'] !== 'override_refused') count.human += 1;
  const label = labelOf(decision);
  const known = count.labels.has(label) || count.labels.size < MOST_LABELS ? label : 'other';
  count.labels.set(known, (count.labels.get(known) ?? 0) + 1);
  const record = decision.subject.id;
  if (record === undefined || outcomes.length === 0 || count.ended.has(record)) return;
  count.ended.add(record);
  for (const { outcome } of outcomes) count.outcomes[outcome] += 1;
}

const NOTHING: Backlog = { waiting: 0, retrying: 0, parked: 0, dead: 0, effects: 0, refused: 0, reviews: 0 };

function metricsOf(loop: string, count: Count, backlog: Backlog | undefined): LoopMetrics {
  const { decided, last, confidence, coverage, covered, human, labels, outcomes } = count;
  const shares = [...labels].map(([label, n]) => ({ label, n, share: n / decided })).sort((a, b) => b.n - a.n);
  const counted = {
    loop,
    decided,
    ...(last !== undefined && { last }),
    shares,
    quality: {
      confidence: decided === 0 ? null : confidence / decided,
      coverage: covered === 0 ? null : coverage / covered,
      outcomes,
    },
    overrides: { n: human, rate: decided === 0 ? null : human / decided },
  };
  return withBacklog(counted, backlog);
}

type OfBacklog = 'runs' | 'failing' | 'dead' | 'success' | 'reviews' | 'waiting' | 'parked' | 'effects';

/** With what is open now in the place of what was open then. */
export function withBacklog(one: Omit<LoopMetrics, OfBacklog>, backlog = NOTHING): LoopMetrics {
  const { waiting, retrying, parked, dead, effects, refused, reviews } = backlog;
  const { decided } = one;
  return {
    ...one,
    runs: decided + retrying + dead,
    failing: retrying,
    dead,
    success: decided + dead === 0 ? null : decided / (decided + dead),
    reviews,
    waiting,
    parked,
    effects: { waiting: effects, refused },
  };
}
