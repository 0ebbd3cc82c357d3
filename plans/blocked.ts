// Which steps a plan shows and an apply leaves: those that a hold keeps back, and those that wait for one of these.
import type { Hold, Step, StepId } from './plan.ts';

export type NotRun = { readonly hold: string } | { readonly blockedBy: readonly StepId[] };

/** By step. Steps come after what they wait for, so once through is enough. */
export function notRun(steps: readonly Pick<Step, 'id' | 'dependsOn'>[], holds: readonly Hold[]): ReadonlyMap<StepId, NotRun> {
  const held = new Map(holds.flatMap(({ code, scope, steps: ids = [] }) => (scope === 'step' ? ids.map((id) => [id, code] as const) : [])));
  const left = new Map<StepId, NotRun>();
  for (const { id, dependsOn } of steps) {
    const hold = held.get(id);
    const blockedBy = dependsOn.filter((need) => left.has(need));
    if (hold !== undefined) left.set(id, { hold });
    else if (blockedBy.length > 0) left.set(id, { blockedBy });
  }
  return left;
}
