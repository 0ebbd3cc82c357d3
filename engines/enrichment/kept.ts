// What is remembered of a question to a provider: its last answer, and since when it does not answer.
import type { Found } from '../../resources/enrichment-policy/found.ts';
import type { EnrichmentPlan } from './policy.ts';

export type Answer = Extract<Found, { readonly kind: 'found' | 'none' }>;

export interface Kept {
  readonly answer?: Answer;
  /** ISO: when it was given. */
  readonly at?: string;
  /** Later than the answer, if there is one. */
  readonly failure?: Failure;
}

export interface Failure {
  readonly error: string;
  /** ISO: the first time without an answer in between. */
  readonly since: string;
  readonly attempts: number;
  /** ISO: when it is asked again. */
  readonly due: string;
  /** It will not answer this: it is not tried again until then. */
  readonly left: boolean;
}

/** After a call that was not answered. An answer that was there stays. */
export function afterFailure(
  plan: EnrichmentPlan,
  before: Kept | undefined,
  failed: { readonly error: string; readonly afterMs?: number; readonly refused?: boolean; readonly blameless?: boolean },
  now: number,
): Kept {
  const last = before?.failure;
  // One that was left, and is asked once more, begins anew.
  const goesOn = last !== undefined && !last.left;
  const since = goesOn ? last.since : isoOf(now);
  const attempts = (goesOn ? last.attempts : 0) + (failed.blameless === true ? 0 : 1);
  const left = failed.refused === true || now - Date.parse(since) >= plan.giveUpAfter;
  const pause = Math.min(plan.retry.most, plan.retry.first * 2 ** Math.max(0, attempts - 1));
  const due = now + (left ? plan.askAgainAfter : Math.max(pause, failed.afterMs ?? 0));
  const failure = { error: failed.error, since, attempts, due: isoOf(due), left };
  return { ...(before?.answer !== undefined && { answer: before.answer }), ...(before?.at !== undefined && { at: before.at }), failure };
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
