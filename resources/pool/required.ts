// What a seat lacks of what a pool requires: the same answer for whoever checks the file and for whoever hands out records.
import { fold } from '../conditions/text.ts';
import type { PoolSpec } from './schema.ts';

/** A seat as a roster has it. */
export interface Able {
  readonly role?: string | null | undefined;
  readonly skills?: readonly string[] | null | undefined;
  readonly languages?: readonly string[] | null | undefined;
}

/** As ends of sentences; none: it may be chosen. `language`: of the record, where it is known. */
export function lacking(requires: NonNullable<PoolSpec['requires']>, seat: Able, language?: string): readonly string[] {
  const { roles, skills = [], languages } = requires;
  const missing = skills.filter((skill) => !has(seat.skills, skill));
  return [
    ...(roles === undefined || roles.includes(seat.role ?? '') ? [] : [`is no ${roles.join(' or ')}`]),
    ...(missing.length === 0 ? [] : [`has no ${missing.join(', ')}`]),
    ...(languages === undefined || languages.some((one) => has(seat.languages, one)) ? [] : [`does not work in ${languages.join(' or ')}`]),
    ...(language === undefined || has(seat.languages, language) ? [] : [`does not work in ${language}`]),
  ];
}

function has(list: readonly string[] | null | undefined, word: string): boolean {
  return (list ?? []).some((one) => fold(one) === fold(word));
}
