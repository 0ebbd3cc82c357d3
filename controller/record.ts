// What a look at the org leaves in the store: the plan, and how the environment stands.
import type { Problem } from '../resources/core.ts';
import type { Store } from '../ports/store.ts';
import type { Deps } from './deps.ts';
import type { Preview } from './preview.ts';

export async function recordPlan(store: Store, { plan, observation }: Preview): Promise<void> {
  await store.savePlan(observation.scope, plan);
  if (plan.targeted !== undefined) return;
  await store.updateStanding(observation.scope, { org: plan.org, drift: plan.drift.length, holds: plan.holds, waiting: plan.steps.length });
}

/** An attempt that came to nothing before there was a plan: what was applied stays as it is. */
export async function recordFailure(
  deps: Pick<Deps, 'clock'>,
  store: Store,
  scope: { readonly project: string; readonly environment: string },
  { commit, problems }: { readonly commit: string | null; readonly problems: readonly Problem[] },
): Promise<void> {
  const error = problems.find((problem) => problem.severity === 'error')?.message ?? 'refused';
  await store.updateStanding(scope, { problems, lastAttempted: { commit, at: deps.clock.now().toISOString(), error } });
}
