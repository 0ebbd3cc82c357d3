// What a model can do on some rows, and whom a change of it would grade otherwise.
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import { type GradeRow, gradeTable, isMonotone } from '../backtest/calibration.ts';
import { type Auc, aucOf } from '../backtest/discrimination.ts';
import type { ScoredRow } from '../backtest/rows.ts';

export interface Judged {
  readonly auc: Auc | null;
  readonly lift_best_grade: number | null;
  readonly monotone: boolean;
  readonly grades: readonly GradeRow[];
}

export interface GradeChange {
  readonly from: string;
  readonly to: string;
  readonly n: number;
  readonly converted: number;
}

/** The older and the newer rows. */
export function split<Row>(rows: readonly Row[], share: number): readonly [readonly Row[], readonly Row[]] {
  const start = rows.length - Math.floor(rows.length * share);
  return [rows.slice(0, start), rows.slice(start)];
}

export function judge(rows: readonly ScoredRow[], { grades }: ScoringModelSpec): Judged {
  const table = gradeTable(rows, Object.keys(grades));
  return {
    auc: aucOf(
      rows.map(({ score }) => score),
      rows.map(({ outcome }) => outcome),
    ),
    lift_best_grade: table[0]?.lift ?? null,
    monotone: isMonotone(table),
    grades: table,
  };
}

/** Rows stay in their order, since points move and time does not. */
export function gradeChanges(before: readonly ScoredRow[], after: readonly ScoredRow[]): readonly GradeChange[] {
  const changes = new Map<string, { from: string; to: string; n: number; converted: number }>();
  for (const [at, { grade: from, outcome }] of before.entries()) {
    const to = after[at]?.grade;
    if (from === null || to === null || to === undefined || from === to) continue;
    const change = changes.get(`${from} ${to}`) ?? { from, to, n: 0, converted: 0 };
    changes.set(`${from} ${to}`, { ...change, n: change.n + 1, converted: change.converted + (outcome ? 1 : 0) });
  }
  return [...changes.values()].toSorted((a, b) => (a.from + a.to < b.from + b.to ? -1 : 1));
}
