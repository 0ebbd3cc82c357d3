// What a grade or a score is worth: how often records of it convert, and how far that is from what happened to each.
import { convertedIn, rateOf, type ScoredRow } from './rows.ts';

export interface GradeRow {
  readonly grade: string;
  readonly n: number;
  readonly converted: number;
  readonly share: number;
  /** `null` where no record has the grade. */
  readonly rate: number | null;
  /** The rate as a multiple of the rate of all. */
  readonly lift: number | null;
  readonly mean_score: number | null;
}

/** A row a grade, in the order of `grades`, the best first. */
export function gradeTable(rows: readonly ScoredRow[], grades: readonly string[]): readonly GradeRow[] {
  const base = rateOf(rows);
  const groups = Map.groupBy(rows, ({ grade }) => grade);
  return grades.map((grade) => {
    const of = groups.get(grade) ?? [];
    const rate = rateOf(of);
    return {
      grade,
      n: of.length,
      converted: convertedIn(of),
      share: rows.length === 0 ? 0 : of.length / rows.length,
      rate,
      lift: rate === null || base === null || base === 0 ? null : rate / base,
      mean_score: of.length === 0 ? null : of.reduce((sum, { score }) => sum + score, 0) / of.length,
    };
  });
}

/** A better grade converts more often, equal rates being no order; grades that no record has are passed over. */
export function isMonotone(table: readonly GradeRow[]): boolean {
  const rates = table.map(({ rate }) => rate).filter((rate) => rate !== null);
  return rates.every((rate, at) => at === 0 || rate < (rates[at - 1] ?? 1));
}

export interface ReliabilityRow {
  /** `40..49`. */
  readonly bin: string;
  readonly n: number;
  readonly converted: number;
  readonly rate: number;
}

/** A row a bin of scores that has records, lowest first. */
export function reliability(rows: readonly ScoredRow[], width: number): readonly ReliabilityRow[] {
  return [...Map.groupBy(rows, (row) => scoreBin(row, width))]
    .sort(([a], [b]) => a - b)
    .map(([bin, of]) => ({
      bin: `${bin * width}..${(bin + 1) * width - 1}`,
      n: of.length,
      converted: convertedIn(of),
      rate: convertedIn(of) / of.length,
    }));
}

export function scoreBin({ score }: ScoredRow, width: number): number {
  return Math.floor(score / width);
}

/**
 * Brier, "Verification of forecasts expressed in terms of probability" (1950): the mean of (p - y)², p being how often rows of the same key
 * converted in `learnedOn`. A key that was not seen there has the rate of all. `null` where either has no rows.
 */
export function brier(rows: readonly ScoredRow[], keyOf: (row: ScoredRow) => string | number | null, learnedOn = rows): number | null {
  const base = rateOf(learnedOn);
  if (rows.length === 0 || base === null) return null;
  const rates = new Map([...Map.groupBy(learnedOn, keyOf)].map(([key, of]) => [key, rateOf(of) ?? base]));
  const squares = rows.reduce((sum, row) => sum + ((rates.get(keyOf(row)) ?? base) - (row.outcome ? 1 : 0)) ** 2, 0);
  return squares / rows.length;
}
