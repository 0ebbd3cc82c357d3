// A day of a controller: a commit an hour, and in most hours something that goes wrong. At its end the org is what an org would be that saw
// only the last commit, every commit was applied within its hour and is in the history, and people were told of everything once.
import { describe, expect, test } from 'vitest';
import { live } from './life/life.ts';
import { wrongIn } from './life/verdict.ts';
import { temporary } from './product.ts';

describe('a day with a commit an hour, troubles and deaths', () => {
  test('ends as if nothing had gone wrong, and tells of each thing once', async () => {
    const lived = await live({ folder: temporary('day'), hours: 24, seed: 4 });
    expect(lived.deaths.length).toBeGreaterThan(1);
    expect(Object.keys(lived.troubles).length).toBeGreaterThan(7);
    expect(lived.byHand.map(({ putBackBy }) => putBackBy)).toEqual(expect.arrayContaining(['hand', 'policy']));
    expect(lived.picture).toEqual(lived.smooth);
    expect(wrongIn(lived)).toEqual([]);
  }, 300_000);
});
