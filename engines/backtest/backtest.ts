// Would the model have told good records from bad ones? Everything that a person wants to know before a model goes live, and whether it
// may: its guard says what it must show.
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import { brier, type GradeRow, gradeTable, isMonotone, reliability, type ReliabilityRow, scoreBin } from './calibration.ts';
import { type Auc, aucOf, atThreshold, ksOf, type Lift, liftOfBest, type Threshold } from './discrimination.ts';
import { type FactorAucs, factorAucs, findLeaks, type Leak } from './leaks.ts';
import { convertedIn, rateOf, type ScoredRow, splitInTime } from './rows.ts';
import { psiBetween, psiVerdict, type Verdict } from './stability.ts';

export interface BacktestReport {
  readonly n: number;
  /** Left out of everything: records that the model excludes are neither good nor bad. */
  readonly excluded: number;
  readonly converted: number;
  readonly base_rate: number | null;
  readonly score_min: number | null;
  readonly score_max: number | null;
  readonly score_sum: number;
  readonly auc: Auc | null;
  readonly ks: number | null;
  readonly grades: readonly GradeRow[];
  readonly monotone: boolean;
  /** Of the best grade. */
  readonly lift_best_grade: number | null;
  readonly lift_top_decile: Lift;
  readonly at_threshold: Threshold | null;
  readonly brier: { readonly by_grade: number | null; readonly by_score_bin: number | null; readonly base_rate_only: number | null };
  readonly reliability: readonly ReliabilityRow[];
  readonly psi: Stability;
  readonly holdout: Holdout;
  readonly factor_auc: FactorAucs;
  /** Empty: the model may go live. */
  readonly findings: readonly Finding[];
}

export interface Stability {
  readonly by_grade: number;
  readonly by_score_bin: number;
  readonly by_factor: Readonly<Record<string, number>>;
  readonly first_third: Period;
  readonly last_third: Period;
  readonly verdict: Verdict;
}

export interface Period {
  readonly n: number;
  /** First and last. */
  readonly order: readonly [number, number] | null;
  readonly grades: Readonly<Record<string, number>>;
  readonly rate: number | null;
}

/** Grades are worth what they were worth in the first two thirds; measured on the last third. */
export interface Holdout {
  readonly n: number;
  readonly auc: Auc | null;
  readonly brier: number | null;
  readonly base_rate: number | null;
}

export type Finding =
  | Leak
  | { readonly code: 'low_auc'; readonly auc: number; readonly min: number }
  | { readonly code: 'low_lift'; readonly grade: string; readonly lift: number; readonly min: number }
  | { readonly code: 'not_monotone'; readonly grades: readonly string[] }
  | { readonly code: 'unstable'; readonly psi: number; readonly max: number }
  | { readonly code: 'nothing_to_learn'; readonly n: number; readonly converted: number };

export interface BacktestOptions {
  /** Counts hits and misses of records that score so high. */
  readonly threshold?: number;
  /** Points to a bin of scores. */
  readonly binWidth?: number;
  /** Where a PSI is watched, and where one acts; above `act` a distribution has changed. */
  readonly psi?: { readonly watch: number; readonly act: number };
}

