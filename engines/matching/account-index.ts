// All accounts of an org, found by what they may share with a lead. Complete: an account that is not found by its domain, its exact name,
// its postal code or its phone would score `none` (see weigh.ts), whatever its name looks like.
import { accountSubject, phoneKey, postalKey, type Subject } from './evidence.ts';
import type { Policy } from './policy.ts';
import type { AccountRecord } from './records.ts';

/** An account as it was read, and in the form in which it is compared. */
export interface IndexedAccount {
  readonly record: AccountRecord;
  readonly subject: Subject;
}

export interface AccountIndex {
  readonly size: number;
  /** Every account that the lead may match, each once. */
  near(lead: Subject): readonly IndexedAccount[];
}

/** Of one policy: its lists say which domains and names are keys. */
export function indexAccounts(accounts: Iterable<AccountRecord>, policy: Policy): AccountIndex {
  const byKey = new Map<string, IndexedAccount[]>();
  let size = 0;
  for (const record of accounts) {
    const account = readAccount(record, policy);
    size += 1;
    for (const key of keysOf(account.subject)) {
      const before = byKey.get(key);
      if (before === undefined) byKey.set(key, [account]);
      else before.push(account);
    }
  }
  return {
    size,
    near(lead) {
      const found = new Set<IndexedAccount>();
      for (const key of keysOf(lead)) for (const account of byKey.get(key) ?? []) found.add(account);
      return [...found];
    },
  };
}

export function readAccount(record: AccountRecord, policy: Policy): IndexedAccount {
  return { record, subject: accountSubject(record, policy) };
}

function keysOf(subject: Subject): readonly string[] {
  const keys = subject.domains.map((domain) => `domain ${domain}`);
  if (subject.name !== '') keys.push(`name ${subject.name}`);
  const postal = postalKey(subject);
  if (postal !== undefined) keys.push(`postal ${postal}`);
  const phone = phoneKey(subject);
  if (phone !== undefined) keys.push(`phone ${phone}`);
  return keys;
}
