// The order: additions, the switch, removals; inside a phase the longest way to what a step waits for, structure before assignments
// (removals the other way round), so that there are few levels and one level can be written in a few batches.
import type { Draft, Edges } from './findings.ts';
import type { Phase, StepId } from './plan.ts';

export interface Ordered {
  readonly draft: Draft;
  readonly level: number;
  readonly dependsOn: readonly StepId[];
}

const PHASES: readonly Phase[] = ['expand', 'switch', 'contract'];
const RANKS: Readonly<Record<Phase, Readonly<Record<Draft['tier'], number>>>> = {
  expand: { structure: 0, assignment: 1, late: 2 },
  switch: { structure: 0, assignment: 0, late: 0 },
  contract: { assignment: 0, structure: 1, late: 2 },
};

/** Steps in the order of their execution. The same steps give the same order, however they were found. Throws on a circle, which is a bug. */
export function order(drafts: readonly Draft[], edges: Edges): readonly Ordered[] {
  const byId = new Map(drafts.map((draft) => [draft.id, draft]));
  const waits = new Map(drafts.map(({ id }) => [id, [...(edges.get(id) ?? [])].filter((need) => byId.has(need)).sort()]));
  const sequence = topological(drafts, waits);
  const ranks = effectiveRanks(sequence, byId, waits);
  const levels = levelsOf(sequence, byId, waits, ranks);
  return drafts
    .map((draft) => ({ draft, level: levels.get(draft.id) ?? 0, dependsOn: waits.get(draft.id) ?? [] }))
    .sort(
      (a, b) =>
        PHASES.indexOf(a.draft.phase) - PHASES.indexOf(b.draft.phase) ||
        a.level - b.level ||
        compareText(a.draft.address.type, b.draft.address.type) ||
        compareText(a.draft.address.key, b.draft.address.key) ||
        compareText(a.draft.id, b.draft.id),
    );
}

type Waits = ReadonlyMap<StepId, readonly StepId[]>;

/** Kahn: whatever waits for nothing more comes next. */
function topological(drafts: readonly Draft[], waits: Waits): readonly StepId[] {
  const followers = new Map<StepId, StepId[]>();
  const left = new Map<StepId, number>();
  for (const { id } of drafts) {
    const needs = waits.get(id) ?? [];
    left.set(id, needs.length);
    for (const need of needs) {
      const known = followers.get(need);
      if (known === undefined) followers.set(need, [id]);
      else known.push(id);
    }
  }
  const sequence = drafts.map(({ id }) => id).filter((id) => left.get(id) === 0);
  for (let at = 0; at < sequence.length; at += 1) {
    const done = sequence[at];
    for (const follower of (done !== undefined && followers.get(done)) || []) {
      const rest = (left.get(follower) ?? 0) - 1;
      left.set(follower, rest);
      if (rest === 0) sequence.push(follower);
    }
  }
  if (sequence.length === drafts.length) return sequence;
  const stuck = drafts.map(({ id }) => id).filter((id) => (left.get(id) ?? 0) > 0);
  throw new Error(`bug: steps wait for each other: ${stuck.slice(0, 10).sort().join(', ')}`);
}

/** What a step of a lower rank waits for has that rank too: it cannot come later. */
function effectiveRanks(sequence: readonly StepId[], byId: ReadonlyMap<StepId, Draft>, waits: Waits): ReadonlyMap<StepId, number> {
  const ranks = new Map<StepId, number>();
  for (const { id, phase, tier } of byId.values()) ranks.set(id, RANKS[phase][tier]);
  for (const id of [...sequence].reverse()) {
    const rank = ranks.get(id) ?? 0;
    for (const need of waits.get(id) ?? []) {
      if (byId.get(need)?.phase === byId.get(id)?.phase && (ranks.get(need) ?? 0) > rank) ranks.set(need, rank);
    }
  }
  return ranks;
}

/** Longest way inside the phase; a rank begins where the one before it ends. */
function levelsOf(
  sequence: readonly StepId[],
  byId: ReadonlyMap<StepId, Draft>,
  waits: Waits,
  ranks: ReadonlyMap<StepId, number>,
): ReadonlyMap<StepId, number> {
  const levels = new Map<StepId, number>();
  for (const phase of PHASES) {
    let next = 0;
    for (const rank of [0, 1, 2]) {
      const start = next;
      for (const id of sequence) {
        if (byId.get(id)?.phase !== phase || ranks.get(id) !== rank) continue;
        const needs = (waits.get(id) ?? []).filter((need) => byId.get(need)?.phase === phase);
        const level = needs.reduce((deepest, need) => Math.max(deepest, (levels.get(need) ?? 0) + 1), start);
        levels.set(id, level);
        next = Math.max(next, level + 1);
      }
    }
  }
  return levels;
}

/** By code unit: the same on every machine, whatever its language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
