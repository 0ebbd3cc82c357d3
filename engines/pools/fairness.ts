// Whether a pool hands out what its weights say. Each assignment is expected to fall on those who could have had it, by weight: so nobody's
// vacation looks like unfairness. The test is Pearson's χ² of goodness of fit; its p-value is the upper regularised incomplete gamma
// function (Numerical Recipes §6.2: a series below a + 1, a continued fraction above).

export interface Assigned {
  readonly seat: string;
  /** Seats that could have had it, the one that has it among them. */
  readonly among: readonly string[];
  readonly grade?: string | null | undefined;
}

export interface SeatShare {
  readonly seat: string;
  readonly n: number;
  /** Of all assignments, 0..1; `null` where there were none. */
  readonly share: number | null;
  /** Its weight of all weights, 0..1. */
  readonly weight: number;
  /** Assignments that would have been its own by weight, of those that it could have had. */
  readonly expected: number;
  /** (n − expected) / expected; `null` where nothing was expected. */
  readonly skew: number | null;
  readonly grades: Readonly<Record<string, number>>;
}

export interface Fairness {
  readonly assignments: number;
  readonly seats: readonly SeatShare[];
  /** The greatest |n − expected| over all assignments, 0..1; `null` of none. */
  readonly maxDeviation: number | null;
  readonly chiSquare: number | null;
  readonly degrees: number;
  /** How often chance alone is as uneven; `null` where there is nothing to tell apart, or too little of it (`MOST_CHANCE`). */
  readonly p: number | null;
  /** By grade: whether good ones go to all alike. */
  readonly grades: readonly GradeShare[];
}

export interface GradeShare {
  readonly grade: string;
  readonly n: number;
  readonly maxDeviation: number;
  readonly chiSquare: number;
  readonly p: number | null;
}

/** Below as many expected in a cell χ² says nothing (Cochran 1954). */
const LEAST_EXPECTED = 5;

export function fairness(weights: ReadonlyMap<string, number>, assigned: readonly Assigned[]): Fairness {
  const all = fit(weights, assigned);
  const sum = [...weights.values()].reduce((total, weight) => total + weight, 0);
  const byGrade = Map.groupBy(assigned, ({ grade }) => grade ?? 'none');
  const names = [...new Set([...weights.keys(), ...all.counts.keys()])];
  return {
    assignments: assigned.length,
    seats: names.map((seat) => {
      const n = all.counts.get(seat) ?? 0;
      const expected = all.expected.get(seat) ?? 0;
      const grades = Object.fromEntries(
        [...byGrade].map(([grade, some]) => [grade, some.filter((one) => one.seat === seat).length] as const),
      );
      return {
        seat,
        n,
        share: assigned.length === 0 ? null : n / assigned.length,
        weight: sum === 0 ? 0 : (weights.get(seat) ?? 0) / sum,
        expected,
        skew: expected === 0 ? null : (n - expected) / expected,
        grades,
      };
    }),
    maxDeviation: assigned.length === 0 ? null : all.maxDeviation,
    chiSquare: assigned.length === 0 ? null : all.chiSquare,
    degrees: all.degrees,
    p: all.p,
    grades: [...byGrade]
      .map(([grade, some]) => {
        const { maxDeviation, chiSquare, p } = fit(weights, some);
        return { grade, n: some.length, maxDeviation, chiSquare, p };
      })
      .sort((a, b) => (a.grade < b.grade ? -1 : 1)),
  };
}

function fit(weights: ReadonlyMap<string, number>, assigned: readonly Assigned[]) {
  const counts = new Map<string, number>();
  const expected = new Map<string, number>();
  for (const { seat, among } of assigned) {
    counts.set(seat, (counts.get(seat) ?? 0) + 1);
    const able = among.includes(seat) ? among : [...among, seat];
    const sum = able.reduce((total, one) => total + weightOf(weights, one), 0);
    for (const one of able) expected.set(one, (expected.get(one) ?? 0) + weightOf(weights, one) / sum);
  }
  let chiSquare = 0;
  let furthest = 0;
  for (const [seat, wanted] of expected) {
    const off = (counts.get(seat) ?? 0) - wanted;
    furthest = Math.max(furthest, Math.abs(off));
    if (wanted > 0) chiSquare += (off * off) / wanted;
  }
  const degrees = Math.max(0, expected.size - 1);
  const tells = degrees > 0 && [...expected.values()].every((wanted) => wanted >= LEAST_EXPECTED);
  return {
    counts,
    expected,
    chiSquare,
    degrees,
    maxDeviation: assigned.length === 0 ? 0 : furthest / assigned.length,
    p: tells ? chance(chiSquare, degrees) : null,
  };
}

/** Somebody who is no member any more counted as much as anybody. */
function weightOf(weights: ReadonlyMap<string, number>, seat: string): number {
  return weights.get(seat) ?? 1;
}

/** P(χ² of so many degrees ≥ x). */
export function chance(x: number, degrees: number): number {
  return x <= 0 ? 1 : upperGamma(degrees / 2, x / 2);
}

const MOST_TERMS = 10_000;
const EPSILON = 1e-15;
const TINY = 1e-300;

function upperGamma(a: number, x: number): number {
  const factor = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < MOST_TERMS && Math.abs(term) > Math.abs(sum) * EPSILON; n += 1) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.max(0, 1 - sum * factor);
  }
  // Lentz's way to a continued fraction.
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MOST_TERMS; n += 1) {
    const top = -n * (n - a);
    b += 2;
    d = 1 / nonZero(top * d + b);
    c = nonZero(b + top / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < EPSILON) break;
  }
  return Math.min(1, factor * fraction);
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** Lanczos, g = 7, nine terms. */
const LANCZOS = [
  0.999_999_999_999_809_9, 676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_1, -176.615_029_162_140_6,
  12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6, 1.505_632_735_149_311_6e-7,
];

function logGamma(value: number): number {
  if (value < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * value)) - logGamma(1 - value);
  const x = value - 1;
  const sum = LANCZOS.reduce((total, term, at) => (at === 0 ? term : total + term / (x + at)), 0);
  const t = x + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}
