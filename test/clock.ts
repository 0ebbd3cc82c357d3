// A clock for tests of what runs for days: time stands still while anything works, and passes only where everybody sleeps. Whoever is due
// wakes in order, one at a time, and goes to sleep again before the next one wakes: a run with the same seed is the same run.
import type { Clock } from '../ports/clock.ts';

export interface TestClock extends Clock {
  /**
   * Lets time pass up to an instant. `sleepers`: how many loops there are, each of which is either at work or asleep on this clock.
   * `between` is called whenever all of them sleep; they may be others afterwards.
   */
  passUntil(instant: Date, sleepers: number, between?: () => Promise<void>): Promise<void>;
  /** Resolves when so many sleep. */
  settled(sleepers: number): Promise<void>;
}

interface Sleeper {
  /** Milliseconds since 1970. */
  readonly due: number;
  wake(): void;
}

/** In real time: a loop that neither sleeps nor ends in as long as this hangs. */
const HANGS_MS = 60_000;

export function testClock(start: Date, seed = 1): TestClock {
  let now = start.getTime();
  const random = generator(seed);
  const asleep = new Set<Sleeper>();
  const waiting = new Set<() => void>();

  const settled = (sleepers: number): Promise<void> =>
    new Promise((done, failed) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        failed(new Error(`${asleep.size} of ${sleepers} sleep; the rest neither sleeps nor ends`));
      }, HANGS_MS);
      const look = () => {
        if (asleep.size < sleepers) return;
        clearTimeout(timer);
        waiting.delete(look);
        done();
      };
      waiting.add(look);
      look();
    });

  return {
    now: () => new Date(now),
    random,
    settled,
    sleep: (milliseconds, signal) =>
      new Promise((wake) => {
        if (signal?.aborted === true) {
          wake();
          return;
        }
        const sleeper: Sleeper = {
          due: now + milliseconds,
          wake() {
            asleep.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            wake();
          },
        };
        signal?.addEventListener('abort', sleeper.wake);
        asleep.add(sleeper);
        for (const look of waiting) look();
      }),
    async passUntil(instant, sleepers, between = async () => undefined) {
      for (;;) {
        await settled(sleepers);
        await between();
        await settled(sleepers);
        const [next] = [...asleep].sort((a, b) => a.due - b.due);
        if (next === undefined || next.due > instant.getTime()) break;
        now = Math.max(now, next.due);
        next.wake();
      }
      now = Math.max(now, instant.getTime());
    },
  };
}

/** mulberry32: the same numbers on every machine, 0 ≤ x < 1. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
