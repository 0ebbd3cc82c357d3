// From what the rows would have it to points that a person reads: whole, a few steps from those of today, within the component, and in the
// order in which they stand.
import { roundHalfUp } from '../scoring/rounding.ts';

export interface Wanted {
  readonly points: number;
  /** Where the rows would have the points; not whole. The points themselves where they say too little. */
  readonly target: number;
  /** Rows that speak for it. */
  readonly n: number;
  /** Its points stay. */
  readonly locked: boolean;
}

export interface StepBounds {
  readonly maxStep: number;
  /** The most that a rule of the component may give. */
  readonly weight: number;
  /** A rule that gives less than another may come to give more. */
  readonly reorder: boolean;
}

/** The new points of the rules of one component, in their order. */
export function stepped(rules: readonly Wanted[], bounds: StepBounds): readonly number[] {
  const targets = bounds.reorder ? rules.map(({ target }) => target) : inOrder(rules);
  const fixed = bounds.reorder ? [] : rules.flatMap(({ points, locked }) => (locked ? [points] : []));
  return rules.map(({ points, locked }, at) => {
    if (locked) return points;
    // Nor does a rule come past one that stays.
    const least = Math.max(points - bounds.maxStep, Math.min(points, 0), ...fixed.filter((other) => other < points));
    const most = Math.min(points + bounds.maxStep, Math.max(points, bounds.weight), ...fixed.filter((other) => other > points));
    return Math.min(Math.max(roundHalfUp(targets[at] ?? points), least), most);
  });
}

/**
 * The targets that come nearest to those that are wanted, and never turn two rules round: neighbours that would are pooled into their mean,
 * by rows (isotonic regression; Barlow and others, "Statistical inference under order restrictions", 1972). Rules of equal points have no
 * order between them. Bounds and rounding keep what this makes.
 */
function inOrder(rules: readonly Wanted[]): readonly number[] {
  const free = rules.map((rule, at) => ({ ...rule, at })).filter(({ locked }) => !locked);
  const ranked = free.toSorted((a, b) => a.points - b.points || a.target - b.target || a.at - b.at);
  const pools: { sum: number; weight: number; members: number[] }[] = [];
  for (const { target, n, at } of ranked) {
    // A rule that no row met has next to no say.
    const weight = Math.max(n, NO_SAY);
    pools.push({ sum: target * weight, weight, members: [at] });
    for (;;) {
      const [before, last] = [pools.at(-2), pools.at(-1)];
      if (before === undefined || last === undefined || before.sum / before.weight <= last.sum / last.weight) break;
      pools.splice(-2, 2, {
        sum: before.sum + last.sum,
        weight: before.weight + last.weight,
        members: [...before.members, ...last.members],
      });
    }
  }
  const targets: number[] = rules.map(({ target }) => target);
  for (const { sum, weight, members } of pools) for (const at of members) targets[at] = sum / weight;
  return targets;
}

const NO_SAY = 1e-9;
