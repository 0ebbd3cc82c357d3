// What a decision wants made or told comes after what it wants written: a task is for whoever the record was given to, so where that was
// overtaken or refused it is left out, and while it waits the task waits too.
import type { EffectEnd, EffectRow } from '../../ports/live.ts';
import type { Store } from '../../ports/store.ts';

export interface Sequel {
  readonly ready: readonly EffectRow[];
  /** What it follows is still to be written. */
  readonly early: readonly EffectRow[];
  readonly settled: readonly EffectEnd[];
}

/** Of effects that make or tell something. One query. */
export async function sequelOf(outbox: Pick<Store['outbox'], 'ofDecisions'>, effects: readonly EffectRow[], now: string): Promise<Sequel> {
  const rows = await outbox.ofDecisions([...new Set(effects.map(({ decision }) => decision))]);
  const written = Map.groupBy(
    rows.filter(({ kind }) => kind === undefined),
    ({ decision }) => decision,
  );
  const ready: EffectRow[] = [];
  const early: EffectRow[] = [];
  const settled: EffectEnd[] = [];
  for (const effect of effects) {
    const before = (written.get(effect.decision) ?? []).filter(({ id }) => placeOf(id) < placeOf(effect.id));
    const lost = before.find(({ status }) => status === 'overtaken' || status === 'failed');
    if (lost !== undefined) settled.push({ id: effect.id, status: 'overtaken', error: `${namesOf(lost)} was not written`, ended: now });
    else if (before.some(({ status }) => status === 'waiting')) early.push(effect);
    else ready.push(effect);
  }
  return { ready, early, settled };
}

/** The place in its decision: `…-3`. */
function placeOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}

function namesOf({ fields }: EffectRow): string {
  return Object.keys(fields).join(', ');
}
