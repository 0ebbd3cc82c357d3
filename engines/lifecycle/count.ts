// How records get on, stage by stage, from where each of them is and was: where they gather, how long they stay, who goes on, and why the
// rest goes back. Each place is looked at once and forgotten.
import type { Lifecycle } from './model.ts';
import type { Past, Place } from './place.ts';

export interface Spread {
  /** How many stays it was made of. */
  readonly n: number;
  /** In days; nearest rank. `null` of none. */
  readonly median: number | null;
  readonly p90: number | null;
}

export interface StageCount {
  readonly stage: string;
  readonly owner?: string;
  /** Records that are in it now, and their share of all. */
  readonly n: number;
  readonly share: number;
  /** Of these, over its SLA; `null` where the stage has none. */
  readonly overdue: number | null;
  readonly overdue_share: number | null;
  /** Since the beginning of the window. */
  readonly entered: number;
  readonly left: number;
  /** Of those that entered in the window: how many went forward when they left, and their share. */
  readonly forward: number;
  readonly forward_rate: number | null;
  /** Days of stays that ended in the window. */
  readonly stayed: Spread;
  /** Days so far, of those that are in it now. */
  readonly so_far: Spread;
}

export interface Passage {
  readonly from: string;
  readonly to: string;
  readonly n: number;
  /** Of all that left `from` in the window. */
  readonly share: number;
}

export interface Setback extends Omit<Passage, 'share'> {
  readonly reason: string;
}

export interface LifecycleCount {
  readonly records: number;
  /** In the order of the model; then stages that are no more and in which records still stand. */
  readonly stages: readonly StageCount[];
  readonly passages: readonly Passage[];
  readonly setbacks: readonly Setback[];
  /** The stage with the largest share over its SLA; of equal ones, with more of them. `null`: none is over. */
  readonly bottleneck: string | null;
}

interface Tally {
  n: number;
  overdue: number;
  entered: number;
  left: number;
  forward: number;
  readonly stayed: number[];
  readonly soFar: number[];
}

export interface Counting {
  see(place: Place): void;
  result(): LifecycleCount;
}

const DAY = 86_400_000;

/** `since` and `now`: milliseconds since 1970. */
export function countLifecycle({ stages, placeOf }: Lifecycle, { since, now }: { readonly since: number; readonly now: number }): Counting {
  const tallies = new Map<string, Tally>(stages.map(({ id }) => [id, emptyTally()]));
  const passages = new Map<string, { from: string; to: string; n: number }>();
  const setbacks = new Map<string, { from: string; to: string; reason: string; n: number }>();
  let records = 0;
  const tallyOf = (stage: string): Tally => {
    const found = tallies.get(stage) ?? emptyTally();
    tallies.set(stage, found);
    return found;
  };

  function stay(past: Past, next: Past): void {
    const [from, until] = [Date.parse(past.since), Date.parse(next.since)];
    const tally = tallyOf(past.stage);
    const isForward = (placeOf.get(next.stage) ?? -1) > (placeOf.get(past.stage) ?? -1) && next.reason === undefined;
    if (from >= since) {
      tally.entered += 1;
      if (isForward) tally.forward += 1;
    }
    if (until < since) return;
    tally.left += 1;
    tally.stayed.push(Math.max(0, until - from));
    const pair = `${past.stage}\n${next.stage}`;
    const passage = passages.get(pair) ?? { from: past.stage, to: next.stage, n: 0 };
    passages.set(pair, { ...passage, n: passage.n + 1 });
    if (next.reason === undefined) return;
    const key = `${pair}\n${next.reason}`;
    const setback = setbacks.get(key) ?? { from: past.stage, to: next.stage, reason: next.reason, n: 0 };
    setbacks.set(key, { ...setback, n: setback.n + 1 });
  }

  return {
    see(place) {
      records += 1;
      const course: readonly Past[] = [...place.history, place];
      for (const [at, past] of course.entries()) {
        const next = course[at + 1];
        if (next !== undefined) stay(past, next);
      }
      const tally = tallyOf(place.stage);
      tally.n += 1;
      if (Date.parse(place.since) >= since) tally.entered += 1;
      if (place.due !== undefined && Date.parse(place.due) <= now) tally.overdue += 1;
      tally.soFar.push(Math.max(0, now - Date.parse(place.since)));
    },
    result() {
      const counted = [...tallies].filter(([id, { n }]) => placeOf.has(id) || n > 0);
      const counts = counted.map(([id, tally]) => {
        const stage = stages[placeOf.get(id) ?? -1];
        return stageCount(id, tally, records, { owner: stage?.owner, hasSla: stage?.sla !== undefined });
      });
      const late = counts.filter(({ overdue }) => (overdue ?? 0) > 0);
      const worst = late.toSorted((a, b) => (b.overdue_share ?? 0) - (a.overdue_share ?? 0) || (b.overdue ?? 0) - (a.overdue ?? 0))[0];
      return {
        records,
        stages: counts,
        passages: [...passages.values()].map((one) => ({ ...one, share: one.n / tallyOf(one.from).left })).sort(byNumber),
        setbacks: [...setbacks.values()].sort(byNumber),
        bottleneck: worst?.stage ?? null,
      };
    },
  };
}

function emptyTally(): Tally {
  return { n: 0, overdue: 0, entered: 0, left: 0, forward: 0, stayed: [], soFar: [] };
}

function stageCount(
  stage: string,
  { n, overdue, entered, left, forward, stayed, soFar }: Tally,
  records: number,
  { owner, hasSla }: { readonly owner: string | undefined; readonly hasSla: boolean },
): StageCount {
  return {
    stage,
    ...(owner !== undefined && { owner }),
    n,
    share: records === 0 ? 0 : n / records,
    overdue: hasSla ? overdue : null,
    overdue_share: hasSla && n > 0 ? overdue / n : null,
    entered,
    left,
    forward,
    forward_rate: entered === 0 ? null : forward / entered,
    stayed: spreadOf(stayed),
    so_far: spreadOf(soFar),
  };
}

function spreadOf(stays: readonly number[]): Spread {
  const sorted = stays.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted.length === 0 ? null : (sorted[Math.ceil(share * sorted.length) - 1] ?? 0) / DAY);
  return { n: sorted.length, median: at(0.5), p90: at(0.9) };
}

function byNumber(a: { readonly n: number; readonly from: string; readonly to: string }, b: typeof a): number {
  return b.n - a.n || (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1);
}
