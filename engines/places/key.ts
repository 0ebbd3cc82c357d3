// Names of places as people write them, without what makes no difference: case, marks, dots, apostrophes, hyphens, the article.

/** Marks go; those that make another letter of a kana stay. */
const MARKS = /(?![\u3099\u309a])\p{M}/gu;

/** `u.s.` → `us`, `Côte-d'Ivoire` → `cote divoire`, `The Netherlands` → `netherlands`; '' where it holds no word. */
export function placeKey(name: string): string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const key = keyOf(name);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, key);
  return key;
}

// Of a million records most say one of a few hundred countries and states.
const known = new Map<string, string>();
const MOST_KNOWN = 20_000;

function keyOf(name: string): string {
  const words = withoutMarks(name)
    .replace(/['’‘ʼ`.]/g, '')
    .replaceAll('&', ' and ')
    .match(/[\p{L}\p{N}\p{M}]+/gu);
  if (words === null) return '';
  return (words.length > 1 && words[0] === 'the' ? words.slice(1) : words).join(' ');
}

/** In lower case, without accents. */
export function withoutMarks(text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(MARKS, '').normalize('NFC');
}