/** Never throws: without rows, or with one outcome alone, what cannot be known is `null` and a finding says so. */
export function backtest(spec: ScoringModelSpec, scored: readonly ScoredRow[], options: BacktestOptions = {}): BacktestReport {
  const { threshold, binWidth = 10, psi: limits = { watch: 0.1, act: spec.guard.max_psi } } = options;
  const rows = scored.filter(({ grade }) => grade !== null);
  const scores = rows.map(({ score }) => score);
  const outcomes = rows.map(({ outcome }) => outcome);
  const gradeNames = Object.keys(spec.grades);
  const grades = gradeTable(rows, gradeNames);
  const measured = {
    n: rows.length,
    excluded: scored.length - rows.length,
    converted: convertedIn(rows),
    base_rate: rateOf(rows),
    score_min: scores.reduce<number | null>((least, score) => (least === null || score < least ? score : least), null),
    score_max: scores.reduce<number | null>((most, score) => (most === null || score > most ? score : most), null),
    score_sum: scores.reduce((sum, score) => sum + score, 0),
    auc: aucOf(scores, outcomes),
    ks: ksOf(scores, outcomes),
    grades,
    monotone: isMonotone(grades),
    lift_best_grade: grades[0]?.lift ?? null,
    lift_top_decile: liftOfBest(rows, 0.1),
    at_threshold: threshold === undefined ? null : atThreshold(rows, threshold),
    brier: {
      by_grade: brier(rows, ({ grade }) => grade),
      by_score_bin: brier(rows, (row) => scoreBin(row, binWidth)),
      base_rate_only: brier(rows, () => null),
    },
    reliability: reliability(rows, binWidth),
    psi: stabilityOf(rows, gradeNames, binWidth, limits),
    holdout: holdoutOf(rows),
    factor_auc: factorAucs(rows),
  };
  return { ...measured, findings: findingsOf(spec, measured) };
}

function stabilityOf(
  rows: readonly ScoredRow[],
  grades: readonly string[],
  binWidth: number,
  limits: { readonly watch: number; readonly act: number },
): Stability {
  const { first, last } = splitInTime(rows);
  const byGrade = psiBetween(last, first, ({ grade }) => grade);
  const byScore = psiBetween(last, first, (row) => scoreBin(row, binWidth));
  const factors = Object.keys(rows[0]?.factors ?? {});
  return {
    by_grade: byGrade,
    by_score_bin: byScore,
    by_factor: Object.fromEntries(factors.map((id) => [id, psiBetween(last, first, (row) => row.factors[id])])),
    first_third: periodOf(first, grades),
    last_third: periodOf(last, grades),
    verdict: psiVerdict(Math.max(byGrade, byScore), limits),
  };
}

function periodOf(rows: readonly ScoredRow[], grades: readonly string[]): Period {
  const [oldest, newest] = [rows[0], rows.at(-1)];
  return {
    n: rows.length,
    order: oldest === undefined || newest === undefined ? null : [oldest.order, newest.order],
    grades: Object.fromEntries(grades.map((grade) => [grade, rows.filter((row) => row.grade === grade).length])),
    rate: rateOf(rows),
  };
}

function holdoutOf(rows: readonly ScoredRow[]): Holdout {
  const { before, last } = splitInTime(rows);
  return {
    n: last.length,
    auc: aucOf(
      last.map(({ score }) => score),
      last.map(({ outcome }) => outcome),
    ),
    brier: brier(last, ({ grade }) => grade, before),
    base_rate: rateOf(last),
  };
}

function findingsOf(spec: ScoringModelSpec, report: Omit<BacktestReport, 'findings'>): readonly Finding[] {
  const { min_auc, min_lift_a, monotone, max_psi } = spec.guard;
  const { auc, grades, lift_best_grade: lift, psi } = report;
  const findings: Finding[] = [...findLeaks(spec, report.factor_auc)];
  if (auc === null) return [...findings, { code: 'nothing_to_learn', n: report.n, converted: report.converted }];
  if (auc.value < min_auc) findings.push({ code: 'low_auc', auc: auc.value, min: min_auc });
  if (lift !== null && lift < min_lift_a) findings.push({ code: 'low_lift', grade: grades[0]?.grade ?? '', lift, min: min_lift_a });
  if (monotone && !report.monotone) findings.push({ code: 'not_monotone', grades: invertedGrades(grades) });
  const changed = Math.max(psi.by_grade, psi.by_score_bin);
  if (changed > max_psi) findings.push({ code: 'unstable', psi: changed, max: max_psi });
  return findings;
}

/** Grades that convert no less than a better one. */
function invertedGrades(table: readonly GradeRow[]): readonly string[] {
  const rated = table.filter(({ rate }) => rate !== null);
  return rated.filter(({ rate }, at) => at > 0 && (rate ?? 0) >= (rated[at - 1]?.rate ?? 1)).map(({ grade }) => grade);
}
