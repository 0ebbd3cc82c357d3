// Does a higher score convert more often? Counted exactly, so that two runs and two machines agree.
import { convertedIn, type ScoredRow } from './rows.ts';

/** The share of pairs (one that converted, one that did not) in which the score is higher for the former; a tie is half a pair. */
export interface Auc {
  readonly value: number;
  /** (2·concordant + tied) and 2·n1·n0: the value is their quotient. */
  readonly twice_concordant_plus_ties: number;
  readonly twice_pairs: number;
}

/** The area under the ROC curve (Mann-Whitney); `null` where all have one outcome, or there are none. */
export function aucOf(scores: readonly number[], outcomes: readonly boolean[]): Auc | null {
  let [below, twice, converted, lost] = [0, 0, 0, 0];
  for (const { positives, negatives } of tally(scores, outcomes)) {
    twice += positives * (2 * below + negatives);
    below += negatives;
    converted += positives;
    lost += negatives;
  }
  const pairs = 2 * converted * lost;
  return pairs === 0 ? null : { value: twice / pairs, twice_concordant_plus_ties: twice, twice_pairs: pairs };
}

/** Kolmogorov-Smirnov: the greatest distance between the distributions of both outcomes; `null` where there is one outcome. */
export function ksOf(scores: readonly number[], outcomes: readonly boolean[]): number | null {
  const groups = tally(scores, outcomes);
  const converted = groups.reduce((sum, { positives }) => sum + positives, 0);
  const lost = scores.length - converted;
  if (converted === 0 || lost === 0) return null;
  let [up, down, most] = [0, 0, 0];
  for (const { positives, negatives } of groups) {
    up += positives;
    down += negatives;
    most = Math.max(most, Math.abs(up / converted - down / lost));
  }
  return most;
}

export interface Lift {
  readonly n: number;
  readonly converted: number;
  /** The rate among the best, as a multiple of the rate of all; `null` where nothing converted. */
  readonly lift: number | null;
}

/** Among the best `share` (0..1, rounded up to a row): score down, the older first. */
export function liftOfBest(rows: readonly ScoredRow[], share: number): Lift {
  const n = Math.min(rows.length, Math.ceil(rows.length * share - 1e-9));
  const best = rows.toSorted((a, b) => b.score - a.score || a.order - b.order).slice(0, n);
  const converted = convertedIn(best);
  const all = convertedIn(rows);
  return { n, converted, lift: n === 0 || all === 0 ? null : converted / n / (all / rows.length) };
}

export interface Threshold {
  readonly threshold: number;
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
  /** `null` where nothing scores so high. */
  readonly precision: number | null;
  /** `null` where nothing converted. */
  readonly recall: number | null;
  /** Converted below the threshold, of all that converted: more than 10 to 15 % is a path that the model does not see. */
  readonly false_negative_share: number | null;
}

export function atThreshold(rows: readonly ScoredRow[], threshold: number): Threshold {
  const above = rows.filter(({ score }) => score >= threshold);
  const tp = convertedIn(above);
  const fp = above.length - tp;
  const fn = convertedIn(rows) - tp;
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  return {
    threshold,
    tp,
    fp,
    fn,
    tn: rows.length - above.length - fn,
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    false_negative_share: share(fn, tp + fn),
  };
}

interface Group {
  readonly value: number;
  positives: number;
  negatives: number;
}

/** Outcomes of each score, lowest score first. */
function tally(scores: readonly number[], outcomes: readonly boolean[]): readonly Group[] {
  const groups = new Map<number, Group>();
  for (const [at, value] of scores.entries()) {
    let group = groups.get(value);
    if (group === undefined) groups.set(value, (group = { value, positives: 0, negatives: 0 }));
    if (outcomes[at] === true) group.positives += 1;
    else group.negatives += 1;
  }
  return [...groups.values()].sort((a, b) => a.value - b.value);
}
