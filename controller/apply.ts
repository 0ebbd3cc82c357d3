// Applying: a plan that was saved, or one that is made now. One apply at a time in an environment; what moved since a plan was made is
// never written over; after the last step the world is looked at once more.
import { type Address, addressText, type Checked, isLink, parseAddress, type Problem } from '../resources/core.ts';
import { millisecondsOf } from '../resources/duration.ts';
import { contentAfter } from '../plans/snapshot.ts';
import { otherOrg } from '../plans/seal.ts';
import type { Hold, LiveObject, Plan, Step, StepResult } from '../plans/plan.ts';
import { addressesToRecheck, type Moved, stale } from '../plans/precondition.ts';
import { hashOf } from '../plans/value.ts';
import { type Crm, CrmUnavailable } from '../ports/crm.ts';
import type { InventoryRow, Lease, Outcome, Scope, Store } from '../ports/store.ts';
import { applyPlan } from './apply/run.ts';
import type { Deps } from './deps.ts';
import type { Scene } from './load.ts';
import { budgetOf, underGate } from './gate.ts';
import { preview, type PreviewRequest } from './preview.ts';

export interface ApplyRequest extends PreviewRequest {
  /** A plan that was saved, intact. Absent: one is made now. */
  readonly saved?: Plan;
  readonly waitMs: number;
  /** How long another apply is waited for. */
  readonly leaseMs: number;
  /** Shown before anything is written; false: nothing is applied. */
  confirm(plan: Plan): Promise<boolean>;
  onProgress?(done: number, of: number): void;
}

export interface ApplyReport {
  readonly plan: Plan;
  readonly outcome: Outcome;
  readonly holds: readonly Hold[];
  readonly steps: readonly Step[];
  readonly results: readonly StepResult[];
  readonly moved?: readonly Moved[];
  /** The plan file was applied before. */
  readonly used?: boolean;
  /** Steps that a new plan has right after this one was done. */
  readonly remaining?: number;
  readonly calls: { readonly read: number; readonly write: number };
}

export type ApplyAnswer =
  | { readonly kind: 'report'; readonly report: ApplyReport }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'declined'; readonly plan: Plan };

export async function apply(deps: Deps, crm: Crm, store: Store, scene: Scene, request: ApplyRequest): Promise<ApplyAnswer> {
  const org = await crm.identify();
  const scope: Scope = { project: scene.resolved.project.ref.name, environment: scene.resolved.environment.name, orgId: org.id };
  if (request.saved !== undefined) {
    const problem = otherOrg(request.saved, org, scope.environment);
    if (problem !== undefined) return { kind: 'refused', problems: [problem] };
  }
  const lease = await patientLease(deps, store, scope, request.leaseMs);
  if (!lease.ok) return { kind: 'refused', problems: lease.problems };
  try {
    return await underLease(deps, crm, store, scene, { ...request, leased: true, scope });
  } finally {
    await lease.value.release();
  }
}

type Leased = ApplyRequest & { readonly scope: Scope };

async function underLease(deps: Deps, crm: Crm, store: Store, scene: Scene, request: Leased): Promise<ApplyAnswer> {
  const { scope, saved } = request;
  const ready =
    saved === undefined ? await freshPlan(deps, crm, store, scene, request) : await savedPlan(deps, crm, store, scene, saved, request);
  if (ready.kind !== 'ready') return ready;
  const { plan, ids } = ready;
  const report = (outcome: Outcome, more: Partial<ApplyReport> = {}): ApplyAnswer => ({
    kind: 'report',
    report: { plan, outcome, holds: plan.holds, steps: plan.steps, results: [], calls: callsOf(crm), ...more },
  });
  await store.savePlan(scope, plan);
  const holds = plan.holds.filter((hold) => hold.scope === 'plan');
  if (holds.length > 0) return await concluded(deps, crm, store, scene, scope, report('held'));
  if (plan.steps.length > 0 && !(await request.confirm(plan))) return { kind: 'declined', plan };
  if (plan.steps.length === 0 && plan.settled.length === 0 && plan.underWay === undefined)
    return await concluded(deps, crm, store, scene, scope, report('nothing'));
  if (plan.serial !== undefined && !(await store.useSerial(plan.serial, plan.id, deps.clock.now().toISOString()))) {
    return report('stale', { moved: [], used: true });
  }
  const active = await store.activeSnapshot(scope);
  const end = await applyPlan(
    { crm, store, clock: deps.clock, nextId: deps.nextId },
    {
      scope,
      plan,
      by: deps.identity,
      ids,
      waitMs: request.waitMs,
      snapshot: (known) => {
        const step = plan.steps.find((one) => one.action === 'switch');
        if (step === undefined) return undefined;
        const content = contentAfter(step, active?.content ?? null);
        return { id: hashOf(content), content, bindings: Object.fromEntries(known) };
      },
      ...(request.onProgress !== undefined && { onProgress: request.onProgress }),
    },
  );
  await prune(deps, store, scene);
  const remaining = await lookAgain(deps, crm, store, scene, request, end.outcome);
  return await concluded(
    deps,
    crm,
    store,
    scene,
    scope,
    report(end.outcome, { steps: end.steps, results: end.results, ...(remaining !== undefined && { remaining }) }),
  );
}

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

