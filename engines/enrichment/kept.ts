// What is remembered when a provider does not answer: since when, and when it is asked again.
import type { Kept } from '../../resources/enrichment-policy/found.ts';
import type { EnrichmentPlan } from './policy.ts';

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
