// Which of several companies or people an answer is about: by what is theirs alone (domain, mail address, profile), then by the exact name
// without its legal form together with the place. What neither tells is left open: it is never guessed.
import type { Candidate } from '../../resources/enrichment-policy/found.ts';
import type { About } from '../../resources/enrichment-policy/values.ts';
import { registrableDomain } from '../matching/domains.ts';
import { normalName } from '../matching/names.ts';
import type { Policy } from '../matching/policy.ts';
import { linkedinOf, partOf, placeOf, type Subject } from './subject.ts';

/** The one that it certainly is, or nothing. */
export function choose(about: About, subject: Subject, candidates: readonly Candidate[], matching: Policy): Candidate | undefined {
  const own = candidates.filter((candidate) => (about === 'company' ? isOwnCompany(candidate, subject) : isOwnPerson(candidate, subject)));
  if (own.length === 1) return own[0];
  if (about === 'person') return undefined;
  // Of several with the domain, or where none has it.
  const rest = own.length > 1 ? own : candidates.filter((candidate) => !isElsewhere(candidate, subject));
  const named = rest.filter((candidate) => hasNameAndPlace(candidate, subject, matching));
  return named.length === 1 ? named[0] : undefined;
}

function isOwnCompany({ domains = [], linkedin, matched = [] }: Candidate, subject: Subject): boolean {
  if (subject.domain !== undefined && (matched.includes('domain') || domains.some((one) => registrableDomain(one) === subject.domain)))
    return true;
  if (subject.companyLinkedin === undefined) return false;
  return matched.includes('linkedin') || linkedinOf(linkedin, 'company') === subject.companyLinkedin;
}

function isOwnPerson({ emails = [], linkedin, matched = [] }: Candidate, subject: Subject): boolean {
  if (subject.email !== undefined && (matched.includes('email') || emails.some((one) => one.toLowerCase() === subject.email))) return true;
  if (subject.linkedin === undefined) return false;
  return matched.includes('linkedin') || linkedinOf(linkedin, 'in') === subject.linkedin;
}

/** It has a domain, and the record another: the same name is not enough. */
function isElsewhere({ domains = [] }: Candidate, subject: Subject): boolean {
  return subject.domain !== undefined && domains.length > 0;
}

function hasNameAndPlace(candidate: Candidate, subject: Subject, matching: Policy): boolean {
  const name = normalName(subject.company, matching.names);
  if (name === '' || normalName(candidate.name, matching.names) !== name) return false;
  const country = placeOf(candidate.country);
  if (country === undefined || country !== subject.country) return false;
  if (subject.state === undefined || candidate.state === undefined) return true;
  return partOf(candidate.state, country) === subject.state;
}
