// Carries out the steps of a plan, level by level: what can go on goes on, and says what did not and why.
import { addressText } from '../../resources/core.ts';
import type { Plan, Step, StepId, StepResult } from '../../plans/plan.ts';
import { notRun } from '../../plans/blocked.ts';
import { runAt } from '../../plans/runs.ts';
import { BATCH_SIZE, type RowOutcome, type WriteBatch } from '../../ports/crm.ts';
import type { NewJob } from '../../ports/jobs.ts';
import type { Batch, Outcome, Scope, SnapshotRow } from '../../ports/store.ts';
import { type Ended, endBatch, runBatch, type Tools, toResult } from './batch.ts';
import { needsNoCall, toRow } from './changes.ts';

export interface ApplyRun {
  readonly scope: Scope;
  readonly plan: Plan;
  /** The identity of the system or the token. */
  readonly by: string;
  /** Ids of the records that were observed, by address as text. */
  readonly ids: ReadonlyMap<string, string>;
  /** How long to wait for what the org works off by itself. */
  readonly waitMs: number;
  /** The snapshot behind the plan's switch step. */
  snapshot(ids: ReadonlyMap<string, string>): Omit<SnapshotRow, 'plan' | 'at' | 'commit'> | undefined;
  /** Told after each batch. */
  onProgress?(done: number, of: number): void;
  /** The process was asked to end: nothing more is sent, and nothing is waited for. */
  stopping?(): boolean;
}

export interface ApplyEnd {
  readonly outcome: Outcome;
  /** The plan's steps, and what the org was at already when the plan was made. */
  readonly steps: readonly Step[];
  readonly results: readonly StepResult[];
  /** Ids of the records that are there now, by address as text. */
  readonly ids: ReadonlyMap<string, string>;
}

interface Pending {
  readonly step: Step;
  readonly batch: Batch;
}

interface State {
  readonly results: Map<StepId, StepResult>;
  readonly pending: Map<StepId, Pending>;
  readonly ids: Map<string, string>;
  /** Set once the org refuses everything: nothing more is sent. */
  stopped: boolean;
}

export async function applyPlan(tools: Tools, run: ApplyRun): Promise<ApplyEnd> {
  const { plan, scope } = run;
  const apply = tools.nextId();
  const startedAt = tools.clock.now();
  const deadline = startedAt.getTime() + run.waitMs;
  const opening = { id: apply, plan: plan.id, commit: plan.commit, by: run.by, startedAt: startedAt.toISOString(), summary: plan.summary };
  await tools.store.beginApply(scope, opening, plan.settled);
  const state: State = { results: heldSteps(plan), pending: new Map(), ids: new Map(run.ids), stopped: false };
  const underWay = await takeUnderWay(tools, run, apply, state);
  for (const group of groups(plan.steps)) {
    await waitFor(
      tools,
      run,
      state,
      group.flatMap((step) => step.dependsOn),
      deadline,
    );
    await runGroup(tools, run, apply, group, state);
    run.onProgress?.(state.results.size, plan.steps.length);
  }
  await waitFor(tools, run, state, [...state.pending.keys()], deadline);
  const steps = [...plan.steps, ...underWay];
  const results = steps.map((step) => state.results.get(step.id) ?? { id: step.id, status: 'not-run' as const });
  const outcome = judge(results);
  await tools.store.finishApply(scope, apply, outcome, results, tools.clock.now().toISOString());
  return { outcome, steps, results, ids: idsLeft(steps, state) };
}

function idsLeft(steps: readonly Step[], { ids, results }: State): ReadonlyMap<string, string> {
  const left = new Map(ids);
  for (const { id, action, address } of steps)
    if (action === 'delete' && results.get(id)?.status === 'done') left.delete(addressText(address));
  return left;
}

/** What becomes of the steps where every one of them is held, or waits for one that is: nothing is begun. */
export function allHeld({ steps, settled, underWay, holds }: Plan): readonly StepResult[] | undefined {
  if (steps.length === 0 || settled.length > 0 || underWay !== undefined) return undefined;
  const left = notRun(steps, holds);
  return left.size < steps.length ? undefined : steps.map(({ id }) => ({ id, status: 'not-run', ...left.get(id) }));
}

/** Steps that a hold keeps back are settled before anything is sent. */
function heldSteps(plan: Plan): Map<StepId, StepResult> {
  const results = new Map<StepId, StepResult>();
  for (const hold of plan.holds) {
    for (const id of hold.steps ?? []) results.set(id, { id, status: 'not-run', hold: hold.code });
  }
  return results;
}

