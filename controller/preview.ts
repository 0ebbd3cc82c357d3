// What would be done, and whether it may be done now: load → observe → plan → gate. Writes nothing to the org.
import type { Checked, Ref } from '../resources/core.ts';
import { materialise } from '../resources/materialise.ts';
import type { Drift, Plan } from '../plans/plan.ts';
import { buildPlan } from '../plans/build.ts';
import { compare } from '../plans/compare.ts';
import type { Crm } from '../ports/crm.ts';
import type { Store } from '../ports/store.ts';
import type { Deps } from './deps.ts';
import { underGate } from './gate.ts';
import type { Scene } from './load.ts';
import { type Observation, observe } from './observe.ts';
import { driftPolicyOf, policyReverts } from './policy.ts';
import { renamesOf, snapshotOf } from './runtime.ts';

export interface PreviewRequest {
  readonly targets?: readonly Ref[];
  /** Drift and conflicts that git wins, beside those of kinds whose policy is `revert`. */
  readonly reverts?: (drift: Drift) => boolean;
  readonly actor: 'controller' | 'person';
  readonly allowMissing?: boolean;
  readonly leased?: boolean;
}

export interface Preview {
  readonly plan: Plan;
  readonly observation: Observation;
}

export async function preview(deps: Deps, crm: Crm, store: Store, scene: Scene, request: PreviewRequest): Promise<Checked<Preview>> {
  const { resolved, loaded } = scene;
  const desired = materialise(resolved);
  const renames = renamesOf(resolved);
  const snapshot = snapshotOf(resolved);
  const observed = await observe(deps, crm, store, { resolved, desired, renames, needs: snapshot.needs, ...request });
  if (!observed.ok) return observed;
  const { scope, org, inventory, live } = observed.value;
  const active = await store.activeSnapshot(scope);
  const comparison = compare({
    desired,
    inventory,
    live,
    types: crm.types,
    renames,
    adoption: resolved.environment.adoption,
    driftPolicy: driftPolicyOf(resolved),
    reverts: (drift) => policyReverts(drift) || request.reverts?.(drift) === true,
  });
  const plan = buildPlan({
    comparison,
    environment: resolved.environment.name,
    org,
    commit: loaded.commit,
    dirty: loaded.dirty,
    asOf: resolved.asOf,
    snapshot: {
      before: active?.content ?? null,
      after: snapshot.content,
      needs: snapshot.needs,
      ...(active !== undefined && { beforeHash: active.id }),
    },
    callsRead: crm.calls().read,
    ...(request.targets !== undefined && { targets: request.targets }),
  });
  const gated = await underGate(deps, crm, store, scene.resolved, { plan, scope, live, managed: comparison.managed, actor: request.actor });
  return { ok: true, value: { plan: gated, observation: observed.value } };
}
