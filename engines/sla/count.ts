// What became of hand-offs: in time, late, or never. The leak is the share that nobody acted on in time, of those whose time is up.

export interface HandoffCount {
  /** Clocks that began. */
  readonly started: number;
  /** Somebody acted in time. */
  readonly met: number;
  readonly late: number;
  /** They run, and there is time. */
  readonly open: number;
  /** They run, and the target is over. */
  readonly overdue: number;
  /** They went to somebody else or to nobody before anybody acted: of these, with the target over. */
  readonly moved_on: number;
  readonly lost: number;
  /** Late, overdue and lost, of all whose time is up or that somebody acted on; `null` where there is none. */
  readonly leak: number | null;
  /** Seconds of business time until somebody acted. */
  readonly touch: Spread;
}

export interface Spread {
  readonly n: number;
  readonly median: number | null;
  readonly p90: number | null;
}

export type Ended = {
  readonly how: 'met' | 'late' | 'handed_on' | 'taken_back';
  readonly over: boolean /** Milliseconds. */;
  readonly took: number;
};

export interface HandoffCounting {
  ended(one: Ended): void;
  running(isOver: boolean): void;
  result(): HandoffCount;
}

export function countHandoffs(): HandoffCounting {
  const touches: number[] = [];
  const n = { met: 0, late: 0, open: 0, overdue: 0, moved_on: 0, lost: 0 };
  return {
    ended({ how, over, took }) {
      if (how === 'met' || how === 'late') {
        n[how] += 1;
        touches.push(took / 1000);
      } else {
        n.moved_on += 1;
        if (over) n.lost += 1;
      }
    },
    running(isOver) {
      n[isOver ? 'overdue' : 'open'] += 1;
    },
    result() {
      const leaked = n.late + n.overdue + n.lost;
      const judged = n.met + leaked;
      return {
        started: n.met + n.late + n.open + n.overdue + n.moved_on,
        ...n,
        leak: judged === 0 ? null : leaked / judged,
        touch: spread(touches),
      };
    },
  };
}

/** Nearest rank. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted.length === 0 ? null : (sorted[Math.ceil(share * sorted.length) - 1] ?? 0));
  return { n: sorted.length, median: at(0.5), p90: at(0.9) };
}
