// What the controller itself decided, as records to learn from: what a model read then, and what became of it.
import { millisecondsOf } from '../../resources/duration.ts';
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import type { EngagementEvent } from '../../engines/scoring/engagement.ts';
import type { PastRow } from '../../engines/tuner/rows.ts';
import { type FieldNames, fieldNames, type Filled, recordFacts, withFilled } from '../../loops/facts.ts';
import type { LoopEvent } from '../../loops/event.ts';
import type { FactValue, Snapshot } from '../../loops/loop.ts';
import type { StoredDecision } from '../../ports/decisions.ts';
import type { Outcome } from '../../ports/outcomes.ts';
import type { Scope, Store } from '../../ports/store.ts';

const PAGE = 500;
/** Older decisions are of another time. */
const OLDEST_MS = 730 * 86_400_000;

export interface PastOf {
  readonly scope: Scope;
  readonly snapshot: Snapshot;
  readonly model: { readonly name: string; readonly spec: ScoringModelSpec };
  readonly now: Date;
}

/**
 * One row a record: the last decision of Qualify on it before what became of it. What converted or was won did; what was lost or rejected did
 * not, and neither did what nothing became of within the horizon.
 */
export async function pastRows(
  store: Pick<Store, 'decisions' | 'outcomes'>,
  { scope, snapshot, model, now }: PastOf,
): Promise<readonly PastRow[]> {
  const { object, tuning } = model.spec;
  const names = object === undefined ? undefined : fieldNames(snapshot, object);
  if (names === undefined) return [];
  const horizon = millisecondsOf(tuning.horizon);
  const seen = new Set<string>();
  const rows: PastRow[] = [];
  for (let before: string | undefined; ; ) {
    const page = await store.decisions.past(scope, { limit: PAGE, ...(before !== undefined && { before }) });
    const scored = page.filter(({ decision }) => isOf(decision, model.name, object));
    const outcomes = await store.outcomes.ofRecords(
      scope,
      scored.flatMap(({ decision: { subject } }) => subject.id ?? []),
    );
    for (const stored of scored) {
      const id = stored.decision.subject.id ?? '';
      const at = Date.parse(stored.decision.logged_at);
      if (seen.has(id)) continue;
      const outcome = outcomeOf(outcomes.get(id) ?? [], at, now.getTime() - at > horizon);
      // Decided on after it had ended, or it is not known yet how it ends: an older decision on the record may tell.
      if (outcome === undefined) continue;
      seen.add(id);
      const row = rowOf(names, stored, { outcome, at });
      if (row !== undefined) rows.push(row);
    }
    const last = page.at(-1);
    if (page.length < PAGE || (last !== undefined && now.getTime() - Date.parse(last.decision.logged_at) > OLDEST_MS)) return rows;
    before = last?.decision.id;
    // Whoever waits for an answer of this process meanwhile gets it.
    await new Promise<void>((turn) => void setImmediate(turn));
  }
}

function isOf({ loop, subject, model }: StoredDecision['decision'], name: string, object: string | undefined): boolean {
  return (
    loop === 'qualify' &&
    subject.object === object &&
    subject.id !== undefined &&
    (model as { readonly name?: string } | undefined)?.name === name
  );
}

const GOOD = new Set(['converted', 'won']);

function outcomeOf(outcomes: readonly Outcome[], at: number, isMature: boolean): boolean | undefined {
  const after = outcomes.filter((one) => Date.parse(one.at) >= at);
  if (after.some(({ outcome }) => GOOD.has(outcome))) return true;
  if (after.length > 0) return false;
  return outcomes.length === 0 && isMature ? false : undefined;
}

/** Nothing where the decision has not kept what was read. */
function rowOf(
  names: FieldNames,
  { decision, recorded }: StoredDecision,
  { outcome, at }: { readonly outcome: boolean; readonly at: number },
): PastRow | undefined {
  const facts = new Map(recorded.facts.map(({ id, ...fact }): readonly [string, FactValue] => [id, fact]));
  const read = recordFacts(names, { world: undefined, event: recorded.event as LoopEvent, turn: '', now: at, facts });
  if (!('facts' in read)) return undefined;
  const filled = (decision['enrichment'] as { readonly values?: Filled } | undefined)?.values ?? {};
  const events = facts.get('events')?.value as readonly EngagementEvent[] | null | undefined;
  return {
    facts: withFilled(read, filled).facts,
    ...(events !== undefined && events !== null && { events }),
    outcome,
    order: at,
    asOf: at,
  };
}
