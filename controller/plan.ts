// What would be done, from what is declared, what was applied and what is in the org. Asks nothing of the org.
import type { Ref } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import { materialise } from '../resources/materialise.ts';
import type { Drift, Plan } from '../plans/plan.ts';
import { buildPlan } from '../plans/build.ts';
import { compare } from '../plans/compare.ts';
import type { Rename } from '../plans/world.ts';
import type { SnapshotContent } from '../plans/content.ts';
import type { Crm } from '../ports/crm.ts';
import type { Store } from '../ports/store.ts';
import type { Scene } from './load.ts';
import type { Observation } from './observe.ts';
import { rerunsOf } from './jobs/reruns.ts';
import { driftPolicyOf, policyReverts } from './policy.ts';
import { renamesOf, snapshotOf } from './runtime.ts';

/** The declared side of a comparison. */
export interface Declared {
  readonly desired: readonly DesiredObject[];
  readonly renames: readonly Rename[];
  readonly content: SnapshotContent;
  /** Addresses, as text, of what the content refers to. */
  readonly needs: readonly string[];
}

export function declaredBy({ resolved }: Scene): Declared {
  return { desired: materialise(resolved), renames: renamesOf(resolved), ...snapshotOf(resolved) };
}

export interface PlanRequest {
  readonly targets?: readonly Ref[];
  /** Drift and conflicts that git wins. By default what the kind's policy says. */
  readonly reverts?: (drift: Drift) => boolean;
}

export interface Planned {
  readonly plan: Plan;
  /** Records of the inventory that are in the org. */
  readonly managed: number;
}

export async function planOf(
  crm: Crm,
  store: Store,
  { resolved, loaded }: Scene,
  { desired, renames, content, needs }: Declared,
  { scope, org, inventory, live }: Observation,
  request: PlanRequest,
): Promise<Planned> {
  const active = await store.activeSnapshot(scope);
  const comparison = compare({
    desired,
    inventory,
    live,
    types: crm.types,
    renames,
    adoption: resolved.environment.adoption,
    driftPolicy: driftPolicyOf(resolved),
    reverts: request.reverts ?? policyReverts,
  });
  const plan = buildPlan({
    comparison,
    environment: resolved.environment.name,
    org,
    commit: loaded.commit,
    dirty: loaded.dirty,
    asOf: resolved.asOf,
    snapshot: { before: active?.content ?? null, after: content, needs, ...(active !== undefined && { beforeHash: active.id }) },
    reruns: rerunsOf(resolved.environment.loops, active?.content ?? null, content),
    callsRead: crm.calls().read,
    ...(request.targets !== undefined && { targets: request.targets }),
  });
  return { plan, managed: comparison.managed };
}
