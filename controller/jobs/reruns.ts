// What a loop has decided on is decided on again when what it reads changes: as one step of the plan that changes it.
import type { SnapshotContent } from '../../plans/content.ts';
import type { Rerun } from '../../plans/runs.ts';
import { LOOPS } from '../loops/registry.ts';

/** Loops that look after every record of an object, and the kind that says of which. */
const LOOKS_AFTER: readonly { readonly loop: string; readonly kind: string }[] = [{ loop: 'qualify', kind: 'ScoringModel' }];

/**
 * What the loops that act look after, before and after a change. What no loop looked after before is left out: it has never been decided on,
 * and is looked at from then on.
 */
export function rerunsOf(active: readonly string[], before: SnapshotContent | null, after: SnapshotContent): readonly Rerun[] {
  if (before === null) return [];
  return LOOKS_AFTER.filter(({ loop }) => active.includes(loop)).flatMap(({ loop, kind }) => {
    const known = new Set(resourcesOf(before, kind).flatMap(({ object }) => object ?? []));
    return resourcesOf(after, kind).flatMap(({ name, object }): readonly Rerun[] => {
      if (object === undefined || !known.has(object)) return [];
      const reads = [before, after].flatMap((content) => readBy(loop, content, object));
      return [{ loop, object, ref: { kind, name }, reads: [...new Set(reads)] }];
    });
  });
}

/** The objects whose records the loop looks after, by what was reconciled. */
export function objectsOf(loop: string, content: SnapshotContent): readonly string[] {
  const kinds = LOOKS_AFTER.filter((one) => one.loop === loop).map(({ kind }) => kind);
  return [...new Set(kinds.flatMap((kind) => resourcesOf(content, kind).flatMap(({ object }) => object ?? [])))];
}

/** Of the kinds that configure the loop: what is of this object, or of every one. */
function readBy(loop: string, content: SnapshotContent, object: string): readonly string[] {
  const kinds = LOOPS.get(loop)?.parts.config ?? [];
  return kinds.flatMap((kind) =>
    resourcesOf(content, kind).flatMap((one) => (one.object === undefined || one.object === object ? [`${kind}/${one.name}`] : [])),
  );
}

function resourcesOf({ resources }: SnapshotContent, kind: string): readonly { readonly name: string; readonly object?: string }[] {
  const head = `${kind}/`;
  return Object.entries(resources).flatMap(([key, content]) => {
    if (!key.startsWith(head)) return [];
    const { object } = content as { readonly object?: string };
    return [{ name: key.slice(head.length), ...(object !== undefined && { object }) }];
  });
}