/** What an earlier apply asked for and the org still works on: waited for like a step of this one. */
async function takeUnderWay(tools: Tools, run: ApplyRun, apply: string, state: State): Promise<readonly Step[]> {
  const found = run.plan.underWay ?? [];
  if (found.length === 0) return [];
  const entries = new Map((await tools.store.inventory(run.scope)).map((entry) => [addressText(entry.address), entry]));
  const steps: Step[] = [];
  for (const { ref, address, path, declared, live } of found) {
    const entry = entries.get(addressText(address));
    if (entry === undefined) continue;
    const { tier, fields, dependsOn, onRemove, protect, adopted } = entry;
    const step: Step = {
      id: `${addressText(address)}#${path}`,
      ref,
      address,
      action: 'update',
      phase: 'expand',
      level: 0,
      dependsOn: [],
      fields: [{ path, before: live, after: declared }],
      patch: [],
      expect: null,
      why: 'asked for by an earlier apply',
      recordId: entry.id,
      keeps: { tier, fields: { ...fields, [path]: declared }, dependsOn, onRemove, protect, adopted, written: true },
    };
    const batch: Batch = { id: tools.nextId(), apply, level: 0, type: address.type, operation: 'update', steps: [step] };
    const result: StepResult = { id: step.id, status: 'pending' };
    const at = tools.clock.now().toISOString();
    await tools.store.beginBatch(run.scope, batch, at);
    await tools.store.endBatch(run.scope, batch, [result], [], at);
    state.results.set(step.id, result);
    state.pending.set(step.id, { step, batch });
    steps.push(step);
  }
  return steps;
}

/** Steps of one phase and level: none of them needs another. */
function groups(steps: readonly Step[]): readonly (readonly Step[])[] {
  return [...Map.groupBy(steps, (step) => `${step.phase} ${step.level}`).values()];
}

async function runGroup(tools: Tools, run: ApplyRun, apply: string, group: readonly Step[], state: State): Promise<void> {
  const ready: Step[] = [];
  for (const step of group) {
    if (state.results.has(step.id)) continue;
    const blockedBy = step.dependsOn.filter((id) => state.results.get(id)?.status !== 'done' && isPlanned(run.plan, id));
    // A run begins together with the switch that it follows, or not at all.
    if (blockedBy.length > 0 || state.stopped || step.action === 'run')
      state.results.set(step.id, { id: step.id, status: 'not-run', ...(blockedBy.length > 0 && { blockedBy }) });
    else ready.push(step);
  }
  for (const { operation, steps } of batches(ready)) {
    if (run.stopping?.() === true) state.stopped = true;
    if (state.stopped) {
      for (const step of steps) state.results.set(step.id, { id: step.id, status: 'not-run' });
    } else if (operation === 'switch') {
      await switchOver(tools, run, apply, steps, state);
    } else {
      const { batch, ended } = await runBatch(tools, { scope: run.scope, apply, steps, operation, ids: state.ids });
      take(state, batch, ended);
    }
  }
}

const planned = new WeakMap<Plan, ReadonlySet<StepId>>();
function isPlanned(plan: Plan, id: StepId): boolean {
  let ids = planned.get(plan);
  if (ids === undefined) planned.set(plan, (ids = new Set(plan.steps.map((step) => step.id))));
  return ids.has(id);
}

/** Calls' worth of steps, by type and operation; a replacement is a removal and then a creation. */
function batches(
  steps: readonly Step[],
): readonly { readonly operation: WriteBatch['operation'] | 'switch'; readonly steps: readonly Step[] }[] {
  const made: { operation: WriteBatch['operation'] | 'switch'; steps: readonly Step[] }[] = [];
  const byKind = Map.groupBy(steps, (step) => `${step.address.type} ${step.action} ${needsNoCall(step)}`);
  for (const some of byKind.values()) {
    for (let from = 0; from < some.length; from += BATCH_SIZE) {
      const piece = some.slice(from, from + BATCH_SIZE);
      const action = piece[0]?.action;
      if (action === 'replace') {
        made.push({ operation: 'delete', steps: piece.map(removal) }, { operation: 'create', steps: piece.map(recreation) });
      } else {
        made.push({ operation: operationOf(piece[0]), steps: piece });
      }
    }
  }
  return made;
}

function operationOf(step: Step | undefined): WriteBatch['operation'] | 'switch' {
  switch (step?.action) {
    case 'create':
      return 'create';
    case 'delete':
    case 'forget':
      return 'delete';
    case 'switch':
      return 'switch';
    default:
      return 'update';
  }
}

function removal(step: Step): Step {
  const { keeps: _, ...rest } = step;
  return { ...rest, action: 'delete', fields: [] };
}

function recreation(step: Step): Step {
  const { recordId: _, ...rest } = step;
  return { ...rest, action: 'create' };
}

