// The plan with what holds it at this moment: policy, verdicts, the world around it.
import { addressText, parseRef } from '../resources/core.ts';
import type { Resolved } from '../resources/resolved.ts';
import { gate, withGate } from '../plans/gate.ts';
import { type Assigned, losesTerritories, type Owned, queuesThatLose } from '../plans/in-use.ts';
import type { LiveObject, Plan } from '../plans/plan.ts';
import { amended } from '../plans/seal.ts';
import type { Crm } from '../ports/crm.ts';
import type { Scope, Standing, Store } from '../ports/store.ts';
import type { Deps } from './deps.ts';
import { impactOf } from './impact.ts';
import { gatePolicyOf } from './policy.ts';

export interface ToGate {
  readonly plan: Plan;
  readonly scope: Scope;
  readonly live: readonly LiveObject[];
  /** Records of the inventory that are in the org. */
  readonly managed: number;
  readonly actor: 'controller' | 'person';
  /** False: records that were decided on are not gone through again; what they would say counts as not known. */
  readonly impact?: boolean;
}

export async function underGate(
  deps: Deps,
  crm: Crm,
  store: Store,
  resolved: Resolved,
  { plan, scope, live, managed, actor, impact = true }: ToGate,
): Promise<Plan> {
  if (plan.steps.length === 0) return plan;
  const owned = await ownedByQueues(crm, plan, live);
  const touched = plan.steps.flatMap((step) => (step.recordId === undefined ? [] : [step.recordId]));
  const territories = losesTerritories(plan.steps).flatMap(({ address, recordId }) =>
    recordId === undefined ? [] : [{ address, id: recordId }],
  );
  const assigned = territories.length === 0 ? new Map<string, Assigned>() : await crm.inTerritories(territories);
  // One that was saved says what it was reviewed with.
  const isKnown = !impact || plan.impact['records'] !== undefined || plan.steps.every(({ action }) => action !== 'switch');
  const replayed = isKnown ? undefined : await onRecords(store, scope, plan, deps.clock.now().getTime());
  const told = amended(plan, { impact: impactOf(plan, assigned, resolved, replayed) });
  const budget = budgetOf(crm, resolved);
  const holds = gate(told, gatePolicyOf(resolved), {
    now: deps.clock.now(),
    actor,
    verdicts: await store.verdicts(plan.id),
    managed,
    ownAccess: ownAccess(live),
    owned,
    assigned,
    claims: await store.claims(scope, touched),
    suspended: suspensionsIn(await store.standing(scope.project, scope.environment)),
    ...(budget !== undefined && { budget }),
  });
  return withGate(told, holds);
}

/** What every queue may own; what else these may is told by what they are taken out for. */
const OWNABLE = ['Lead', 'Case'];

/** What the queues own that the plan takes away, or takes an object out of. */
async function ownedByQueues(crm: Crm, plan: Plan, live: readonly LiveObject[]): Promise<ReadonlyMap<string, Owned>> {
  const losing = queuesThatLose(plan.steps);
  const queues = live.flatMap(({ address, id }) => (losing.has(addressText(address)) ? [{ address, id }] : []));
  if (queues.length === 0) return new Map();
  const taken = [...losing.values()].flat().flatMap(({ object }) => object ?? []);
  return crm.ownedBy(queues, [...OWNABLE, ...taken]);
}

/** The engines are loaded where a plan changes what loops read: no other plan pays for them. */
async function onRecords(store: Store, scope: Scope, plan: Plan, now: number) {
  const { impactOnRecords } = await import('./simulate/of-plan.ts');
  return impactOnRecords(store, scope, plan, now);
}

function suspensionsIn({ suspended, suspendedResources = {} }: Standing) {
  const resources = Object.entries(suspendedResources).flatMap(([text, one]) => {
    const ref = parseRef(text);
    return ref === undefined ? [] : [{ ...one, ref }];
  });
  return suspended === undefined ? resources : [suspended, ...resources];
}

export interface Budget {
  readonly used: number;
  readonly limit: number;
  readonly reserve: number;
}

/** Calls of the day as the org last told them, and how many are kept for others. */
export function budgetOf(crm: Pick<Crm, 'calls'>, { environment }: Resolved): Budget | undefined {
  const { used, limit } = crm.calls();
  if (used === undefined || limit === undefined) return undefined;
  return { used, limit, reserve: Math.ceil((limit * environment.api.reserve_pct) / 100) };
}

/** The assignments by which the running user sees the fields that loopctl works with. */
function ownAccess(live: readonly LiveObject[]): readonly string[] {
  return live.filter(({ address }) => address.type === 'PermissionSetAssignment').map(({ address }) => addressText(address));
}
