// Do the grades of live records still fall as they did? The population stability index of a window against a reference, by grade and by
// factor, so that it is seen which input moved; beside it how often each grade converted, as more good grades are either better demand or
// lost discrimination.
// Source: Siddiqi, "Credit Risk Scorecards" (2006), for the index and for where it is watched and acted on.
import { psiOf, psiVerdict, type Verdict } from '../backtest/stability.ts';

/** Counted one record after the other: nothing of a record is kept. */
export interface Window {
  readonly grades: Map<string, Counted>;
  /** How often each factor gave how many points. */
  readonly factors: Map<string, Map<number, number>>;
}

export interface Counted {
  n: number;
  /** Of these, records whose end is known. */
  known: number;
  converted: number;
}

export interface Seen {
  /** `null`: excluded, so in no grade. */
  readonly grade: string | null;
  readonly factors: readonly { readonly id: string; readonly points: number }[];
  /** Absent: not known yet. */
  readonly converted?: boolean;
}

export interface DriftLimits {
  readonly watch: number;
  readonly act: number;
  readonly min_n: number;
}

export interface Drifted {
  /** `too-few`: nothing can be said. */
  readonly verdict: Verdict | 'too-few';
  /** Absent where nothing can be said. */
  readonly psi?: number;
  readonly n: { readonly reference: number; readonly window: number };
  /** The best grade first. */
  readonly grades: readonly GradeShares[];
  /** The one that moved most first. */
  readonly factors: readonly { readonly id: string; readonly psi: number }[];
}

export interface GradeShares {
  readonly grade: string;
  readonly reference: GradeShare;
  readonly window: GradeShare;
}

export interface GradeShare {
  readonly n: number;
  readonly share: number;
  readonly known: number;
  readonly converted: number;
  /** Of all of the grade, so it grows while their ends become known; `null` where there are none. */
  readonly rate: number | null;
}

export function emptyWindow(): Window {
  return { grades: new Map(), factors: new Map() };
}

export function count({ grades, factors }: Window, { grade, factors: given, converted }: Seen): void {
  if (grade === null) return;
  const counted = grades.get(grade) ?? { n: 0, known: 0, converted: 0 };
  grades.set(grade, counted);
  counted.n += 1;
  if (converted !== undefined) counted.known += 1;
  if (converted === true) counted.converted += 1;
  for (const { id, points } of given) {
    const bins = factors.get(id) ?? new Map<number, number>();
    factors.set(id, bins);
    bins.set(points, (bins.get(points) ?? 0) + 1);
  }
}

/** `grades`: as the model names them, the best first. */
export function driftOf(reference: Window, window: Window, grades: readonly string[], limits: DriftLimits): Drifted {
  const n = { reference: total(reference), window: total(window) };
  const rows = grades.map((grade) => ({
    grade,
    reference: shareOf(reference.grades.get(grade), n.reference),
    window: shareOf(window.grades.get(grade), n.window),
  }));
  if (n.reference < limits.min_n || n.window < limits.min_n) return { verdict: 'too-few', n, grades: rows, factors: [] };
  const psi = psiOf(
    rows.map((row) => row.window.n),
    rows.map((row) => row.reference.n),
  );
  const ids = [...new Set([...window.factors.keys(), ...reference.factors.keys()])];
  const factors = ids
    .map((id) => ({ id, psi: psiOfBins(window.factors.get(id), reference.factors.get(id)) }))
    .sort((a, b) => b.psi - a.psi || (a.id < b.id ? -1 : 1));
  return { verdict: psiVerdict(psi, limits), psi, n, grades: rows, factors };
}

function psiOfBins(now: ReadonlyMap<number, number> = new Map(), then: ReadonlyMap<number, number> = new Map()): number {
  const bins = [...new Set([...now.keys(), ...then.keys()])];
  return psiOf(
    bins.map((bin) => now.get(bin) ?? 0),
    bins.map((bin) => then.get(bin) ?? 0),
  );
}

function shareOf(counted: Counted = { n: 0, known: 0, converted: 0 }, of: number): GradeShare {
  const { n, known, converted } = counted;
  return { n, share: of === 0 ? 0 : n / of, known, converted, rate: n === 0 ? null : converted / n };
}

function total({ grades }: Window): number {
  return [...grades.values()].reduce((sum, { n }) => sum + n, 0);
}
