// Accounts that may be the ones of leads, found by what they may share with them. A key that hits much (the beginning of a name, a postal
// code) has a statement and a limit of its own, so that it never crowds out the account with the very domain.
import { domainToUnicode } from 'node:url';
import type { CandidateKeys, CandidatesOfMany, FoundAccount, KeyFields } from '../../ports/candidates.ts';
import { optional, type Row, value } from './columns.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { like, whereIn } from './soql.ts';

/** Rows that one record may find by one sort of key: who has more accounts that begin alike is told that not all were looked at. */
const MOST = 200;
/** Rows of one answer of the org. One more than is taken tells that there are more. */
const MOST_ROWS = 2_000;
/** Addresses of contacts, of all candidates of a statement together. */
const MOST_ADDRESSES = 2_000;
/** Of a statement's conditions, in the characters of a URL. */
const LONGEST = 9_000;
/** As many steps up as a statement may take. */
const PARENTS = [
  'ParentId',
  'Parent.ParentId',
  'Parent.Parent.ParentId',
  'Parent.Parent.Parent.ParentId',
  'Parent.Parent.Parent.Parent.ParentId',
];
const COLUMNS = ['Id', 'OwnerId', 'Owner.Username', 'Owner.IsActive', ...PARENTS, 'CreatedDate', 'LastActivityDate'];

/** Of many records; `fields` are names that were checked. */
export async function candidates(
  session: Session,
  all: readonly CandidateKeys[],
  by: KeyFields,
  fields: readonly string[],
): Promise<CandidatesOfMany> {
  const cut = new Set<number>();
  const columns = [...new Set([...COLUMNS, ...fields])].join(', ');
  const search = (conditionsOf: (keys: CandidateKeys) => readonly string[]) =>
    shared(
      all.map((keys, record) => ({ record, conditions: conditionsOf(keys) })),
      (conditions, most) =>
        query(session, `SELECT ${columns} FROM Account WHERE (${conditions.join(' OR ')}) ORDER BY CreatedDate, Id LIMIT ${most + 1}`),
      (record) => cut.add(record),
    );
  const byContact = await accountsOfContacts(session, all);
  const answers = await Promise.all([
    search((keys) => [...websiteConditions(by, keys), ...phoneConditions(by, keys)]),
    search((keys) => nameConditions(by, keys)),
    search((keys) => postalConditions(by, keys)),
    byId(session, columns, [...all.flatMap(({ ids = [] }) => ids), ...byContact.accounts.keys()]),
  ]);
  const rows = [...new Map(answers.flat().map((row) => [String(row['Id']), row])).values()];
  const ids = rows.map((row) => String(row['Id']));
  const [contacts, open] = await Promise.all([contactDomains(session, ids), withOpenOpportunity(session, ids)]);
  return {
    accounts: rows.map((row) => {
      const id = String(row['Id']);
      const domains = new Set([...(byContact.accounts.get(id) ?? []), ...(contacts.get(id) ?? [])]);
      return found(row, fields, { emailDomains: [...domains], openOpportunity: open.has(id) });
    }),
    cut: all.map(({ domains }, record) => cut.has(record) || domains.some((domain) => byContact.cut.has(domain))),
  };
}

interface Asking {
  /** Whose conditions they are. */
  readonly record: number;
  readonly conditions: readonly string[];
}

/**
 * Conditions of many records in as few statements as their length allows. Where one finds more than is looked at, its records are asked for in
 * two halves, so that the many accounts of one never crowd out those of another.
 */
async function shared(
  all: readonly Asking[],
  ask: (conditions: readonly string[], most: number) => Promise<readonly Row[]>,
  onCut: (record: number) => void,
): Promise<readonly Row[]> {
  const answers = await Promise.all(
    packed(all).map(async (some) => {
      const most = Math.min(MOST * some.length, MOST_ROWS - 1);
      const rows = await ask([...new Set(some.flatMap(({ conditions }) => conditions))], most);
      if (rows.length <= most) return rows;
      if (some.length === 1) {
        for (const { record } of some) onCut(record);
        return rows;
      }
      const half = Math.ceil(some.length / 2);
      return (await Promise.all([some.slice(0, half), some.slice(half)].map((part) => shared(part, ask, onCut)))).flat();
    }),
  );
  return answers.flat();
}

