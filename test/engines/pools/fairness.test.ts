// Whether a pool hands out what its weights say: counted by hand, and against tables of χ².
import { describe, expect, it } from 'vitest';
import { chance, fairness } from '../../../engines/pools/fairness.ts';

const among = ['a', 'b', 'c'];
const times = (n: number, seat: string, able = among, grade = 'A') => Array.from({ length: n }, () => ({ seat, among: able, grade }));

describe('chance', () => {
  // Critical values of χ², Abramowitz & Stegun table 26.8.
  it.each([
    [3.841_458_820_694_124, 1, 0.05],
    [5.991_464_547_107_979, 2, 0.05],
    [6.634_896_601_021_214, 1, 0.01],
    [18.307_038_053_275_146, 10, 0.05],
    [29.588_298_445_074_42, 10, 0.001],
    [124.342_113_404_004_07, 100, 0.05],
  ])('of %d with %d degrees is %d', (x, degrees, p) => expect(chance(x, degrees)).toBeCloseTo(p, 12));
});

describe('fairness', () => {
  it('is share against weight: what is off, how far, and how likely by chance', () => {
    const found = fairness(
      new Map([
        ['a', 1],
        ['b', 1],
        ['c', 2],
      ]),
      [...times(30, 'a'), ...times(20, 'b'), ...times(50, 'c')],
    );
    expect(found).toMatchObject({ assignments: 100, chiSquare: 2, degrees: 2, maxDeviation: 0.05 });
    expect(found.p).toBeCloseTo(Math.exp(-1), 12);
    expect(found.seats).toEqual([
      { seat: 'a', n: 30, share: 0.3, weight: 0.25, expected: 25, skew: 0.2, grades: { A: 30 } },
      { seat: 'b', n: 20, share: 0.2, weight: 0.25, expected: 25, skew: -0.2, grades: { A: 20 } },
      { seat: 'c', n: 50, share: 0.5, weight: 0.5, expected: 50, skew: 0, grades: { A: 50 } },
    ]);
  });

  it('blames nobody for a vacation: what somebody could not have had was never theirs', () => {
    const found = fairness(
      new Map([
        ['a', 1],
        ['b', 1],
      ]),
      [...times(20, 'a', ['a', 'b']), ...times(20, 'b', ['a', 'b']), ...times(40, 'b', ['b'])],
    );
    expect(found).toMatchObject({ chiSquare: 0, maxDeviation: 0 });
    expect(found.seats.map(({ n, expected, skew }) => [n, expected, skew])).toEqual([
      [20, 20, 0],
      [60, 60, 0],
    ]);
  });

  it('sees equal counts of unequal worth', () => {
    const found = fairness(
      new Map([
        ['a', 1],
        ['b', 1],
      ]),
      [...times(20, 'a', ['a', 'b'], 'A'), ...times(20, 'b', ['a', 'b'], 'C')],
    );
    expect(found.maxDeviation).toBe(0);
    expect(found.grades.map(({ grade, n, maxDeviation }) => [grade, n, maxDeviation])).toEqual([
      ['A', 20, 0.5],
      ['C', 20, 0.5],
    ]);
    expect(found.grades.every(({ p }) => p !== null && p < 0.0001)).toBe(true);
  });

  it('says nothing of chance where there is too little of it, or nobody to tell apart', () => {
    const weights = new Map([
      ['a', 1],
      ['b', 1],
    ]);
    expect(fairness(weights, times(3, 'a', ['a', 'b'])).p).toBeNull();
    expect(fairness(weights, [])).toMatchObject({ assignments: 0, maxDeviation: null, chiSquare: null, p: null });
    expect(fairness(weights, times(50, 'a', ['a']))).toMatchObject({ chiSquare: 0, degrees: 0, p: null });
  });
});
