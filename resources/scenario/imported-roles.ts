// Roles of the roster, from what people are called in their territories.
import { type Importing, once, partsOf } from '../importing.ts';
import { roleText } from './role-text.ts';

/** A role is a word. */
const WORD = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** Of people whom the org gives no role. */
const NO_ROLE = 'Member';

/** Every text of a model's assignments; `null`: none. */
export function roleTexts(importing: Importing, model?: string): ReadonlySet<string | null> {
  if (!importing.wants('Scenario')) return new Set();
  const texts = importing
    .of('UserTerritory2Association')
    .filter(({ address }) => model === undefined || partsOf(address.key)[0] === model)
    .map(({ fields }) => fields['RoleInTerritory2']);
  return new Set(texts.map((text) => (typeof text === 'string' && text !== '' ? text : null)));
}

/** The role of the roster for each text: the text itself where it is a word, else its initials: Account Executive is AE. */
export const roleWords = once((importing: Importing): ReadonlyMap<string | null, string> => {
  const words = new Map<string | null, string>();
  const texts = [...roleTexts(importing)].sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
  const declared = importing.declared?.models ?? [];
  for (const text of texts) {
    const known = declared.flatMap((model) => Object.keys(model.spec.roles).filter((role) => roleText(model, role) === text))[0];
    if (known !== undefined) words.set(text, known);
  }
  const taken = () => new Set([...words.values(), ...declared.flatMap(({ spec }) => Object.keys(spec.roles)), ...texts.map(String)]);
  for (const text of texts) {
    if (words.has(text)) continue;
    // In a model that is declared already no new role can be written.
    const isWord = text !== null && WORD.test(text);
    if (isWord && !declared.some(({ spec }) => Object.hasOwn(spec.roles, text))) words.set(text, text);
    else if (declared.length === 0) words.set(text, free(text === null ? [NO_ROLE] : [initials(text), joined(text)], taken()));
  }
  return words;
});

/** `Account Executive` → `AE`; nothing for what is no two words. */
function initials(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => /^[A-Za-z]/.test(word));
  return words.length < 2 ? '' : words.map((word) => word.charAt(0).toUpperCase()).join('');
}

/** `Key account, EMEA` → `KeyAccountEMEA` */
function joined(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const word = words.map((one) => one.charAt(0).toUpperCase() + one.slice(1)).join('');
  return WORD.test(word) ? word : `Role${word}`;
}

function free(candidates: readonly string[], taken: ReadonlySet<string>): string {
  const found = candidates.find((word) => word !== '' && !taken.has(word));
  if (found !== undefined) return found;
  const last = candidates.at(-1) ?? NO_ROLE;
  let number = 2;
  while (taken.has(`${last}${number}`)) number += 1;
  return `${last}${number}`;
}