function take(state: State, batch: Batch, ended: readonly Ended[]): void {
  for (const one of ended) {
    const before = state.results.get(one.step.id);
    if (before !== undefined && before.status !== 'done') continue;
    state.results.set(one.step.id, toResult(one));
    if (one.outcome.status === 'pending') state.pending.set(one.step.id, { step: one.step, batch });
    if (one.outcome.status === 'unavailable') state.stopped = true;
  }
}

async function switchOver(tools: Tools, run: ApplyRun, apply: string, steps: readonly Step[], state: State): Promise<void> {
  const content = run.snapshot(state.ids);
  for (const step of steps) {
    const batch: Batch = { id: tools.nextId(), apply, level: step.level, type: step.address.type, operation: 'switch', steps: [step] };
    const at = tools.clock.now().toISOString();
    await tools.store.beginBatch(run.scope, batch, at);
    const result: StepResult =
      content === undefined
        ? {
            id: step.id,
            status: 'failed',
            error: { code: 'NO_SNAPSHOT', message: 'The snapshot that this plan switches to is not there.' },
          }
        : { id: step.id, status: 'done' };
    if (content === undefined) await tools.store.endBatch(run.scope, batch, [result], [], at);
    else {
      const { runs, jobs } = begun(tools, run, content.id, step, state, at);
      const row = { ...content, commit: run.plan.commit, plan: run.plan.id, at };
      await tools.store.switchSnapshot(
        run.scope,
        { ...batch, steps: [step, ...runs.map((one) => one.step)] },
        row,
        [result, ...runs.map((one) => one.result)],
        jobs,
      );
      for (const one of runs) state.results.set(one.step.id, one.result);
    }
    state.results.set(step.id, result);
  }
}

/** What is decided on again after this switch: begun with it, done by whoever carries out jobs. */
function begun(tools: Tools, { plan, by }: ApplyRun, snapshot: string, after: Step, { results }: State, at: string) {
  const steps = plan.steps.filter(({ id, action, dependsOn }) => action === 'run' && dependsOn.includes(after.id) && !results.has(id));
  const jobs = steps.map(
    ({ address }): NewJob => ({ id: tools.nextId(), ...runAt(address), query: { open: true }, snapshot, plan: plan.id, by, at }),
  );
  const runs = steps.map((step) => ({ step, result: { id: step.id, status: 'pending', error: begunError(step) } satisfies StepResult }));
  return { runs, jobs };
}

function begunError({ address }: Step): NonNullable<StepResult['error']> {
  const { object } = runAt(address);
  return { code: 'PENDING', message: `begun; the controller goes through the open ${object} records (loopctl loop jobs)` };
}

const POLL_FIRST = 200;
const POLL_LONGEST = 5_000;

/** Polls what the org works off by itself, until it is known or the time is up. */
async function waitFor(tools: Tools, run: ApplyRun, state: State, ids: readonly StepId[], deadline: number): Promise<void> {
  const waiting = () => ids.filter((id) => state.pending.has(id));
  for (let pause = POLL_FIRST; waiting().length > 0; pause = Math.min(pause * 1.5, POLL_LONGEST)) {
    const left = deadline - tools.clock.now().getTime();
    if (left <= 0 || run.stopping?.() === true) return;
    await tools.clock.sleep(Math.min(pause, left));
    for (const id of waiting()) {
      const one = state.pending.get(id);
      if (one !== undefined) await poll(tools, run, state, one);
    }
  }
}

async function poll(tools: Tools, run: ApplyRun, state: State, { step, batch }: Pending): Promise<void> {
  const outcome: RowOutcome = await tools.crm.poll(step.address.type, toRow(step, state.ids));
  // No answer is no verdict: ask again.
  if (outcome.status === 'pending' || outcome.status === 'unknown') return;
  state.pending.delete(step.id);
  await endBatch(tools, run.scope, batch, [{ step, outcome }]);
  state.results.set(step.id, toResult({ step, outcome }));
}

function judge(results: readonly StepResult[]): Outcome {
  const statuses = new Set(results.map((result) => result.status));
  if (results.length === 0) return 'nothing';
  if (statuses.size === 1 && statuses.has('done')) return 'done';
  if (!statuses.has('done') && !statuses.has('pending') && statuses.has('failed')) return 'failed';
  if (statuses.has('failed') || statuses.has('unknown') || results.some((result) => result.status === 'not-run' && !waits(result, results)))
    return 'partial';
  return 'pending';
}

/** Not run only because something before it is still pending. */
function waits(result: StepResult, results: readonly StepResult[]): boolean {
  const pending = new Set(results.filter((one) => one.status === 'pending').map((one) => one.id));
  return result.blockedBy !== undefined && result.blockedBy.every((id) => pending.has(id));
}
