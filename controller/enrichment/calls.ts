// One call to a provider: a place among those under way, a time limit, and its outcome kept. Whoever asks the same meanwhile waits for the
// same answer: providers charge by the call.
import pLimit, { type LimitFunction } from 'p-limit';
import { afterFailure } from '../../engines/enrichment/kept.ts';
import type { EnrichmentPlan } from '../../engines/enrichment/policy.ts';
import { type Question, rowOf } from '../../engines/enrichment/progress.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Provider } from '../../ports/enrichment.ts';
import type { EnrichmentKey, Enrichments } from '../../ports/enrichments.ts';
import type { Found, Kept } from '../../resources/enrichment-policy/found.ts';
import { type Circuit, circuit } from './circuit.ts';

export interface Call {
  readonly project: string;
  readonly plan: EnrichmentPlan;
  readonly provider: Provider;
  readonly question: Question;
  /** What its answer is kept under. */
  readonly key: EnrichmentKey;
  readonly before: Kept | undefined;
}

export interface Calls {
  /** Resolves when the outcome is kept. */
  make(call: Call): Promise<void>;
}

export function providerCalls(store: Enrichments, clock: Pick<Clock, 'now'>): Calls {
  const underWay = new Map<string, Promise<void>>();
  const circuits = new Map<string, Circuit>();
  const limits = new Map<string, LimitFunction>();

  async function made(call: Call): Promise<void> {
    const { plan, provider, question, before } = call;
    const breaker = entry(circuits, question.provider, circuit);
    const keep = (kept: Kept) => store.keep(call.project, call.key, kept, clock.now().toISOString());
    const paused = breaker.pausedFor(clock.now().getTime());
    if (paused > 0) {
      const error = before?.failure?.error ?? 'it has not answered lately, and is left in peace';
      await keep(afterFailure(plan, before, { error, afterMs: paused, blameless: true }, clock.now().getTime()));
      return;
    }
    const found = await withinTime(provider, question, plan.timeout);
    const now = clock.now();
    if (found.kind === 'unavailable') breaker.failed(now.getTime(), plan.pause);
    else breaker.answered();
    await keep(keptAfter(plan, before, found, now));
  }

  return {
    make(call) {
      const id = `${call.project} ${rowOf(call.key)}`;
      const already = underWay.get(id);
      if (already !== undefined) return already;
      const limit = entry(limits, `${call.question.provider} ${call.plan.concurrency}`, () => pLimit(call.plan.concurrency));
      const making = limit(() => made(call)).finally(() => underWay.delete(id));
      underWay.set(id, making);
      return making;
    },
  };
}

function keptAfter(plan: EnrichmentPlan, before: Kept | undefined, found: Found, now: Date): Kept {
  if (found.kind === 'found' || found.kind === 'none') return { answer: found, at: now.toISOString() };
  const refused = found.kind === 'refused' ? { error: found.error, refused: true } : found;
  return afterFailure(plan, before, refused, now.getTime());
}

/** Its time is up whether the provider looks at the signal or not. */
async function withinTime(provider: Provider, { query }: Question, timeout: number): Promise<Found> {
  const signal = AbortSignal.timeout(timeout);
  const late = new Promise<Found>((done) => {
    signal.addEventListener('abort', () => done({ kind: 'unavailable', error: `it did not answer within ${timeout / 1_000} s` }), {
      once: true,
    });
  });
  return Promise.race([provider.lookup(query, signal), late]);
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const before = map.get(key);
  if (before !== undefined) return before;
  const made = make();
  map.set(key, made);
  return made;
}
