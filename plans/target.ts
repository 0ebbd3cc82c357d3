// `--target`: the steps of some resources, and whatever these wait for; nothing else.
import { type Ref, refText } from '../resources/core.ts';
import type { Draft, Edges } from './findings.ts';
import type { StepId, Targeted } from './plan.ts';

/** The drafts that remain, and what is said of the others. A resource that loops read stands for the snapshot, whole: they never read a mixture. */
export function narrow(
  drafts: readonly Draft[],
  edges: Edges,
  refs: readonly Ref[],
): { readonly drafts: readonly Draft[]; readonly targeted: Targeted } {
  const byRef = new Map<string, StepId[]>();
  for (const draft of drafts) {
    const names = draft.cause.kind === 'content' ? draft.cause.refs : [refText(draft.ref)];
    for (const name of names) {
      const known = byRef.get(name);
      if (known === undefined) byRef.set(name, [draft.id]);
      else known.push(draft.id);
    }
  }
  const kept = closure(
    refs.flatMap((ref) => byRef.get(refText(ref)) ?? []),
    edges,
  );
  const remaining = drafts.filter(({ id }) => kept.has(id));
  const idle = refs.filter((ref) => !byRef.has(refText(ref)));
  return { drafts: remaining, targeted: { refs, idle, left: drafts.length - remaining.length } };
}

function closure(ids: readonly StepId[], edges: Edges): ReadonlySet<StepId> {
  const kept = new Set(ids);
  const waiting = [...ids];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const need of edges.get(next) ?? []) {
      if (kept.has(need)) continue;
      kept.add(need);
      waiting.push(need);
    }
  }
  return kept;
}
