// What would be done, and whether it may be done now: observe → plan → gate. Writes nothing to the org.
import type { Checked, Ref } from '../resources/core.ts';
import type { Drift, Plan } from '../plans/plan.ts';
import type { Crm } from '../ports/crm.ts';
import type { Store } from '../ports/store.ts';
import type { Deps } from './deps.ts';
import { underGate } from './gate.ts';
import type { Scene } from './load.ts';
import { type Observation, observe } from './observe.ts';
import { declaredBy, planOf } from './plan.ts';
import { policyReverts } from './policy.ts';
import { knownRefs, unknownTargets } from './targets.ts';

export interface PreviewRequest {
  readonly targets?: readonly Ref[];
  /** Drift and conflicts that git wins, beside those of kinds whose policy is `revert`. */
  readonly reverts?: (drift: Drift) => boolean;
  readonly actor: 'controller' | 'person';
  readonly allowMissing?: boolean;
  readonly leased?: boolean;
  /** False: without going through records that were decided on. */
  readonly impact?: boolean;
}

export interface Preview {
  readonly plan: Plan;
  readonly observation: Observation;
}

export async function preview(deps: Deps, crm: Crm, store: Store, scene: Scene, request: PreviewRequest): Promise<Checked<Preview>> {
  const declared = declaredBy(scene);
  const observed = await observe(deps, crm, store, { resolved: scene.resolved, ...declared, ...request });
  if (!observed.ok) return observed;
  const reverts = (drift: Drift) => policyReverts(drift) || request.reverts?.(drift) === true;
  const planned = await planOf(crm, store, scene, declared, observed.value, { ...request, reverts });
  const { scope, live, inventory } = observed.value;
  const problems = unknownTargets(planned.plan, knownRefs(scene.resolved, inventory));
  if (problems.length > 0) return { ok: false, problems };
  const plan = await underGate(deps, crm, store, scene.resolved, {
    ...planned,
    scope,
    live,
    actor: request.actor,
    ...(request.impact === false && { impact: false }),
  });
  return { ok: true, value: { plan, observation: observed.value } };
}
