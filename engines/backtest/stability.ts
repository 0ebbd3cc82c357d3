// Do today's records score like those of the past? The population stability index over the bins of a distribution:
// PSI = Σ (a − e)·ln(a / e), a and e being the shares of a bin now and then.

/** Stands for the share of a bin that is emptier than this; shares are not normalised again. */
const EPSILON = 1e-4;

export type Verdict = 'stable' | 'watch' | 'act';

/** From counts by bin; 0 where either side has none at all. */
export function psiOf(actual: readonly number[], expected: readonly number[], epsilon = EPSILON): number {
  const [now, then] = [total(actual), total(expected)];
  if (now === 0 || then === 0) return 0;
  let sum = 0;
  for (let bin = 0; bin < Math.max(actual.length, expected.length); bin += 1) {
    const a = Math.max((actual[bin] ?? 0) / now, epsilon);
    const e = Math.max((expected[bin] ?? 0) / then, epsilon);
    sum += (a - e) * Math.log(a / e);
  }
  return sum;
}

/** The same from rows: a bin is whatever `binOf` gives equal values for. */
export function psiBetween<Row>(actual: readonly Row[], expected: readonly Row[], binOf: (row: Row) => unknown): number {
  const now = countBy(actual, binOf);
  const then = countBy(expected, binOf);
  const bins = [...new Set([...now.keys(), ...then.keys()])];
  return psiOf(
    bins.map((bin) => now.get(bin) ?? 0),
    bins.map((bin) => then.get(bin) ?? 0),
  );
}

/** Above `act` act, below `watch` stable, between them (both included) watch. */
export function psiVerdict(psi: number, { watch, act }: { readonly watch: number; readonly act: number }): Verdict {
  if (psi > act) return 'act';
  return psi < watch ? 'stable' : 'watch';
}

function countBy<Row>(rows: readonly Row[], binOf: (row: Row) => unknown): ReadonlyMap<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const row of rows) {
    const bin = binOf(row);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return counts;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
