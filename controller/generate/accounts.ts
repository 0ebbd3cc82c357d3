// The accounts of a list, as the org has them: what is written in it is found by what accounts may share with it, many at a time.
import { matchKeys } from '../../engines/matching/match-keys.ts';
import { breakTie } from '../../engines/matching/ties.ts';
import type { FieldNames } from '../../loops/facts.ts';
import { type AccountList, entryHolds, type ListEntry } from '../../loops/generate/lists.ts';
import type { CandidateKeys, FoundAccount } from '../../ports/candidates.ts';
import type { CrmRecords } from '../../ports/records.ts';
import { accountOfOrg, keyFields } from '../matching/accounts.ts';
import { factsOf } from '../past/facts.ts';

export interface ListedAccounts {
  /** Ids, each once. */
  readonly accounts: readonly string[];
  /** What is on the list and no account of the org, or more of it than could be looked at; in sentences. */
  readonly problems: readonly string[];
}

export interface Asking {
  readonly records: Pick<CrmRecords, 'candidates' | 'page'>;
  readonly names: FieldNames;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How good an account is, where the list takes only the best. */
  score(fields: Readonly<Record<string, unknown>>): number;
}

/** Throws where the org does not answer. */
export function accountsOf(list: AccountList, asking: Asking): Promise<ListedAccounts> {
  return list.spec.when === undefined ? byEntries(list, asking) : byRule(list, asking);
}

/** Entries of one search. Four conditions each, and an answer has a limit of its own. */
const ENTRIES = 25;

async function byEntries(list: AccountList, asking: Asking): Promise<ListedAccounts> {
  const accounts = new Set<string>();
  const problems: string[] = [];
  for (let at = 0; at < list.entries.length; at += ENTRIES) {
    const some = list.entries.slice(at, at + ENTRIES);
    const { found, cut } = await search(some, asking);
    for (const entry of some) {
      const meant = found.filter(({ facts }) => entryHolds(entry, facts, asking.names.policy));
      const { winner } = breakTie(meant.map(({ account }) => accountOfOrg(asking.names, account, asking.now)));
      const facts = meant.find(({ account }) => account.id === winner?.id)?.facts;
      if (winner === undefined || facts === undefined)
        problems.push(
          `${entry.written}: no account of the org has this ${entry.domain === undefined ? 'name' : 'website'}${cut ? ', among those that could be looked at' : ''}`,
        );
      // Of another segment than the list is limited to: not meant, and nobody's fault.
      else if (list.holds(facts, asking.now)) accounts.add(winner.id);
    }
  }
  return { accounts: [...accounts], problems };
}

async function search(entries: readonly ListEntry[], { records, names, now }: Asking) {
  const keys = entries.map(({ written, domain }) =>
    matchKeys(domain === undefined ? { company: written } : { website: domain }, names.policy),
  );
  const asked: CandidateKeys = {
    // By the list's own words: a host that is no company's is meant where somebody wrote it.
    domains: [...new Set(entries.flatMap(({ domain }) => domain ?? []))],
    name_prefixes: [...new Set(keys.flatMap(({ name_prefixes }) => name_prefixes))],
    postal: null,
    phone_tail: null,
    by_contacts: false,
  };
  const by = keyFields(names);
  const { accounts, cut } = await records.candidates(asked, pick(by, ['website', 'name']), names.fields);
  const found = accounts.map((account: FoundAccount) => ({ account, facts: factsOf(names, account.fields, now) }));
  return { found, cut };
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]]))) as Pick<T, K>;
}

/** Rows of one look through all accounts. */
const PAGE = 2_000;

async function byRule(list: AccountList, { records, names, now, score }: Asking): Promise<ListedAccounts> {
  const found: { readonly id: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  for (let after: string | undefined; ; ) {
    const of = { limit: PAGE, ...(after !== undefined && { after }) };
    const rows: readonly Readonly<Record<string, unknown>>[] = await records.page('Account', ['Id', ...names.fields], of);
    for (const fields of rows) if (list.holds(factsOf(names, fields, now), now)) found.push({ id: String(fields['Id']), fields });
    if (rows.length < PAGE) break;
    after = String(rows.at(-1)?.['Id']);
  }
  const { max } = list.spec;
  if (max === undefined || found.length <= max) return { accounts: found.map(({ id }) => id), problems: [] };
  const best = found
    .map(({ id, fields }) => ({ id, score: score(fields) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, max);
  return { accounts: best.map(({ id }) => id), problems: [] };
}
