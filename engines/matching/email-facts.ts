// What a mail address says before anybody is matched: facts for conditions and models.
import { readDomain } from './domains.ts';
import type { Policy } from './policy.ts';

export interface EmailFacts {
  readonly email_kind: 'company' | 'free' | 'disposable' | 'hosted' | 'invalid';
  /** The registrable domain, of hosted ones the host where there is none; `null` of an invalid address. */
  readonly email_domain: string | null;
}

/** Nothing where there is no address: then both facts are missing. */
export function emailFacts(email: unknown, policy: Policy): EmailFacts | undefined {
  if (email === undefined || email === null || (typeof email === 'string' && email.trim() === '')) return undefined;
  if (typeof email !== 'string' || !/^[^@\s]+@[^@\s]+$/.test(email.trim())) return INVALID;
  const { host, domain, status } = readDomain(email, policy.domains);
  if (status === 'invalid' || status === 'public_suffix') return INVALID;
  return { email_kind: status, email_domain: domain ?? host };
}

const INVALID: EmailFacts = { email_kind: 'invalid', email_domain: null };
