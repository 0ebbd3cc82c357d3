// Applying at a person's word: a plan that was saved, or one that is made now. What moved since a plan was made is never written over.
import { type Address, addressText, isLink, parseAddress } from '../resources/core.ts';
import { otherOrg } from '../plans/seal.ts';
import type { Plan } from '../plans/plan.ts';
import { addressesToRecheck, stale } from '../plans/precondition.ts';
import type { Crm } from '../ports/crm.ts';
import type { InventoryRow, Scope, Store } from '../ports/store.ts';
import { type ApplyAnswer, type ApplyReport, callsOf, carryOut, idsOf } from './carry-out.ts';
import type { Deps } from './deps.ts';
import { underGate } from './gate.ts';
import type { Scene } from './load.ts';
import { preview, type PreviewRequest } from './preview.ts';
import { inTurn } from './turn.ts';

export interface ApplyRequest extends PreviewRequest {
  /** A plan that was saved, intact. Absent: one is made now. */
  readonly saved?: Plan;
  readonly waitMs: number;
  /** How long another apply is waited for. */
  readonly leaseMs: number;
  /** Told once, where another apply has to be waited for. */
  onWait?(heldBy: string): void;
  /** Shown before anything is written; false: nothing is applied. */
  confirm(plan: Plan): Promise<boolean>;
  onProgress?(done: number, of: number): void;
}

export async function apply(deps: Deps, crm: Crm, store: Store, scene: Scene, request: ApplyRequest): Promise<ApplyAnswer> {
  const org = await crm.identify();
  const scope: Scope = { project: scene.resolved.project.ref.name, environment: scene.resolved.environment.name, orgId: org.id };
  const { saved, leaseMs } = request;
  if (saved !== undefined) {
    const problem = otherOrg(saved, org, scope.environment);
    if (problem !== undefined) return { kind: 'refused', problems: [problem] };
  }
  const inside = async () => {
    const leased = { ...request, leased: true, scope };
    const ready =
      saved === undefined ? await freshPlan(deps, crm, store, scene, leased) : await savedPlan(deps, crm, store, scene, saved, leased);
    if (ready.kind !== 'ready') return ready;
    return carryOut(deps, crm, store, scene, { ...leased, ...ready, wasSaved: saved !== undefined });
  };
  return inTurn(deps, store, scope, leaseMs, inside, request.onWait);
}

type Leased = ApplyRequest & { readonly scope: Scope };

type Ready =
  | { readonly kind: 'ready'; readonly plan: Plan; readonly ids: ReadonlyMap<string, string> }
  | Exclude<ApplyAnswer, { kind: 'declined' }>;

async function freshPlan(deps: Deps, crm: Crm, store: Store, scene: Scene, request: Leased): Promise<Ready> {
  const made = await preview(deps, crm, store, scene, request);
  if (!made.ok) return { kind: 'refused', problems: made.problems };
  const { plan, observation } = made.value;
  return { kind: 'ready', plan, ids: idsOf(observation.live) };
}

/** A saved plan: unused, and the world as it relies on it. */
async function savedPlan(deps: Deps, crm: Crm, store: Store, scene: Scene, saved: Plan, request: Leased): Promise<Ready> {
  const refused = (more: Pick<ApplyReport, 'moved' | 'used'>): Ready => ({
    kind: 'report',
    report: { plan: saved, outcome: 'stale', holds: [], steps: saved.steps, results: [], calls: callsOf(crm), ...more },
  });
  if (saved.serial !== undefined && (await store.isUsed(saved.serial))) return refused({ moved: [], used: true });
  const { scope, actor } = request;
  const inventory = await store.inventory(scope);
  const live = await crm.read(around(saved, inventory));
  const active = await store.activeSnapshot(scope);
  const moved = stale(saved, live, active?.content ?? null);
  if (moved.length > 0) return refused({ moved });
  const there = new Set(live.map((object) => addressText(object.address)));
  const managed = inventory.filter((entry) => there.has(addressText(entry.address))).length;
  const plan = await underGate(deps, crm, store, scene.resolved, { plan: saved, scope, live, managed, actor });
  return { kind: 'ready', plan, ids: idsOf(live) };
}

/** What the plan touches, and whatever its records and ours refer to. */
function around(plan: Plan, inventory: readonly InventoryRow[]): readonly Address[] {
  const wanted = new Map(addressesToRecheck(plan).map((address) => [addressText(address), address]));
  for (const entry of inventory) wanted.set(addressText(entry.address), entry.address);
  for (const fields of [...plan.steps.map((step) => step.keeps?.fields ?? {}), ...inventory.map((entry) => entry.fields)]) {
    for (const value of Object.values(fields)) if (isLink(value)) wanted.set(value.link, parseAddress(value.link));
  }
  return [...wanted.values()];
}
