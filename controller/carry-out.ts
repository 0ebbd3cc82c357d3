// The last step of an apply: a plan that stands under its gate is carried out, and what came of it is written down.
import type { Problem } from '../resources/core.ts';
import { addressText } from '../resources/core.ts';
import { millisecondsOf } from '../resources/duration.ts';
import { allButRuns } from '../plans/runs.ts';
import { contentAfter } from '../plans/snapshot.ts';
import type { Hold, LiveObject, Plan, Step, StepResult } from '../plans/plan.ts';
import type { Moved } from '../plans/precondition.ts';
import { hashOf } from '../plans/value.ts';
import { type Crm, CrmUnavailable } from '../ports/crm.ts';
import type { Outcome, Scope, Store } from '../ports/store.ts';
import { allHeld, applyPlan } from './apply/run.ts';
import type { Deps } from './deps.ts';
import { budgetOf } from './gate.ts';
import type { Scene } from './load.ts';
import { preview, type PreviewRequest } from './preview.ts';

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
  /** Fields and records that still diverge then. */
  readonly drift?: number;
  readonly calls: { readonly read: number; readonly write: number };
}

export type ApplyAnswer =
  | { readonly kind: 'report'; readonly report: ApplyReport }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'declined'; readonly plan: Plan };

export interface CarryOut extends PreviewRequest {
  readonly scope: Scope;
  readonly plan: Plan;
  /** Ids of the records that were observed, by address as text. */
  readonly ids: ReadonlyMap<string, string>;
  /** The plan was made before, and is not looked at again afterwards. */
  readonly wasSaved?: boolean;
  readonly waitMs: number;
  /** Shown before anything is written; false: nothing is applied. */
  confirm(plan: Plan): Promise<boolean>;
  onProgress?(done: number, of: number): void;
  /** The process was asked to end: nothing more is begun, what was begun is ended. */
  stopping?(): boolean;
}

export async function carryOut(deps: Deps, crm: Crm, store: Store, scene: Scene, request: CarryOut): Promise<ApplyAnswer> {
  const { scope, plan, ids } = request;
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
  const held = allHeld(plan);
  if (held !== undefined) return await concluded(deps, crm, store, scene, scope, report('partial', { results: held }));
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
        return { id: hashOf(content), content, bindings: bindingsOf(known) };
      },
      ...(request.onProgress !== undefined && { onProgress: request.onProgress }),
      ...(request.stopping !== undefined && { stopping: request.stopping }),
    },
  );
  await store.rebind(scope, bindingsOf(end.ids), deps.clock.now().toISOString());
  await prune(deps, store, scene);
  const isAsWanted = allButRuns(end.steps, end.results);
  const after = isAsWanted ? await lookAgain(deps, crm, store, scene, request) : {};
  return await concluded(deps, crm, store, scene, scope, report(end.outcome, { steps: end.steps, results: end.results, ...after }));
}

/** In one order, so that the same bindings are the same text. */
function bindingsOf(ids: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...ids].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function idsOf(live: readonly LiveObject[]): ReadonlyMap<string, string> {
  return new Map(live.map((object) => [addressText(object.address), object.id]));
}

/** Re-observe and re-plan: what is left is said, never left to be found. */
async function lookAgain(
  deps: Deps,
  crm: Crm,
  store: Store,
  scene: Scene,
  request: CarryOut,
): Promise<Pick<ApplyReport, 'remaining' | 'drift'>> {
  if (request.wasSaved === true || request.stopping?.() === true) return {};
  try {
    const again = await preview(deps, crm, store, scene, { ...request, allowMissing: true });
    return again.ok ? { remaining: again.value.plan.steps.length, drift: again.value.plan.drift.length } : {};
  } catch (error) {
    // The apply is done; that the org cannot be asked once more is no reason to lose its report.
    if (error instanceof CrmUnavailable) return {};
    throw error;
  }
}

async function concluded(deps: Deps, crm: Crm, store: Store, scene: Scene, scope: Scope, answer: ApplyAnswer): Promise<ApplyAnswer> {
  if (answer.kind !== 'report') return answer;
  const { plan, outcome, steps, results, holds } = answer.report;
  const at = deps.clock.now().toISOString();
  const attempt = { commit: plan.commit, ...(plan.dirty && { dirty: true as const }), plan: plan.id, at };
  const failed = results.find((result) => result.status === 'failed');
  const whole = plan.targeted === undefined;
  const budget = budgetOf(crm, scene.resolved);
  const done = results.filter((result) => result.status === 'done').length;
  // What goes on in the background is told by its jobs.
  const isAsWanted = outcome === 'done' || outcome === 'nothing' || (outcome === 'pending' && allButRuns(steps, results));
  await store.updateStanding(scope, {
    org: plan.org,
    outcome: isAsWanted && outcome === 'pending' ? 'done' : outcome,
    holds,
    problems: [],
    drift: answer.report.drift ?? plan.drift.length,
    waiting: isAsWanted ? 0 : steps.length - done,
    ...(budget !== undefined && { budget }),
    lastAttempted: { ...attempt, ...(failed?.error !== undefined && { error: `${failed.id}: ${failed.error.message}` }) },
    ...(whole && isAsWanted && { lastApplied: attempt }),
  });
  return answer;
}

export function callsOf(crm: Crm): { readonly read: number; readonly write: number } {
  const { read, write } = crm.calls();
  return { read, write };
}

async function prune(deps: Deps, store: Store, { resolved }: Scene): Promise<void> {
  const { plans, journal } = resolved.project.spec.retention;
  const before = (age: string) => new Date(deps.clock.now().getTime() - millisecondsOf(age)).toISOString();
  await store.prune({ plans: before(plans), journal: before(journal) });
}
