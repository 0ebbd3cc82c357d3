// When two companies have the same name: one normal form for "The Acme Company", "ACME Inc." and "Acme". What is taken off says nothing
// about who it is (legal forms, the article, marks, dots of initialisms); what tells companies apart stays ("Group", "Holdings").
import { LEGAL_FORMS, LEGAL_FORMS_IN_FRONT, LETTERS } from '../../resources/match-policy/lists.ts';
import type { ListEdit, MatchPolicySpec } from '../../resources/match-policy/schema.ts';
import { edited } from './lists.ts';

export interface NameForms {
  /** By the last word: the forms that end in it, as lists of words, longest first. */
  readonly atEnd: ReadonlyMap<string, readonly (readonly string[])[]>;
  readonly inFront: ReadonlySet<string>;
  readonly letters: ReadonlyMap<string, string>;
}

/** Words in lower case with one space between; '' where nothing is left, or `name` is no text. Its last word is never taken off. */
export function normalName(name: unknown, forms: NameForms = DEFAULT_FORMS): string {
  if (typeof name !== 'string') return '';
  let words = wordsOf(name, forms.letters);
  words = withoutArticle(words);
  if (words.length > 1 && forms.inFront.has(words[0] ?? '')) words = words.slice(1);
  words = withoutForms(words, forms);
  if (words.length > 1 && words.at(-1) === 'and') words = words.slice(0, -1);
  return words.join(' ');
}

export function compileNameForms(edits: Partial<Pick<MatchPolicySpec, 'legal_forms' | 'legal_forms_in_front' | 'letters'>>): NameForms {
  const letters = new Map(Object.entries({ ...LETTERS, ...edits.letters }));
  const spelled = (items: readonly string[]) => items.map((item) => wordsOf(item, letters).join(' '));
  const formsOf = (items: readonly string[], edit: ListEdit = { add: [], remove: [] }) =>
    edited(items, { add: spelled(edit.add), remove: spelled(edit.remove) });
  const atEnd = new Map<string, string[][]>();
  for (const form of formsOf(LEGAL_FORMS, edits.legal_forms)) {
    const words = form.split(' ');
    const last = words.at(-1) ?? '';
    const before = atEnd.get(last);
    if (before === undefined) atEnd.set(last, [words]);
    else before.push(words);
  }
  for (const forms of atEnd.values()) forms.sort((a, b) => b.length - a.length);
  return { atEnd, inFront: formsOf(LEGAL_FORMS_IN_FRONT, edits.legal_forms_in_front), letters };
}

const DEFAULT_FORMS: NameForms = compileNameForms({});

function wordsOf(name: string, letters: ReadonlyMap<string, string>): readonly string[] {
  let text = name.normalize('NFKC').toLowerCase();
  if (!/^[\0-~]*$/.test(text)) text = plainLetters(text, letters);
  text = text
    .replaceAll('&', ' and ')
    .replace(/['’‘ʼ`]/g, '')
    .replace(/(?<![\p{L}\p{N}\p{M}.])(?:\p{L}\.){2,}\p{L}?(?![\p{L}\p{N}\p{M}])/gu, (initials) => initials.replaceAll('.', ''));
  return text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

/** Marks go off letters of scripts that are read without them; on kana and Hangul they are part of the letter. */
function plainLetters(text: string, letters: ReadonlyMap<string, string>): string {
  const spelled = Array.from(text, (letter) => letters.get(letter) ?? letter).join('');
  return spelled
    .normalize('NFD')
    .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, '$1')
    .normalize('NFC');
}

function withoutArticle(words: readonly string[]): readonly string[] {
  let left = words;
  if (left.length > 1 && left[0] === 'the') left = left.slice(1);
  if (left.length > 1 && left.at(-1) === 'the') left = left.slice(0, -1);
  return left;
}

function withoutForms(words: readonly string[], { atEnd }: NameForms): readonly string[] {
  for (let left = words; ; ) {
    const form = atEnd.get(left.at(-1) ?? '')?.find((parts) => parts.length < left.length && endsWith(left, parts));
    if (form === undefined) return left;
    left = left.slice(0, -form.length);
  }
}

function endsWith(words: readonly string[], end: readonly string[]): boolean {
  const from = words.length - end.length;
  return end.every((word, at) => words[from + at] === word);
}
