// Decisions with what became of their records, where it is known.
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { Store } from '../../ports/store.ts';

export async function withOutcomes(
  store: Pick<Store, 'outcomes'>,
  decisions: readonly DecisionRecord[],
): Promise<readonly DecisionRecord[]> {
  const found = await store.outcomes.ofDecisions(decisions.map(({ id }) => id));
  if (found.size === 0) return decisions;
  return decisions.map((decision) => {
    const some = found.get(decision.id);
    if (some === undefined) return decision;
    const outcomes = some.map(({ outcome, at, reason, source }) => ({ outcome, at, ...(reason !== undefined && { reason }), source }));
    return { ...decision, outcomes };
  });
}
