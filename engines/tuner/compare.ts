// Two versions of a model on the same past records: what a change of it would do, whoever proposes it.
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import { backtest, type BacktestReport } from '../backtest/backtest.ts';
import { everyRow, type PastRow } from './rows.ts';
import { type GradeChange, gradeChanges, type Judged, judge, split } from './judged.ts';
import { type Refusal, whatFalls } from './verdict.ts';

export interface Comparison {
  readonly n: number;
  /** The newer rows, by which either is judged. */
  readonly holdout: number;
  readonly before: Judged;
  readonly after: Judged;
  readonly grade_changes: readonly GradeChange[];
  readonly backtest: { readonly before: BacktestReport; readonly after: BacktestReport };
  /** What would get worse; empty: nothing does. */
  readonly falls: readonly Refusal[];
}

/** On the rows that both grade: whom a version excludes, it gets no praise for. */
export function compareModels(old: ScoringModelSpec, changed: ScoringModelSpec, past: readonly PastRow[]): Comparison {
  const [allBefore, allAfter] = [everyRow(old, [], past), everyRow(changed, [], past)];
  const isGraded = (_: unknown, at: number) => allBefore[at]?.grade !== null && allAfter[at]?.grade !== null;
  const [before, after] = [allBefore.filter(isGraded), allAfter.filter(isGraded)];
  const [, newerBefore] = split(before, old.tuning.holdout);
  const [, newerAfter] = split(after, old.tuning.holdout);
  const judged = { before: judge(newerBefore, old), after: judge(newerAfter, changed) };
  const reports = { before: backtest(old, before), after: backtest(changed, after) };
  const tooFew: readonly Refusal[] =
    before.length < old.tuning.min_rows ? [{ code: 'too_few_rows', n: before.length, min: old.tuning.min_rows }] : [];
  return {
    n: before.length,
    holdout: newerBefore.length,
    ...judged,
    grade_changes: gradeChanges(before, after),
    backtest: reports,
    falls: [...tooFew, ...whatFalls(judged.before, judged.after, reports)],
  };
}
