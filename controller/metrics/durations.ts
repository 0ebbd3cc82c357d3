// How long decisions take, as this process measures them: the last of each loop.
import type { Listener } from '../follow/events.ts';
import type { Took } from './loops.ts';

export interface Durations {
  readonly listener: Listener;
  /** Seconds; nothing where none was made here. */
  took(loop: string): Took | undefined;
}

const LAST = 1_000;

export function durations(): Durations {
  const byLoop = new Map<string, { readonly last: number[]; n: number }>();
  return {
    listener(event) {
      if (event.type !== 'decided') return;
      const kept = byLoop.get(event.loop) ?? { last: [], n: 0 };
      byLoop.set(event.loop, kept);
      kept.last[kept.n % LAST] = event.seconds;
      kept.n += 1;
    },
    took(loop) {
      const kept = byLoop.get(loop);
      if (kept === undefined) return undefined;
      const sorted = kept.last.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
      return { n: kept.n, median: at(0.5), p95: at(0.95) };
    },
  };
}
