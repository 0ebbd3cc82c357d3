// What a backtest reads: records of the past with the score that a model gives them and what became of them.
import type { Facts } from '../field.ts';
import type { Model } from '../scoring/model.ts';
import { score } from '../scoring/score.ts';

export interface ScoredRow {
  readonly score: number;
  /** `null`: excluded, so neither good nor bad. */
  readonly grade: string | null;
  /** Points by factor. */
  readonly factors: Readonly<Record<string, number>>;
  /** Did it convert? */
  readonly outcome: boolean;
  /** Orders rows in time: a sequence number, or milliseconds since 1970. */
  readonly order: number;
}

export interface RowReader {
  outcome(record: Facts): boolean;
  order(record: Facts): number;
  /** The moment of the decision, in milliseconds since 1970: what is known later is not to be read. */
  asOf(record: Facts): number;
}

export function scoredRows(model: Model, records: readonly Facts[], reader: RowReader): readonly ScoredRow[] {
  return records.map((record) => {
    const found = score(model, record, { asOf: reader.asOf(record) });
    return {
      score: found.score,
      grade: found.grade,
      factors: Object.fromEntries(found.factors.map(({ id, points }) => [id, points])),
      outcome: reader.outcome(record),
      order: reader.order(record),
    };
  });
}

/** Oldest first. */
function inOrder(rows: readonly ScoredRow[]): readonly ScoredRow[] {
  return rows.toSorted((a, b) => a.order - b.order);
}

/** The oldest third, the newest third, and all but the newest: what is learned on the past is measured on what came after. */
export function splitInTime(rows: readonly ScoredRow[]): {
  readonly first: readonly ScoredRow[];
  readonly last: readonly ScoredRow[];
  readonly before: readonly ScoredRow[];
} {
  const ordered = inOrder(rows);
  const third = Math.floor(ordered.length / 3);
  const start = ordered.length - third;
  return { first: ordered.slice(0, third), last: ordered.slice(start), before: ordered.slice(0, start) };
}

export function convertedIn(rows: readonly ScoredRow[]): number {
  return rows.reduce((sum, { outcome }) => sum + (outcome ? 1 : 0), 0);
}

/** `null` of no rows. */
export function rateOf(rows: readonly ScoredRow[]): number | null {
  return rows.length === 0 ? null : convertedIn(rows) / rows.length;
}
