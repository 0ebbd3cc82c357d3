// `--target`: the steps of some resources, and whatever these wait for; nothing else.
import { type Ref, refText } from '../resources/core.ts';
import type { Draft, Edges } from './findings.ts';
import type { StepId, Targeted } from './plan.ts';

/**
 * The drafts that remain, and what is said of the others. What only the loops read stands for the snapshot, whole: they never read a
 * mixture. What has records of its own stands for these; the loops go on with what they read.
 */
export function narrow(
  drafts: readonly Draft[],
  edges: Edges,
  refs: readonly Ref[],
): { readonly drafts: readonly Draft[]; readonly targeted: Targeted } {
  const byRef = new Map<string, StepId[]>();
  const add = (name: string, id: StepId) => {
    const known = byRef.get(name);
    if (known === undefined) byRef.set(name, [id]);
    else known.push(id);
  };
  for (const { cause, ref, id } of drafts) if (cause.kind !== 'content' && cause.kind !== 'run') add(refText(ref), id);
  for (const { cause, id } of drafts) {
    if (cause.kind === 'content') for (const name of cause.refs) if (!byRef.has(name)) add(name, id);
  }
  const asked = refs.flatMap((ref) => byRef.get(refText(ref)) ?? []);
  const kept = whole(closure(asked, edges), drafts, edges);
  const remaining = drafts.filter(({ id }) => kept.has(id));
  const idle = refs.filter((ref) => !byRef.has(refText(ref)));
  return { drafts: remaining, targeted: { refs, idle, left: drafts.length - remaining.length } };
}

/** A record that leaves its place in a ring also gets its new one; what is decided on again by what the loops read goes with that. */
function whole(kept: ReadonlySet<StepId>, drafts: readonly Draft[], edges: Edges): ReadonlySet<StepId> {
  const rest = drafts.flatMap(({ id, cause }) => {
    if (cause.kind === 'turn') return kept.has(id) && !kept.has(cause.step) ? [cause.step] : [];
    return cause.kind === 'run' && !kept.has(id) && [...(edges.get(id) ?? [])].every((need) => kept.has(need)) ? [id] : [];
  });
  return rest.length === 0 ? kept : whole(closure([...kept, ...rest], edges), drafts, edges);
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
