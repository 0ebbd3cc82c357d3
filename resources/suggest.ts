// "Did you mean …?": the nearest of the words that would have been right.
import { distance } from 'fastest-levenshtein';

/** The nearest candidate, if one is near enough to be what was meant. Ties go to the first. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = reach(wanted) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const folded = candidate.toLowerCase();
    const letters = distance(wanted, folded);
    // Two letters that changed places are one slip.
    const found = letters === 2 && sorted(wanted) === sorted(folded) ? 1 : letters;
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  return best;
}

/** `Did you mean "Area"?`, or the words to choose from where they are few, or nothing. */
export function suggestion(word: string, candidates: Iterable<string>): { hint?: string } {
  const all = [...candidates];
  const near = nearest(word, all);
  if (near !== undefined) return { hint: `Did you mean "${near}"?` };
  if (all.length > 0 && all.length <= MOST_SHOWN) return { hint: `One of: ${all.join(', ')}.` };
  return {};
}

function sorted(word: string): string {
  return word.split('').sort().join('');
}

/** So many words to choose from are still read. */
const MOST_SHOWN = 25;

/** How many letters may differ: a third of the word, at least one. */
function reach(word: string): number {
  return Math.max(1, Math.floor(word.length / 3));
}
