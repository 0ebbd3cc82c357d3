// Cities and postal codes in the forms in which they are compared.
import { withoutMarks } from './key.ts';

const SHORT: Readonly<Record<string, string>> = { st: 'saint', ft: 'fort', mt: 'mount' };

/** The words of its name, without marks; a first word `st`, `ft`, `mt` is saint, fort, mount. '' where there is none. */
export function cityKey(name: string): string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const key = keyOf(name);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, key);
  return key;
}

// Of a million accounts most are in a few thousand cities.
const known = new Map<string, string>();
const MOST_KNOWN = 50_000;

function keyOf(name: string): string {
  const words = withoutMarks(name).match(/[\p{L}\p{N}\p{M}]+/gu);
  if (words === null) return '';
  const [first = '', ...others] = words;
  return others.length === 0 ? first : [SHORT[first] ?? first, ...others].join(' ');
}

/** In capitals, without blanks and hyphens; nine digits are a US code with its last four. */
export function postalKey(code: string): string {
  const plain = PLAIN.test(code)
    ? code
    : code
        .normalize('NFKC')
        .toUpperCase()
        .replace(/[\s-]+/g, '');
  return plain.length === 9 && DIGITS.test(plain) ? plain.slice(0, 5) : plain;
}

const PLAIN = /^[A-Z0-9]*$/;
const DIGITS = /^\d+$/;
