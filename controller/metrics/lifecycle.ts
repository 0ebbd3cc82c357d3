// How records get on in their lifecycle: from where each of them is and was, as the loop keeps it.
import { countLifecycle, type Counting, type LifecycleCount } from '../../engines/lifecycle/count.ts';
import { readPlace } from '../../engines/lifecycle/place.ts';
import { lifecycle } from '../../loops/lifecycle/loop.ts';
import { STATES } from '../../loops/lifecycle/step.ts';
import type { Scope, Store } from '../../ports/store.ts';

export interface LifecycleMetrics extends LifecycleCount {
  /** Of the LifecycleModel. */
  readonly model: string;
  readonly object: string;
  /** ISO: the window of what is counted by its time. */
  readonly since: string;
  readonly at: string;
}

const PAGE = 500;

/** One an object that a reconciled model follows. `span`: the window in milliseconds. */
export async function lifecycleMetrics(
  store: Pick<Store, 'activeSnapshot' | 'loopStates'>,
  scope: Scope | undefined,
  { now, span }: { readonly now: Date; readonly span: number },
): Promise<readonly LifecycleMetrics[]> {
  const row = scope === undefined ? undefined : await store.activeSnapshot(scope);
  if (scope === undefined || row === undefined) return [];
  const { byObject } = lifecycle.compile({ id: row.id, resources: row.content.resources });
  const since = now.getTime() - span;
  const made: LifecycleMetrics[] = [];
  for (const [object, followed] of byObject) {
    const counting = countLifecycle(followed.lifecycle, { since, now: now.getTime() });
    await seeAll(store, scope, `${STATES}/${object}/`, counting);
    const times = { since: new Date(since).toISOString(), at: now.toISOString() };
    made.push({ model: followed.name, object, ...times, ...counting.result() });
  }
  return made;
}

async function seeAll(store: Pick<Store, 'loopStates'>, scope: Scope, prefix: string, counting: Counting): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await store.loopStates.page(scope, prefix, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const { value } of page) {
      const place = readPlace(value);
      if (place !== undefined) counting.see(place);
    }
    if (page.length < PAGE) return;
    after = page.at(-1)?.key;
    // Whoever waits for an answer of this process meanwhile gets it.
    await new Promise<void>((turn) => void setImmediate(turn));
  }
}
