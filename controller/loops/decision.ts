// A decision as it is kept and told.
import type { Decide } from '../../loops/decide.ts';
import type { LoopEvent } from '../../loops/event.ts';
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { SnapshotRow } from '../../ports/store.ts';

export interface Circumstances {
  readonly id: string;
  readonly loop: string;
  readonly event: LoopEvent;
  readonly snapshot: Pick<SnapshotRow, 'id' | 'commit'>;
  /** The version of loopctl. */
  readonly engine: string;
  readonly now: number;
}

export function decisionOf(end: Decide, { id, loop, event, snapshot, engine, now }: Circumstances): DecisionRecord {
  const { outcome, method, confidence, inputs, sources, trace, alternatives, reasoning, unread = [], name } = end;
  return {
    id,
    loop,
    subject: { object: event.object, ...(event.id !== undefined && { id: event.id }), ...(name !== undefined && { name }) },
    ...outcome,
    method,
    confidence,
    inputs,
    sources,
    trace,
    alternatives,
    reasoning,
    ...(unread.length > 0 && { unread }),
    revision: { commit: snapshot.commit, snapshot: snapshot.id, engine },
    effects: [],
    logged_at: new Date(now).toISOString(),
  };
}

/** What metrics count a decision under: a rule, a grade, a stage, what was done. */
export function labelOf(decision: DecisionRecord): string {
  if (decision['grade'] === null && typeof decision['rule_matched'] !== 'string') return 'excluded';
  const named = ['rule_matched', 'grade', 'stage', 'action'].map((key) => decision[key]);
  return named.find((one) => typeof one === 'string') ?? 'none';
}
