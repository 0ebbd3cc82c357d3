// From a comparison to a plan: the snapshot's step, targets, order, reasons, fingerprints, the sums; then sealed.
import jsonpatch from 'fast-json-patch';
import { type Ref, addressText } from '../resources/core.ts';
import type { Comparison } from './compare.ts';
import { removedTogether } from './contract.ts';
import type { Draft, Edges } from './findings.ts';
import { type Ordered, order } from './order.ts';
import type { CrmTypes, Hold, OrgIdentity, Plan, Step, StepId, Summary, Targeted } from './plan.ts';
import { expected } from './precondition.ts';
import { type Rerun, runSteps } from './runs.ts';
import { sealed } from './seal.ts';
import { type SnapshotDraft, type SnapshotInput, snapshotStep } from './snapshot.ts';
import { narrow } from './target.ts';
import { type Revision, why } from './why.ts';

export interface PlanInput extends Revision {
  readonly comparison: Comparison;
  readonly environment: string;
  readonly org: OrgIdentity;
  /** Absent: what the loops read is left alone. */
  readonly snapshot?: SnapshotInput;
  /** What loops look after, and decide on again where what they read changes. */
  readonly reruns?: readonly Rerun[];
  readonly targets?: readonly Ref[];
  /** Calls that observing has cost. */
  readonly callsRead: number;
  readonly impact?: Plan['impact'];
}

/** The plan, without what the gate says (`withGate`). */
export function buildPlan(input: PlanInput): Plan {
  const { comparison, environment, targets } = input;
  const edges: Edges = new Map([...comparison.edges].map(([id, needs]) => [id, new Set(needs)]));
  const snapshot = input.snapshot && snapshotStep(environment, input.snapshot, comparison, edges);
  const runs = snapshot === undefined ? [] : runSteps(input.reruns ?? [], snapshot.refs, snapshot.draft, edges);
  const all = snapshot === undefined ? comparison.drafts : [...comparison.drafts, snapshot.draft, ...runs];
  const { drafts, targeted } = targets === undefined ? { drafts: all, targeted: undefined } : narrow(all, edges, targets);
  const ordered = order(drafts, edges);
  const steps = ordered.map((step) => described(step, snapshot, input));
  return sealed({
    formatVersion: 1,
    commit: input.commit,
    dirty: input.dirty,
    environment,
    asOf: input.asOf,
    org: input.org,
    summary: summaryOf(steps, comparison.unchanged),
    steps,
    drift: comparison.drift.toSorted(by(({ address, path }) => `${addressText(address)} ${path}`)),
    holds: remainingHolds([...comparison.holds, ...(snapshot?.holds ?? [])], ordered),
    ...(comparison.warnings.length > 0 && { warnings: comparison.warnings.toSorted(by(({ code, message }) => `${code} ${message}`)) }),
    impact: input.impact ?? {},
    settled: comparison.settled.toSorted(by(({ from }) => addressText(from))),
    ...(comparison.underWay.length > 0 && { underWay: comparison.underWay.toSorted(by(({ address }) => addressText(address))) }),
    ...(targeted !== undefined && { targeted: targeted satisfies Targeted }),
    calls: { read: input.callsRead, estimatedWrite: estimatedCalls(steps, comparison.world.types) },
  });
}

function described({ draft, level, dependsOn }: Ordered, snapshot: SnapshotDraft | undefined, revision: Revision): Step {
  const { id, ref, address, action, phase, fields, recordId, was, keeps } = draft;
  const content = draft === snapshot?.draft ? snapshot : undefined;
  return {
    id,
    ref,
    address,
    action,
    phase,
    level,
    dependsOn,
    fields,
    patch: content?.patch ?? patchOf(draft),
    expect: content === undefined ? expected(draft) : content.expect,
    why: why(draft, revision),
    ...(recordId !== undefined && { recordId }),
    ...(was !== undefined && { was }),
    ...(keeps !== undefined && { keeps }),
  };
}

/** RFC 6902 on the record's fields; a record that is not there yet, or no more, has none. */
function patchOf({ action, fields }: Draft): Step['patch'] {
  const before = action === 'create' ? {} : Object.fromEntries(fields.map((field) => [field.path, field.before]));
  const after = action === 'delete' ? {} : Object.fromEntries(fields.map((field) => [field.path, field.after]));
  return jsonpatch.compare(before, after);
}

/** CRM steps alone: what the loops read and do is no record. */
function summaryOf(steps: readonly Step[], unchanged: number): Summary {
  const summary = { create: 0, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged };
  for (const { action } of steps) if (action !== 'switch' && action !== 'run') summary[action] += 1;
  return summary;
}

/** By code unit: the same on every machine, and whatever order the inputs had. */
function by<T>(text: (element: T) => string): (a: T, b: T) => number {
  return (a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);
}

/** Holds of the steps that are in the plan, in their order; a removal that is held holds the removals that only happen for its sake. */
function remainingHolds(holds: readonly Hold[], ordered: readonly Ordered[]): readonly Hold[] {
  const byId = new Map(ordered.map((step) => [step.draft.id, step]));
  const drafts = new Map(ordered.map(({ draft }) => [draft.id, draft]));
  const waits = (id: StepId) => byId.get(id)?.dependsOn ?? [];
  const place = new Map(ordered.map(({ draft }, at) => [draft.id, at]));
  const first = ({ steps = [] }: Hold) => place.get(steps[0] ?? '') ?? 0;
  const here = holds.flatMap((hold) => {
    const own = (hold.steps ?? []).filter((id) => byId.has(id));
    if (own.length === 0) return [];
    const steps = own.flatMap((id) => (drafts.get(id)?.action === 'delete' ? removedTogether(id, drafts, waits) : [id]));
    return [{ ...hold, steps: [...new Set(steps)] }];
  });
  return here.sort((a, b) => first(a) - first(b) || by<Hold>(({ code, message }) => `${code} ${message}`)(a, b));
}

const ROWS_A_CALL = 200;

/** Writes go level by level, one type and operation at a time, as many rows a call as the type allows. */
function estimatedCalls(steps: readonly Step[], types: CrmTypes): number {
  const batches = new Map<string, { rows: number; readonly size: number }>();
  for (const { phase, level, address, action, fields } of steps) {
    if (action === 'switch' || action === 'run' || action === 'forget' || (action === 'adopt' && fields.length === 0)) continue;
    const size = types[address.type]?.batch ?? ROWS_A_CALL;
    for (const operation of action === 'replace' ? ['delete', 'create'] : [action === 'adopt' ? 'update' : action]) {
      const name = [phase, level, address.type, operation].join(' ');
      const batch = batches.get(name) ?? { rows: 0, size };
      batch.rows += 1;
      batches.set(name, batch);
    }
  }
  return [...batches.values()].reduce((calls, { rows, size }) => calls + Math.ceil(rows / size), 0);
}
