// What two records have in common, piece by piece. What is not known on both sides is no evidence, and a postal code or a phone number that
// differs says nothing either: companies have many of both.
import { companyDomain } from './domains.ts';
import { normalName } from './names.ts';
import type { Policy } from './policy.ts';
import type { AccountRecord, Evidence, LeadRecord } from './records.ts';
import { jaroWinkler } from './similarity.ts';

/** A lead or an account, read once: everything in the form in which it is compared. */
export interface Subject {
  readonly domains: readonly string[];
  /** '' where there is none. */
  readonly name: string;
  readonly country: string;
  readonly state: string;
  readonly postal: string;
  /** Digits alone. */
  readonly phone: string;
}

export function leadSubject(lead: LeadRecord, policy: Policy): Subject {
  return subject(lead, lead.company, [lead.email, lead.website], policy);
}

export function accountSubject(account: AccountRecord, policy: Policy): Subject {
  return subject(account, account.name, [account.website, ...(account.email_domains ?? [])], policy);
}

export function evidenceOf(lead: Subject, account: Subject): Evidence {
  const domain = domainEvidence(lead, account);
  const name = lead.name === '' || account.name === '' ? undefined : jaroWinkler(lead.name, account.name);
  const geo = geoEvidence(lead, account);
  return {
    ...(domain === undefined ? {} : { domain }),
    ...(name === undefined ? {} : { name }),
    ...(geo === undefined ? {} : { geo }),
    ...(samePhone(lead.phone, account.phone) ? { phone: 1 } : {}),
  };
}

/** The fewest digits that tell one phone from another. */
export const PHONE_TAIL = 7;

/** One key for a postal code in a country; nothing where either is unknown. */
export function postalKey({ country, postal }: Subject): string | undefined {
  return country === '' || postal === '' ? undefined : `${country} ${postal}`;
}

/** One key for all numbers that may agree; nothing where there are too few digits. */
export function phoneKey({ phone }: Subject): string | undefined {
  return phone.length < PHONE_TAIL ? undefined : phone.slice(-PHONE_TAIL);
}

type Places = Pick<LeadRecord, 'country' | 'state' | 'postal' | 'phone'>;

function subject({ country, state, postal, phone }: Places, name: unknown, hosts: readonly unknown[], policy: Policy): Subject {
  const domains = hosts.map((host) => companyDomain(host, policy.domains)).filter((domain) => domain !== undefined);
  return {
    domains: [...new Set(domains)],
    name: normalName(name, policy.names),
    country: written(country),
    state: written(state),
    postal: written(postal)
      .replace(/[\s-]/g, '')
      .replace(/^(\d{5})\d{4}$/, '$1'),
    phone: written(phone).replace(/\D/g, ''),
  };
}

function written(value: string | null | undefined): string {
  return typeof value === 'string' ? value.normalize('NFKC').trim().toUpperCase() : '';
}

function domainEvidence(lead: Subject, account: Subject): number | undefined {
  if (lead.domains.length === 0 || account.domains.length === 0) return undefined;
  return lead.domains.some((domain) => account.domains.includes(domain)) ? 1 : 0;
}

function geoEvidence(lead: Subject, account: Subject): number | undefined {
  if (lead.country === '' || lead.country !== account.country) return undefined;
  if (lead.postal !== '' && lead.postal === account.postal) return 1;
  return lead.state !== '' && lead.state === account.state ? 0.5 : undefined;
}

function samePhone(a: string, b: string): boolean {
  const length = Math.min(10, a.length, b.length);
  return length >= PHONE_TAIL && a.slice(-length) === b.slice(-length);
}
