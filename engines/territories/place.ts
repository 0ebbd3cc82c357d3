// What is asked of the match rows: where a record is, how large, and who.
import { exactNumber } from '../../resources/conditions/text.ts';
import type { Facts } from '../field.ts';
import { registrableDomain } from '../matching/domains.ts';
import { cityKey, postalKey } from '../places/city.ts';

/** Values as facts have them: country and state by code, case does not count. What is absent is not known, and matches nothing. */
export interface Place {
  readonly country?: unknown;
  readonly state?: unknown;
  readonly city?: unknown;
  readonly postal?: unknown;
  /** Head count: a number, or text that is one. */
  readonly employees?: unknown;
  readonly name?: unknown;
  /** The registrable domain, in lower case. */
  readonly domain?: unknown;
}

/** Of a lead's or an account's facts. A mail address says who somebody works for where it is a company's. */
export function placeOf(facts: Facts): Place {
  const website = typeof facts['website'] === 'string' ? registrableDomain(facts['website']) : undefined;
  return {
    country: facts['billing_country'],
    state: facts['billing_state'],
    city: facts['billing_city'],
    postal: facts['billing_postal'],
    employees: facts['employee_count'],
    name: facts['company'],
    domain: website ?? (facts['email_kind'] === 'company' ? facts['email_domain'] : undefined),
  };
}

/** In capitals; '' where it is not known. */
export function codeOf(value: unknown): string {
  return typeof value === 'string' ? value.trim().toUpperCase() : '';
}

export function cityOf(value: unknown): string {
  return typeof value === 'string' ? cityKey(value) : '';
}

export function postalOf(value: unknown): string {
  return typeof value === 'string' ? (value === '' ? '' : postalKey(value)) : typeof value === 'number' ? postalKey(String(value)) : '';
}

export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : exactNumber(value)?.value;
}
