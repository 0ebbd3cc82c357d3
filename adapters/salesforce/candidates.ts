// Accounts that may be the one of a lead, found by what they may share with it. A key that hits much (the beginning of a name, a postal
// code) has a statement and a limit of its own, so that it never crowds out the account with the very domain.
import { domainToUnicode } from 'node:url';
import type { CandidateKeys, Candidates, FoundAccount, KeyFields } from '../../ports/candidates.ts';
import { optional, type Row, value } from './columns.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { like, whereIn } from './soql.ts';

/** Rows a statement: who has more accounts that begin alike is told that not all were looked at. One more tells that there are more. */
const MOST = 200;
const LIMIT = `LIMIT ${MOST + 1}`;
/** Addresses of contacts, of all candidates together. */
const MOST_ADDRESSES = 2_000;
/** As many steps up as a statement may take. */
const PARENTS = [
  'ParentId',
  'Parent.ParentId',
  'Parent.Parent.ParentId',
  'Parent.Parent.Parent.ParentId',
  'Parent.Parent.Parent.Parent.ParentId',
];
const COLUMNS = ['Id', 'Owner.Username', 'Owner.IsActive', ...PARENTS, 'CreatedDate', 'LastActivityDate'];

/** `fields` are names that were checked. */
export async function candidates(session: Session, keys: CandidateKeys, by: KeyFields, fields: readonly string[]): Promise<Candidates> {
  const byContact = keys.by_contacts === false ? new Map<string, readonly string[]>() : await accountsOfContacts(session, keys.domains);
  const columns = [...new Set([...COLUMNS, ...fields])].join(', ');
  const ask = async (conditions: readonly string[]) =>
    conditions.length === 0
      ? []
      : query(session, `SELECT ${columns} FROM Account WHERE (${conditions.join(' OR ')}) ORDER BY CreatedDate, Id ${LIMIT}`);
  const answers = await Promise.all([
    ask([
      ...websiteConditions(by, keys),
      ...phoneConditions(by, keys),
      ...whereIn('', 'Id', [...byContact.keys()].slice(0, MOST)).map((text) => text.trim()),
    ]),
    ask(nameConditions(by, keys)),
    ask(postalConditions(by, keys)),
  ]);
  const rows = [...new Map(answers.flat().map((row) => [String(row['Id']), row])).values()];
  const ids = rows.map((row) => String(row['Id']));
  const [contacts, open] = await Promise.all([contactDomains(session, ids), withOpenOpportunity(session, ids)]);
  return {
    accounts: rows.map((row) => {
      const id = String(row['Id']);
      const domains = new Set([...(byContact.get(id) ?? []), ...(contacts.get(id) ?? [])]);
      return found(row, fields, { emailDomains: [...domains], openOpportunity: open.has(id) });
    }),
    cut: byContact.size > MOST || answers.some((answer) => answer.length > MOST),
  };
}

/** Domains by the id of the account: grouped, because one account may have thousands of contacts. */
async function accountsOfContacts(session: Session, domains: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const accounts = new Map<string, string[]>();
  for (const domain of domains) {
    const address = `(Email LIKE ${like('%@', domain)} OR Email LIKE ${like('%.', domain)})`;
    const soql = `SELECT AccountId FROM Contact WHERE AccountId != null AND ${address} GROUP BY AccountId ${LIMIT}`;
    for (const row of await query(session, soql)) {
      const id = String(row['AccountId']);
      accounts.set(id, [...(accounts.get(id) ?? []), domain]);
    }
  }
  return accounts;
}

/** The host at its beginning or after what may stand before it; as people write it, where that differs from what machines read. */
function websiteConditions({ website }: KeyFields, { domains }: CandidateKeys): readonly string[] {
  if (website === undefined) return [];
  const hosts = domains.flatMap((domain) => [...new Set([domain, domainToUnicode(domain) || domain])]);
  return hosts.flatMap((host) => ['', '%.', '%/', '%@'].map((before) => `${website} LIKE ${like(before, host, '%')}`));
}

/** How the last seven digits stand together where people write phone numbers: 5550100, 555-0100, 555 01 00, 55 50 100. */
const GROUPS = [[7], [3, 4], [3, 2, 2], [2, 2, 3], [1, 2, 2, 2], [1, 3, 3], [4, 3]];

function phoneConditions({ phone }: KeyFields, { phone_tail: tail }: CandidateKeys): readonly string[] {
  if (phone === undefined || tail === null) return [];
  return GROUPS.map((sizes) => {
    let from = 0;
    const parts = sizes.map((size) => tail.slice(from, (from += size)));
    // Digits alone, so `_` is the one character between groups.
    return `${phone} LIKE '%${parts.join('_')}'`;
  });
}

/** A longer beginning finds no more than this much of it. */
const LONGEST_PREFIX = 60;

function nameConditions({ name }: KeyFields, { name_prefixes }: CandidateKeys): readonly string[] {
  if (name === undefined) return [];
  return name_prefixes.map((prefix) => `${name} LIKE ${like('', Array.from(prefix).slice(0, LONGEST_PREFIX).join(''), '%')}`);
}

/** As it is; with what follows five digits; with the blank that stands in the middle of codes with letters. */
function postalConditions({ postal }: KeyFields, keys: CandidateKeys): readonly string[] {
  if (postal === undefined || keys.postal === null) return [];
  const { code } = keys.postal;
  if (/^\d+$/.test(code)) return [`${postal} LIKE ${like('', code, code.length === 5 ? '%' : '')}`];
  const split = [2, 3].filter((size) => code.length > size).map((size) => `${code.slice(0, -size)} ${code.slice(-size)}`);
  return [code, ...split].map((written) => `${postal} LIKE ${like('', written)}`);
}

async function contactDomains(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const domains = new Map<string, Set<string>>();
  const head = 'SELECT AccountId, Email FROM Contact WHERE Email != null AND';
  for (const soql of whereIn(head, 'AccountId', ids, ` ORDER BY CreatedDate DESC LIMIT ${MOST_ADDRESSES}`)) {
    for (const row of await query(session, soql)) {
      const id = String(row['AccountId']);
      const host = String(row['Email']).split('@').at(-1) ?? '';
      domains.set(id, (domains.get(id) ?? new Set()).add(host.toLowerCase()));
    }
  }
  return domains;
}

async function withOpenOpportunity(session: Session, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  const head = 'SELECT AccountId FROM Opportunity WHERE IsClosed = false AND';
  for (const soql of whereIn(head, 'AccountId', ids, ' GROUP BY AccountId'))
    for (const row of await query(session, soql)) open.add(String(row['AccountId']));
  return open;
}

function found(row: Row, fields: readonly string[], more: Pick<FoundAccount, 'emailDomains' | 'openOpportunity'>): FoundAccount {
  const at = (path: string) => value(row, ...path.split('.'));
  return {
    id: String(row['Id']),
    fields: Object.fromEntries(fields.map((field) => [field, at(field)])),
    owner: optional(row, 'Owner', 'Username'),
    ownerActive: at('Owner.IsActive') !== false,
    parent: optional(row, 'ParentId'),
    above: PARENTS.filter((path) => at(path) !== null).length,
    created: optional(row, 'CreatedDate'),
    lastActivity: optional(row, 'LastActivityDate'),
    ...more,
  };
}
