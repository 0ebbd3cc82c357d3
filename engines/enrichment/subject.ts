// Whom a record is about, and the question by which a provider finds them: by the surest thing that is known, and by nothing beside it, so
// that all people of a company ask one question, and its answer is kept once.
import type { Query } from '../../resources/enrichment-policy/found.ts';
import type { About } from '../../resources/enrichment-policy/values.ts';
import { companyDomain } from '../matching/domains.ts';
import { normalName } from '../matching/names.ts';
import type { Policy } from '../matching/policy.ts';
import { countryCode } from '../places/countries.ts';
import { stateCode } from '../places/states.ts';
import { placeKey } from '../places/key.ts';

/** Everything that helps to tell whether an answer is about the same company or person. */
export interface Subject {
  /** Registrable, and of a company: no mailbox that anybody may have. */
  readonly domain?: string;
  readonly company?: string;
  readonly country?: string;
  readonly state?: string;
  readonly city?: string;
  readonly companyLinkedin?: string;
  readonly email?: string;
  readonly linkedin?: string;
  readonly phone?: string;
}

/** From a record by the product's names: website, email, company, billing_country … */
export function subjectOf(known: Readonly<Record<string, unknown>>, matching: Policy): Subject {
  const domain = companyDomain(known['website'], matching.domains) ?? companyDomain(known['email'], matching.domains);
  const country = placeOf(textOf(known['billing_country']) ?? textOf(known['country']));
  const state = textOf(known['billing_state']) ?? textOf(known['state']);
  const email = textOf(known['email'])?.toLowerCase();
  return present({
    domain,
    company: textOf(known['company']),
    country,
    state: state === undefined ? undefined : partOf(state, country),
    city: textOf(known['billing_city']) ?? textOf(known['city']),
    companyLinkedin: linkedinOf(known['company_linkedin_url'], 'company'),
    email: email !== undefined && /^[^@\s]+@[^@\s]+$/.test(email) ? email : undefined,
    linkedin: linkedinOf(known['linkedin_url'], 'in'),
    phone: textOf(known['phone']),
  });
}

/** Nothing where there is nothing by which anybody could be found. */
export function queryOf(about: About, subject: Subject, matching: Policy): Query | undefined {
  if (about === 'person') {
    if (subject.email !== undefined) return { about, email: subject.email };
    return subject.linkedin === undefined ? undefined : { about, linkedin: subject.linkedin };
  }
  if (subject.domain !== undefined) return { about, domain: subject.domain };
  if (subject.companyLinkedin !== undefined) return { about, linkedin: subject.companyLinkedin };
  const { company, country, state, city } = subject;
  if (company === undefined || normalName(company, matching.names) === '') return undefined;
  return { about, company, ...present({ country, state, city }) };
}

/** What an answer is kept under: spellings of one company's name are one question. */
export function keyOf(query: Query, matching: Policy): string {
  const { about, company, city, ...rest } = query;
  const parts = {
    ...rest,
    ...(company !== undefined && { company: normalName(company, matching.names) }),
    ...(city !== undefined && { city: placeKey(city) }),
  };
  const sorted = Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${about} ${sorted.map(([name, value]) => `${name}=${value}`).join(' ')}`;
}

/** `linkedin.com/company/acme`: without protocol, country and what follows. Nothing for another address. */
export function linkedinOf(value: unknown, kind: 'in' | 'company'): string | undefined {
  if (typeof value !== 'string') return undefined;
  const found = /^(?:https?:\/\/)?(?:[a-z]{2,3}\.)?linkedin\.com\/(in|company)\/([^/?#\s]+)/i.exec(value.trim());
  return found?.[1]?.toLowerCase() === kind ? `linkedin.com/${kind}/${found[2]?.toLowerCase()}` : undefined;
}

/** The country's code, else its name in small letters. */
export function placeOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (countryCode(text) ?? placeKey(text));
}

export function partOf(state: string, country: string | undefined): string {
  return (country === undefined ? undefined : stateCode(state, country)) ?? placeKey(state);
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

type Present<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Keys that hold nothing are left out. */
function present<T extends Readonly<Record<string, unknown>>>(of: T): Present<T> {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as Present<T>;
}
