// Past decisions, newest first, a page at a time: metrics are counted while they go by, and nothing is kept of them.
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { Outcome } from '../../ports/outcomes.ts';
import type { Scope, Store } from '../../ports/store.ts';

export interface Past {
  readonly decision: DecisionRecord;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What became of its record, whenever that was. */
  readonly outcomes: readonly Outcome[];
}

const PAGE = 200;

/** Decisions since a moment (milliseconds since 1970), of one loop or of all. */
export async function scan(
  store: Pick<Store, 'tally' | 'outcomes'>,
  scope: Scope,
  of: { readonly since: number; readonly loop?: string },
  see: (past: Past) => void,
): Promise<void> {
  const loop = of.loop !== undefined && { loop: of.loop };
  for (let before: string | undefined; ; ) {
    const page = await store.tally.decisions(scope, { limit: PAGE, ...loop, ...(before !== undefined && { before }) });
    const recent = page.map((decision) => ({ decision, at: Date.parse(decision.logged_at) })).filter(({ at }) => at >= of.since);
    const records = recent.flatMap(({ decision: { subject } }) => (subject.id === undefined ? [] : [subject.id]));
    const outcomes = await store.outcomes.ofRecords(scope, records);
    for (const one of recent) see({ ...one, outcomes: outcomes.get(one.decision.subject.id ?? '') ?? [] });
    // Ids grow with time: what is behind an older one is older.
    if (page.length < PAGE || recent.length < page.length) return;
    before = page.at(-1)?.id;
    // Whoever waits for an answer of this process meanwhile gets it.
    await new Promise<void>((turn) => void setImmediate(turn));
  }
}
