// Where a score is written on its record: as the model says, and nowhere else.
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import type { Score } from '../../engines/scoring/score.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import type { Effect } from '../decide.ts';

type Writeback = ScoringModelSpec['writeback'];
/** What of a score can be written. */
type Part = Exclude<keyof Writeback, 'decision_url' | 'account'>;

export interface Written {
  readonly made: Score;
  readonly trace: readonly TraceEntry[];
  /** The id of the decision. */
  readonly decision: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Fields of the record, by the org's names. */
export function writtenBack(to: Writeback, { made, trace, decision, now }: Written): Effect['fields'] {
  const values: Readonly<Record<Part, unknown>> = {
    score: made.score,
    grade: made.grade,
    fit: made.sides.fit.points,
    intent: made.sides.intent.points,
    explanation: trace.map(({ rule, result, because }) => `${rule}: ${result}, ${because}`).join('\n'),
    config_version: made.version,
    scored_at: new Date(now).toISOString(),
    decision: to.decision_url === undefined ? decision : to.decision_url.replaceAll('{id}', decision),
  };
  const fields: Record<string, unknown> = {};
  for (const [part, value] of Object.entries(values)) {
    const field = to[part as Part];
    if (field !== undefined) fields[field] = value;
  }
  return fields;
}