function packed(all: readonly Asking[]): readonly (readonly Asking[])[] {
  const groups: Asking[][] = [];
  let length = 0;
  for (const asking of all) {
    if (asking.conditions.length === 0) continue;
    const size = asking.conditions.reduce((sum, condition) => sum + encodeURIComponent(condition).length + 6, 0);
    const last = groups.at(-1);
    if (last === undefined || length + size > LONGEST) {
      groups.push([asking]);
      length = size;
    } else {
      last.push(asking);
      length += size;
    }
  }
  return groups;
}

async function byId(session: Session, columns: string, ids: readonly string[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const soql of whereIn(`SELECT ${columns} FROM Account WHERE`, 'Id', ids)) rows.push(...(await query(session, soql)));
  return rows;
}

interface ByContact {
  /** Hosts or domains by the id of the account. */
  readonly accounts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Domains with contacts of more accounts than are looked at. */
  readonly cut: ReadonlySet<string>;
}

/** Accounts whose contacts have addresses of these domains: many domains in a statement, unless their addresses are too many for it. */
async function accountsOfContacts(session: Session, all: readonly CandidateKeys[]): Promise<ByContact> {
  const domains = [...new Set(all.flatMap((keys) => (keys.by_contacts === false ? [] : keys.domains)))];
  const accounts = new Map<string, Set<string>>();
  const cut = new Set<string>();
  const add = (id: string, host: string) => void accounts.set(id, (accounts.get(id) ?? new Set<string>()).add(host));
  const groups = packed(domains.map((domain, record) => ({ record, conditions: [ofDomain(domain)] })));
  for (const group of groups) {
    const some = group.flatMap(({ record }) => domains[record] ?? []);
    const rows = some.length === 1 ? undefined : await addresses(session, some);
    if (rows !== undefined) for (const [id, host] of rows) add(id, host);
    else
      for (const domain of some) {
        const ids = await groupedByAccount(session, domain);
        for (const id of ids.slice(0, MOST)) add(id, domain);
        if (ids.length > MOST) cut.add(domain);
      }
  }
  return { accounts, cut };
}

function ofDomain(domain: string): string {
  return `(Email LIKE ${like('%@', domain)} OR Email LIKE ${like('%.', domain)})`;
}

/** Account and host of each address; nothing where there are more than one answer holds. */
async function addresses(session: Session, domains: readonly string[]): Promise<readonly (readonly [string, string])[] | undefined> {
  const soql = `SELECT AccountId, Email FROM Contact WHERE AccountId != null AND (${domains.map(ofDomain).join(' OR ')}) LIMIT ${MOST_ADDRESSES}`;
  const rows = await query(session, soql);
  return rows.length >= MOST_ADDRESSES ? undefined : rows.map((row) => [String(row['AccountId']), hostIn(row)] as const);
}

/** Grouped, because one account may have thousands of contacts. */
async function groupedByAccount(session: Session, domain: string): Promise<readonly string[]> {
  const soql = `SELECT AccountId FROM Contact WHERE AccountId != null AND ${ofDomain(domain)} GROUP BY AccountId LIMIT ${MOST + 1}`;
  return (await query(session, soql)).map((row) => String(row['AccountId']));
}

function hostIn(row: Row): string {
  return (String(row['Email']).split('@').at(-1) ?? '').toLowerCase();
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
      domains.set(id, (domains.get(id) ?? new Set()).add(hostIn(row)));
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
    ownerId: optional(row, 'OwnerId'),
    ownerActive: at('Owner.IsActive') !== false,
    parent: optional(row, 'ParentId'),
    above: PARENTS.filter((path) => at(path) !== null).length,
    created: optional(row, 'CreatedDate'),
    lastActivity: optional(row, 'LastActivityDate'),
    ...more,
  };
}
