// Whether an experiment has told enough, and whether its candidate is too bad to go on: two proportions, compared with the pooled z statistic.
// Source: D. C. Montgomery, Design and Analysis of Experiments, ch. 2 (two-sample test of proportions).

export interface Side {
  /** Records. */
  readonly n: number;
  /** Of these, converted so far. Both sides grow old alike, so those of which nothing is known yet count on both. */
  readonly converted: number;
}

export interface Limits {
  readonly min_n: number;
  /** 0..1, in shares of the records: 0.05 are five points. */
  readonly max_drop: number;
}

export interface Compared {
  /** By how much the candidate converts less, as a share; below 0 it converts more. `null` of a side without records. */
  readonly drop: number | null;
  /** How many standard errors that is; `null` where nothing or all of it converted. */
  readonly z: number | null;
}

/** Two-sided, 5 %. */
export const Z = 1.96;

export function compared(control: Side, candidate: Side): Compared {
  if (control.n === 0 || candidate.n === 0) return { drop: null, z: null };
  const drop = control.converted / control.n - candidate.converted / candidate.n;
  const pooled = (control.converted + candidate.converted) / (control.n + candidate.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / control.n + 1 / candidate.n));
  return { drop, z: error === 0 ? null : drop / error };
}

export function isTooBad(control: Side, candidate: Side, { min_n, max_drop }: Limits): boolean {
  if (control.n < min_n || candidate.n < min_n) return false;
  const { drop, z } = compared(control, candidate);
  return drop !== null && z !== null && drop > max_drop && z > Z;
}
