// A score in two sentences.
import type { Score } from '../../engines/scoring/score.ts';
import type { Enriched } from './enriched.ts';

/** Where the points came from, and where most were left. */
export function reasoning({ score: points, max, grade, excluded, factors, negative }: Score, enriched: Enriched | undefined): string {
  const text = (some: Score['factors']) => some.map(({ id, points: got, max: of }) => `${id} ${got}/${of}`).join(', ');
  const best = factors.filter((factor) => factor.points > 0).toSorted((a, b) => b.points - a.points);
  const lost = factors.filter((factor) => factor.max > factor.points).toSorted((a, b) => b.max - b.points - (a.max - a.points));
  const off = negative.map(({ id, points: taken }) => `${id} ${taken}`).join(', ');
  return [
    excluded === null ? `${points} of ${max} points, grade ${grade}.` : `${points} of ${max} points, not graded: ${excluded.reason}.`,
    best.length === 0 ? 'No factor gave points.' : `Most came from ${text(best.slice(0, 3))}.`,
    ...(lost.length === 0 ? [] : [`Most was left at ${text(lost.slice(0, 3))}.`]),
    ...(off === '' ? [] : [`Taken off: ${off}.`]),
    ...(enriched === undefined ? [] : openWords(enriched)),
  ].join(' ');
}

function openWords({ open: { pending, failed, ambiguous } }: Enriched): readonly string[] {
  return [
    ...(pending.length === 0 ? [] : [`${pending.join(', ')} has not answered yet: it is scored again then.`]),
    ...(failed.length === 0 ? [] : [`${failed.map(({ provider }) => provider).join(', ')} gave no answer.`]),
    ...(ambiguous === 0 ? [] : ['Which company it is of is open: nothing was taken from providers.']),
  ];
}
