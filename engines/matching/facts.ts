// From facts to what the matcher reads, and from what it found to the facts that later steps ask for.
import type { Facts } from '../field.ts';
import type { AccountRecord, LeadRecord, Match } from './records.ts';

/** By the names of a FieldMap: email, website, company, phone, billing_country, billing_state, billing_postal. */
export function leadRecord(facts: Facts): LeadRecord {
  return {
    email: textOf(facts['email']),
    website: textOf(facts['website']),
    company: textOf(facts['company']),
    phone: textOf(facts['phone']),
    country: textOf(facts['billing_country']),
    state: textOf(facts['billing_state']),
    postal: textOf(facts['billing_postal']),
  };
}

/** What conditions see as `matched_account`. */
export interface MatchedAccount {
  readonly id: string;
  readonly is_customer: boolean;
  readonly open_opportunity: boolean;
  readonly owner: string | null;
  readonly owner_active: boolean;
  readonly owner_conflict: boolean;
}

/** `null` where no account matched: one that is still to be reviewed is none. */
export function matchedAccount(match: Match, accountOf: (id: string) => AccountRecord | undefined): MatchedAccount | null {
  const account = match.decision === 'match' && match.account !== null ? accountOf(match.account) : undefined;
  if (account === undefined) return null;
  return {
    id: account.id,
    is_customer: account.is_customer === true,
    open_opportunity: account.open_opportunity === true,
    owner: account.owner ?? null,
    owner_active: account.owner_active !== false,
    owner_conflict: match.owner_conflict,
  };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : null;
}
