// What the loops read is swapped in one step, between what is added and what is taken away: no loop reads what is not there yet, and none
// outlives what it reads. The step is self-contained: its patch on what was active gives what becomes active.
import jsonpatch from 'fast-json-patch';
import { parseAddress } from '../resources/core.ts';
import type { Comparison } from './compare.ts';
import { type SnapshotContent, changedResources, contentChanges } from './content.ts';
import { type Draft, type Edges, addEdge, heldStep } from './findings.ts';
import type { Hold, Step } from './plan.ts';
import { hashOf } from './value.ts';

export interface SnapshotInput {
  /** What is active now; `null` before the first one. */
  readonly before: SnapshotContent | null;
  /** `hashOf` the content that is active, where the caller has it. */
  readonly beforeHash?: string;
  readonly after: SnapshotContent;
  /** Addresses (as text) of what the loops refer to: it must be in the org before they do. */
  readonly needs: readonly string[];
}

export interface SnapshotDraft {
  readonly draft: Draft;
  /** The resources that differ. */
  readonly refs: readonly string[];
  readonly patch: Step['patch'];
  readonly expect: string | null;
  readonly holds: readonly Hold[];
}

const FINGERPRINT = 16;

/** Holds that the content is compiled around: an open seat is read as open. */
const FILLED_OTHERWISE = new Set(['unknown-user', 'inactive-user']);

/** The step that swaps the snapshot, with its edges; nothing where the content is the same. */
export function snapshotStep(environment: string, input: SnapshotInput, comparison: Comparison, edges: Edges): SnapshotDraft | undefined {
  const refs = changedResources(input.before, input.after);
  if (refs.length === 0 && input.before !== null) return undefined;
  const address = { type: 'Snapshot', key: environment };
  const draft: Draft = {
    id: `Snapshot/${environment}`,
    ref: { kind: 'Snapshot', name: environment },
    address,
    action: 'switch',
    phase: 'switch',
    tier: 'structure',
    fields: contentChanges(input.before, input.after, refs),
    cause: { kind: 'content', refs },
  };
  for (const { id, phase } of comparison.drafts) if (phase === 'contract') addEdge(edges, id, draft.id);
  const patch = jsonpatch.compare(some(input.before, refs), some(input.after, refs));
  return {
    draft,
    refs,
    patch,
    expect: input.before && (input.beforeHash?.slice(0, FINGERPRINT) ?? hashOf(input.before, FINGERPRINT)),
    holds: connectNeeds(draft, input.needs, comparison, edges),
  };
}

/** What becomes active when the step is done on what was active: the content that the plan was made of. */
export function contentAfter(step: Pick<Step, 'patch'>, before: SnapshotContent | null): SnapshotContent {
  const start: SnapshotContent = before ?? { resources: {} };
  return jsonpatch.applyPatch(structuredClone(start), step.patch).newDocument;
}

/**
 * It waits for what is only just made. What is in the org already is there, however its own step ends. What is neither there nor made holds
 * it; but not an assignment that somebody took away: that is drift like any other, and its seat is read as open.
 */
function connectNeeds(draft: Draft, needs: readonly string[], comparison: Comparison, edges: Edges): readonly Hold[] {
  const makes = new Map(comparison.drafts.map((step) => [step.id, step.action === 'create' || step.action === 'replace']));
  const open = new Set(comparison.holds.flatMap(({ code, steps }) => (FILLED_OTHERWISE.has(code) ? (steps ?? []) : [])));
  const holds: Hold[] = [];
  for (const need of needs) {
    if (open.has(need)) continue;
    const { declared, live } = comparison.world;
    if (makes.get(need) === true) addEdge(edges, draft.id, need);
    else if (!live.has(need) && declared.get(need)?.tier !== 'assignment') {
      const { type, key } = parseAddress(need);
      const message = `The loops would refer to ${type} ${key}, which is not in the org. Put it back ("loopctl drift --revert"), or take it out of git.`;
      holds.push(heldStep('missing-record', draft, message));
    }
  }
  return holds;
}

/** These resources alone, as the JSON that they are. */
function some(content: SnapshotContent | null, refs: readonly string[]): SnapshotContent {
  const all = content?.resources ?? {};
  const own = refs.filter((ref) => Object.hasOwn(all, ref)).map((ref) => [ref, all[ref]] as const);
  return JSON.parse(JSON.stringify({ resources: Object.fromEntries(own) })) as SnapshotContent;
}
