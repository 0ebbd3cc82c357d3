// The leak of each hand-off: from the clocks as the loop keeps them.
import { countHandoffs, type HandoffCount, type HandoffCounting } from '../../engines/sla/count.ts';
import { readState, STATES } from '../../loops/sla/state.ts';
import { compileSla } from '../../loops/sla/world.ts';
import type { Handoff } from '../../resources/sla-policy/schema.ts';
import type { Scope, Store } from '../../ports/store.ts';

export interface SlaMetrics extends HandoffCount {
  readonly policy: string;
  readonly object: string;
  readonly handoff: Handoff;
  readonly target: string;
}

const PAGE = 500;

/** One a policy. Clocks that began within the window (milliseconds), and all that run. */
export async function slaMetrics(
  store: Pick<Store, 'activeSnapshot' | 'loopStates'>,
  scope: Scope | undefined,
  { now, span }: { readonly now: Date; readonly span: number },
): Promise<readonly SlaMetrics[]> {
  const row = scope === undefined ? undefined : await store.activeSnapshot(scope);
  if (scope === undefined || row === undefined) return [];
  const { byObject } = compileSla({ id: row.id, resources: row.content.resources });
  const since = new Date(now.getTime() - span).toISOString();
  const at = now.toISOString();
  const made: SlaMetrics[] = [];
  for (const [object, { policies }] of byObject) {
    const counts = new Map(policies.map(({ name }) => [name, countHandoffs()]));
    await seeAll(store, scope, `${STATES}/${object}/`, counts, { since, at });
    for (const { name, spec } of policies) {
      const counted = counts.get(name)?.result();
      if (counted !== undefined) made.push({ policy: name, object, handoff: spec.start, target: spec.target, ...counted });
    }
  }
  return made;
}

async function seeAll(
  store: Pick<Store, 'loopStates'>,
  scope: Scope,
  prefix: string,
  counts: ReadonlyMap<string, HandoffCounting>,
  { since, at }: { readonly since: string; readonly at: string },
): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await store.loopStates.page(scope, prefix, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const { value } of page) {
      for (const [policy, { running, past }] of Object.entries(readState(value)?.clocks ?? {})) {
        const count = counts.get(policy);
        for (const one of past) if (one.since >= since) count?.ended(one);
        if (running !== undefined) count?.running(running.due !== null && running.due <= at);
      }
    }
    if (page.length < PAGE) return;
    after = page.at(-1)?.key;
    // Whoever waits for an answer of this process meanwhile gets it.
    await new Promise<void>((turn) => void setImmediate(turn));
  }
}
