// Whether other points are worth a change: never at the price of what the model could do before.
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import type { BacktestReport, Finding } from '../backtest/backtest.ts';
import type { Judged } from './judged.ts';

export type Verdict =
  | { readonly kind: 'suggested'; readonly gain: number }
  | { readonly kind: 'nothing'; readonly why: 'no_moves' }
  | { readonly kind: 'nothing'; readonly why: 'small_gain'; readonly gain: number; readonly min: number }
  | { readonly kind: 'refused'; readonly reasons: readonly Refusal[] };

export type Refusal =
  | { readonly code: 'too_few_rows'; readonly n: number; readonly min: number }
  | { readonly code: 'one_outcome'; readonly part: 'older' | 'newer'; readonly n: number; readonly converted: number }
  /** A higher score converts less. */
  | { readonly code: 'upside_down' }
  | { readonly code: 'auc_falls'; readonly before: number; readonly after: number }
  | { readonly code: 'lift_falls'; readonly before: number; readonly after: number | null }
  | { readonly code: 'no_longer_monotone' }
  /** The model's guard finds it: already, where nothing may be learned; else anew. */
  | { readonly code: 'guard'; readonly finding: Finding };

export function verdictOn(
  { min_gain: min }: ScoringModelSpec['tuning'],
  before: Judged,
  after: Judged,
  reports: { readonly before: BacktestReport; readonly after: BacktestReport },
): Verdict {
  const reasons = whatFalls(before, after, reports);
  if (reasons.length > 0) return { kind: 'refused', reasons };
  const gain = (after.auc?.value ?? 0) - (before.auc?.value ?? 0);
  return gain < min ? { kind: 'nothing', why: 'small_gain', gain, min } : { kind: 'suggested', gain };
}

/** What a change of a model would make worse, on the records that judge it. */
export function whatFalls(
  before: Judged,
  after: Judged,
  reports: { readonly before: BacktestReport; readonly after: BacktestReport },
): readonly Refusal[] {
  const reasons: Refusal[] = [];
  if (before.auc !== null && after.auc !== null && after.auc.value < before.auc.value)
    reasons.push({ code: 'auc_falls', before: before.auc.value, after: after.auc.value });
  const [lift, nextLift] = [before.lift_best_grade, after.lift_best_grade];
  if (lift !== null && (nextLift === null || nextLift < lift)) reasons.push({ code: 'lift_falls', before: lift, after: nextLift });
  if (before.monotone && !after.monotone) reasons.push({ code: 'no_longer_monotone' });
  const known = new Set(reports.before.findings.map(signOf));
  return [
    ...reasons,
    ...reports.after.findings.filter((one) => !known.has(signOf(one))).map((finding): Refusal => ({ code: 'guard', finding })),
  ];
}

function signOf(finding: Finding): string {
  return 'factor' in finding ? `${finding.code} ${finding.factor}` : finding.code;
}
