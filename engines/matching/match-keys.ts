// What to ask an org for, so that the accounts a lead may match are among the answers. Prefixes, because an index serves them.
import { leadSubject, PHONE_TAIL, phoneKey } from './evidence.ts';
import type { Policy } from './policy.ts';
import type { LeadRecord } from './records.ts';

export interface MatchKeys {
  /** Registrable domains: of websites, and of contacts' mail addresses. */
  readonly domains: readonly string[];
  /** How the name of an account may begin, in any case; spellings of one beginning. */
  readonly name_prefixes: readonly string[];
  readonly postal: { readonly country: string; readonly code: string } | null;
  /** The last digits of phone numbers, with nothing between. */
  readonly phone_tail: string | null;
}

export function matchKeys(lead: LeadRecord, policy: Policy): MatchKeys {
  const subject = leadSubject(lead, policy);
  return {
    domains: subject.domains,
    name_prefixes: namePrefixes(lead.company ?? '', subject.name),
    postal: subject.country === '' || subject.postal === '' ? null : { country: subject.country, code: subject.postal },
    phone_tail: phoneKey(subject)?.slice(-PHONE_TAIL) ?? null,
  };
}

/** So many letters at least, where the name has them: "A" alone would fetch a tenth of an org. */
const FEWEST_LETTERS = 4;

function namePrefixes(company: string, normal: string): readonly string[] {
  if (normal === '') return [];
  const plain = beginning(normal);
  // With marks, dots and hyphens, as it was typed; its article and what else stands in front go, as they do in the normal form.
  const written = beginning(company.trim().replace(/^the\s+/i, ''));
  const initials = plain.split(' ')[0] ?? '';
  const dotted = /^\p{L}{2,3}$/u.test(initials) ? Array.from(initials, (letter) => `${letter}.`).join('') : undefined;
  const spellings = [plain, written, ...(dotted === undefined ? [] : [dotted])].filter((prefix) => prefix !== '');
  return [...new Set([...spellings, ...spellings.map((prefix) => `the ${prefix}`)].map((prefix) => prefix.toLowerCase()))];
}

/** Its first words, up to the one with which there are letters enough. */
function beginning(name: string): string {
  const words = name.split(/\s+/);
  let taken = '';
  for (const word of words) {
    if ((taken.match(/[\p{L}\p{N}]/gu) ?? []).length >= FEWEST_LETTERS) break;
    taken = taken === '' ? word : `${taken} ${word}`;
  }
  return taken.replace(/[.,;:]+$/, '');
}
