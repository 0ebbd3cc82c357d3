// Whether words stand in a text: the same words in the same order. What differs between a page and a copy of it (quotation marks, dashes,
// white space, capitals) makes no difference; a word that is left out does.
import { fold, wordLine } from '../../resources/conditions/text.ts';

/** Scripts that are written without spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Soft hyphens and signs without width: a page has them inside of words. */
const UNSEEN = /[\u00AD\u200B-\u200F\u2060\uFEFF]/g;

export function standsIn(text: string, words: string): boolean {
  const wanted = wordLine(seen(words));
  if (wanted.trim() === '') return false;
  const line = wordLine(seen(text));
  if (line.includes(wanted)) return true;
  return UNSPACED.test(words) && line.replaceAll(' ', '').includes(wanted.replaceAll(' ', ''));
}

/** Characters that say something: what tells a sentence from a word. */
export function lengthOf(words: string): number {
  return fold(seen(words)).length;
}

function seen(text: string): string {
  return text.replace(UNSEEN, '');
}
