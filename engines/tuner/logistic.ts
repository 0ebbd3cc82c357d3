// Logistic regression with a ridge, by Newton's method: the coefficients that make what happened most likely, drawn towards none where few
// rows speak (le Cessie and van Houwelingen, "Ridge estimators in logistic regression", 1992).
import { type Matrix, solve } from './cholesky.ts';

/** A row: what is known of it already, as log-odds, and the features that are not 0. */
export interface Observation {
  readonly offset: number;
  readonly features: readonly { readonly at: number; readonly value: number }[];
  readonly outcome: boolean;
}

export interface Fitted {
  /** Log-odds where every feature is 0. */
  readonly intercept: number;
  /** Log-odds by feature. */
  readonly coefficients: readonly number[];
}

const MOST_STEPS = 100;
const LEAST_PART = 1e-6;
/** Newton's steps shrink with their square: the one after this is far below what points can tell. */
const CLOSE_ENOUGH = 1e-7;

/**
 * Least of -log likelihood + ridge/2 · Σ coefficient²; the intercept is free. A `ridge` above 0 makes it one point. Nothing where the rows have one
 * outcome alone: there the intercept has no end.
 */
export function fitLogistic(rows: readonly Observation[], features: number, ridge: number): Fitted | undefined {
  const converted = rows.reduce((sum, { outcome }) => sum + (outcome ? 1 : 0), 0);
  if (converted === 0 || converted === rows.length) return undefined;
  // The intercept is the last of them.
  let at = new Float64Array(features + 1);
  let loss = lossAt(rows, at, ridge);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const { gradient, curvature } = slopeAt(rows, at, ridge);
    const way = solve(curvature, gradient);
    if (way === undefined) return undefined;
    let next = moved(at, way, 1);
    if (way.every((distance) => Math.abs(distance) < CLOSE_ENOUGH))
      return { intercept: next[features] as number, coefficients: Array.from(next.slice(0, features)) };
    let nextLoss = lossAt(rows, next, ridge);
    // Far away a whole step may lead too far.
    for (let part = 0.5; nextLoss > loss && part > LEAST_PART; part /= 2) {
      next = moved(at, way, part);
      nextLoss = lossAt(rows, next, ridge);
    }
    at = next;
    loss = nextLoss;
  }
  return undefined;
}

function moved(from: Float64Array, way: Float64Array, part: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(from, (value, at) => value - part * (way[at] as number));
}

function lossAt(rows: readonly Observation[], at: Float64Array, ridge: number): number {
  let loss = 0;
  for (const row of rows) {
    const odds = oddsOf(row, at);
    // log(1 + e^odds), without an overflow.
    loss += Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds))) - (row.outcome ? odds : 0);
  }
  for (let one = 0; one < at.length - 1; one += 1) loss += (ridge / 2) * (at[one] as number) ** 2;
  return loss;
}

function slopeAt(
  rows: readonly Observation[],
  at: Float64Array,
  ridge: number,
): { readonly gradient: Float64Array; readonly curvature: Matrix } {
  const last = at.length - 1;
  const gradient = new Float64Array(at.length);
  const curvature = Array.from(at, () => new Float64Array(at.length));
  const add = (row: number, column: number, value: number) => {
    const line = curvature[row] as Float64Array;
    line[column] = (line[column] as number) + value;
  };
  for (const row of rows) {
    const p = 1 / (1 + Math.exp(-oddsOf(row, at)));
    const miss = p - (row.outcome ? 1 : 0);
    const weight = p * (1 - p);
    gradient[last] = (gradient[last] as number) + miss;
    add(last, last, weight);
    for (const { at: one, value } of row.features) {
      gradient[one] = (gradient[one] as number) + miss * value;
      add(last, one, weight * value);
      add(one, last, weight * value);
      for (const { at: other, value: otherValue } of row.features) add(one, other, weight * value * otherValue);
    }
  }
  for (let one = 0; one < last; one += 1) {
    gradient[one] = (gradient[one] as number) + ridge * (at[one] as number);
    add(one, one, ridge);
  }
  return { gradient, curvature };
}

function oddsOf({ offset, features }: Observation, at: Float64Array): number {
  let odds = offset + (at[at.length - 1] as number);
  for (const { at: one, value } of features) odds += value * (at[one] as number);
  return odds;
}
