// Drift of grades: the index by hand, the factor that moved, and when nothing is said.
import { expect, test } from 'vitest';
import { count, driftOf, emptyWindow, type Seen, type Window } from '../../../engines/drift/drift.ts';

const limits = { watch: 0.1, act: 0.25, min_n: 100 };

function windowOf(rows: readonly (readonly [Seen, number])[]): Window {
  const window = emptyWindow();
  for (const [seen, times] of rows) for (let at = 0; at < times; at += 1) count(window, seen);
  return window;
}

const seen = (grade: string | null, size: number, source: number, converted?: boolean): Seen => ({
  grade,
  factors: [
    { id: 'size', points: size },
    { id: 'source', points: source },
  ],
  ...(converted !== undefined && { converted }),
});

test('the index of the grades is the one of the formula; the factor that moved comes first', () => {
  const reference = windowOf([
    [seen('A', 20, 25), 50],
    [seen('B', 20, 0), 50],
  ]);
  const window = windowOf([
    [seen('A', 20, 25), 160],
    [seen('B', 20, 0), 40],
  ]);
  const found = driftOf(reference, window, ['A', 'B'], limits);
  // (0.8 - 0.5) ln(0.8 / 0.5) + (0.2 - 0.5) ln(0.2 / 0.5)
  expect(found.psi).toBeCloseTo(0.3 * Math.log(1.6) - 0.3 * Math.log(0.4), 12);
  expect(found.verdict).toBe('act');
  expect(found.factors.map(({ id, psi }) => [id, psi > 0])).toEqual([
    ['source', true],
    ['size', false],
  ]);
});

test('beside a grade stands how often it converted; the excluded are in none', () => {
  const reference = windowOf([
    [seen('A', 1, 1, true), 60],
    [seen('A', 1, 1, false), 20],
    [seen('A', 1, 1), 20],
    [seen(null, 0, 0, true), 500],
  ]);
  const window = windowOf([[seen('A', 1, 1, true), 100]]);
  const { grades, n, verdict } = driftOf(reference, window, ['A', 'B'], limits);
  expect([n, verdict]).toEqual([{ reference: 100, window: 100 }, 'stable']);
  expect(grades).toEqual([
    {
      grade: 'A',
      reference: { n: 100, share: 1, known: 80, converted: 60, rate: 0.6 },
      window: { n: 100, share: 1, known: 100, converted: 100, rate: 1 },
    },
    {
      grade: 'B',
      reference: { n: 0, share: 0, known: 0, converted: 0, rate: null },
      window: { n: 0, share: 0, known: 0, converted: 0, rate: null },
    },
  ]);
});

test('too few records on either side: nothing is said, however far apart they are', () => {
  const many = windowOf([[seen('A', 1, 1), 200]]);
  const few = windowOf([[seen('B', 1, 1), 99]]);
  for (const [a, b] of [
    [many, few],
    [few, many],
  ] as const) {
    const found = driftOf(a, b, ['A', 'B'], limits);
    expect([found.verdict, found.psi]).toEqual(['too-few', undefined]);
  }
});
