// Work by keys: wanted or not, one run at a time, later each time when it does not work.
import { expect, test } from 'vitest';
import { type Next, workQueue } from '../../../controller/follow/work-queue.ts';
import type { Clock } from '../../../ports/clock.ts';

/** A clock on which nobody waits: pauses are noted, and end when they are rung or when the test says so. */
function manualClock(): { readonly clock: Clock; readonly pauses: number[]; wake(): void } {
  const pauses: number[] = [];
  let sleepers: (() => void)[] = [];
  const clock: Clock = {
    now: () => new Date(0),
    random: () => 0.5,
    sleep(milliseconds, signal) {
      pauses.push(milliseconds);
      return new Promise((wake) => {
        if (signal?.aborted === true) wake();
        signal?.addEventListener('abort', () => wake());
        sleepers.push(wake);
      });
    },
  };
  return {
    clock,
    pauses,
    wake() {
      const woken = sleepers;
      sleepers = [];
      for (const wake of woken) wake();
    },
  };
}

/** Runs of a key that end when the test says so. */
function runs() {
  const begun: string[] = [];
  const open: ((next: Next) => void)[] = [];
  let most = 0;
  return {
    begun,
    get most() {
      return most;
    },
    async work(key: string): Promise<Next> {
      begun.push(key);
      return new Promise((end) => {
        open.push(end);
        most = Math.max(most, open.length);
      });
    },
    async end(next: Next = { kind: 'rest', afterMs: 60_000 }) {
      open.shift()?.(next);
      await turns();
    },
  };
}

const turns = async () => {
  for (let n = 0; n < 20; n += 1) await Promise.resolve();
};

test('however often somebody rings, one run a key at a time, and one more for all that rang meanwhile', async () => {
  const { clock } = manualClock();
  const made = runs();
  const queue = workQueue({ clock, work: (key) => made.work(key), onError: () => {} });
  for (let n = 0; n < 5; n += 1) queue.ring('a');
  await turns();
  expect(made.begun).toEqual(['a']);
  for (let n = 0; n < 5; n += 1) queue.ring('a');
  await made.end();
  expect(made.begun).toEqual(['a', 'a']);
  await made.end();
  expect(made.begun).toEqual(['a', 'a']);
  expect(made.most).toBe(1);
  const stopped = queue.stop();
  await stopped;
  queue.ring('a');
  await turns();
  expect(made.begun).toHaveLength(2);
});

test('two keys do not wait for each other', async () => {
  const { clock } = manualClock();
  const made = runs();
  const queue = workQueue({ clock, work: (key) => made.work(key), onError: () => {} });
  queue.ring('a');
  queue.ring('b');
  await turns();
  expect([made.begun, made.most]).toEqual([['a', 'b'], 2]);
  await made.end();
  await made.end();
  await queue.stop();
});

test('what does not work is tried later each time, up to five minutes; a success begins anew; a ring ends the pause', async () => {
  const { clock, pauses, wake } = manualClock();
  const made = runs();
  const queue = workQueue({ clock, work: (key) => made.work(key), onError: () => {} });
  queue.ring('a');
  for (let n = 0; n < 12; n += 1) {
    await turns();
    await made.end({ kind: 'again' });
    wake();
  }
  expect(pauses.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  expect(Math.max(...pauses)).toBe(300_000);
  await turns();
  await made.end({ kind: 'rest', afterMs: 77 });
  expect(pauses.at(-1)).toBe(77);
  queue.ring('a');
  await turns();
  await made.end({ kind: 'again' });
  expect(pauses.at(-1)).toBe(1_000);
  await queue.stop();
});

test('a fault in a run is told, and the key goes on', async () => {
  const { clock, wake } = manualClock();
  const errors: unknown[] = [];
  let attempts = 0;
  const queue = workQueue({
    clock,
    async work() {
      attempts += 1;
      if (attempts === 1) throw new Error('a fault');
      return { kind: 'rest', afterMs: 1 };
    },
    onError: (_key, error) => errors.push(error),
  });
  queue.ring('a');
  await turns();
  wake();
  await turns();
  expect([attempts, errors]).toEqual([2, [new Error('a fault')]]);
  await queue.stop();
});

test('stopping waits for what has begun', async () => {
  const { clock } = manualClock();
  const made = runs();
  const queue = workQueue({ clock, work: (key) => made.work(key), onError: () => {} });
  queue.ring('a');
  await turns();
  let isStopped = false;
  const stop = async () => {
    await queue.stop();
    isStopped = true;
  };
  const stopped = stop();
  await turns();
  expect(isStopped).toBe(false);
  await made.end();
  await stopped;
});
