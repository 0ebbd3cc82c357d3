// The system's clock, which tests of a running controller may set ahead.
import type { Clock } from '../../ports/clock.ts';

export interface SystemClock extends Clock {
  /** From now on it is so many milliseconds later; whoever sleeps wakes when its time has come. */
  advance(milliseconds: number): void;
}

/** The longest that a timer of Node waits. */
const LONGEST_TIMER = 2 ** 31 - 1;

export function systemClock(): SystemClock {
  let ahead = 0;
  const sleepers = new Set<() => void>();
  const now = () => new Date(Date.now() + ahead);
  return {
    now,
    random: Math.random,
    sleep(milliseconds, signal) {
      const due = now().getTime() + milliseconds;
      return new Promise((wake) => {
        let timer: NodeJS.Timeout | undefined;
        const end = () => {
          clearTimeout(timer);
          sleepers.delete(arm);
          signal?.removeEventListener('abort', end);
          wake();
        };
        const arm = () => {
          clearTimeout(timer);
          const left = due - now().getTime();
          if (left <= 0) end();
          else timer = setTimeout(arm, Math.min(left, LONGEST_TIMER));
        };
        if (signal?.aborted === true) {
          wake();
          return;
        }
        signal?.addEventListener('abort', end);
        sleepers.add(arm);
        arm();
      });
    },
    advance(milliseconds) {
      ahead += milliseconds;
      for (const arm of sleepers) arm();
    },
  };
}