function idsOf(live: readonly LiveObject[]): ReadonlyMap<string, string> {
  return new Map(live.map((object) => [addressText(object.address), object.id]));
}

async function patientLease(deps: Deps, store: Store, scope: Scope, waitMs: number): Promise<Checked<Lease>> {
  const until = deps.clock.now().getTime() + waitMs;
  for (;;) {
    const lease = await store.lease(scope, deps.identity);
    if (!('heldBy' in lease)) return { ok: true, value: lease };
    if (deps.clock.now().getTime() >= until) {
      const problem: Problem = {
        severity: 'error',
        code: 'lease-taken',
        message: `Another apply of ${scope.environment} is at work: ${lease.heldBy}.`,
        hint: 'Run it again when that one is done.',
      };
      return { ok: false, problems: [problem] };
    }
    await deps.clock.sleep(250 * (0.5 + deps.clock.random()));
  }
}

/** Re-observe and re-plan: what is left is said, never left to be found. */
async function lookAgain(deps: Deps, crm: Crm, store: Store, scene: Scene, request: Leased, outcome: Outcome): Promise<number | undefined> {
  if (outcome !== 'done' || request.saved !== undefined) return undefined;
  try {
    const again = await preview(deps, crm, store, scene, { ...request, allowMissing: true });
    return again.ok ? again.value.plan.steps.length : undefined;
  } catch (error) {
    // The apply is done; that the org cannot be asked once more is no reason to lose its report.
    if (error instanceof CrmUnavailable) return undefined;
    throw error;
  }
}

async function concluded(deps: Deps, crm: Crm, store: Store, scene: Scene, scope: Scope, answer: ApplyAnswer): Promise<ApplyAnswer> {
  if (answer.kind !== 'report') return answer;
  const { plan, outcome, steps, results, holds } = answer.report;
  const at = deps.clock.now().toISOString();
  const attempt = { commit: plan.commit, plan: plan.id, at };
  const failed = results.find((result) => result.status === 'failed');
  const whole = plan.targeted === undefined;
  const budget = budgetOf(crm, scene.resolved);
  const done = results.filter((result) => result.status === 'done').length;
  await store.updateStanding(scope, {
    org: plan.org,
    outcome,
    holds,
    problems: [],
    drift: plan.drift.length,
    waiting: steps.length - done,
    ...(budget !== undefined && { budget }),
    lastAttempted: { ...attempt, ...(failed?.error !== undefined && { error: `${failed.id}: ${failed.error.message}` }) },
    ...(whole && (outcome === 'done' || outcome === 'nothing') && { lastApplied: attempt }),
  });
  return answer;
}

function callsOf(crm: Crm): { readonly read: number; readonly write: number } {
  const { read, write } = crm.calls();
  return { read, write };
}

async function prune(deps: Deps, store: Store, { resolved }: Scene): Promise<void> {
  const { plans, journal } = resolved.project.spec.retention;
  const before = (age: string) => new Date(deps.clock.now().getTime() - millisecondsOf(age)).toISOString();
  await store.prune({ plans: before(plans), journal: before(journal) });
}
