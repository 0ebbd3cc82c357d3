// Which account a record belongs to, by the matcher that routing uses, without keeping or writing anything.
import type { Checked, Problem } from '../../resources/core.ts';
import type { Organisation } from '../../resources/resource.ts';
import { type AccountIndex, indexAccounts } from '../../engines/matching/account-index.ts';
import { leadRecord } from '../../engines/matching/facts.ts';
import { matchKeys } from '../../engines/matching/match-keys.ts';
import { matchLead } from '../../engines/matching/match.ts';
import type { AccountRecord, Evidence, Match } from '../../engines/matching/records.ts';
import { type FieldNames, nameOf, RECORD, recordFacts } from '../../loops/facts.ts';
import type { LoopEvent } from '../../loops/event.ts';
import type { CrmRecords } from '../../ports/records.ts';
import { namesOf } from '../past/facts.ts';
import type { Table } from '../table.ts';
import { accountOfOrg, accountsOfTable, keyFields } from './accounts.ts';

/** A record with the account that was found for it. */
export interface Matched {
  readonly subject: { readonly object: string; readonly id?: string; readonly name?: string };
  readonly match: Match;
  /** What each piece of evidence weighs. */
  readonly weights: Readonly<Record<keyof Evidence, number>>;
  /** What the candidates are called, by id. */
  readonly names: ReadonlyMap<string, string>;
  /** More accounts share a key than were looked at. */
  readonly cut: boolean;
}

/** The accounts that come into question. */
export interface Accounts {
  near(lead: Parameters<typeof matchLead>[0]): Promise<{ readonly found: AccountIndex | readonly AccountRecord[]; readonly cut: boolean }>;
  nameOf(id: string): string | undefined;
}

/** All accounts of a table, indexed once. */
export async function tableAccounts(organisation: Organisation, table: Table, now: number): Promise<Checked<Accounts>> {
  const names = mapped(organisation, 'Account');
  if (!names.ok) return names;
  const read = await accountsOfTable(names.value, table, now);
  if (!read.ok) return read;
  const index = indexAccounts(read.value, names.value.policy);
  const called = new Map(read.value.map(({ id, name }) => [id, name ?? id]));
  return { ok: true, value: { near: async () => ({ found: index, cut: false }), nameOf: (id) => called.get(id) } };
}

/** Asked for lead by lead, by what each may share with an account. */
export function orgAccounts(organisation: Organisation, records: CrmRecords, now: number): Checked<Accounts> {
  const names = mapped(organisation, 'Account');
  if (!names.ok) return names;
  const { policy, fields } = names.value;
  const by = keyFields(names.value);
  const called = new Map<string, string>();
  return {
    ok: true,
    value: {
      async near(lead) {
        const { accounts, cut } = await records.candidates(matchKeys(lead, policy), by, fields);
        const found = accounts.map((account) => accountOfOrg(names.value, account, now));
        for (const { id, name } of found) called.set(id, name ?? id);
        return { found, cut };
      },
      nameOf: (id) => called.get(id),
    },
  };
}

/** `records`: asked where the event names a record of the org. A failed read throws. */
export async function matchRecord(
  organisation: Organisation,
  event: LoopEvent,
  accounts: Accounts,
  records: () => Promise<CrmRecords>,
  now: number,
): Promise<Checked<Matched>> {
  const names = mapped(organisation, event.object);
  if (!names.ok) return names;
  const facts = new Map<string, { value: unknown; missing?: string; source: string; at: string }>();
  const input = { world: undefined, event, turn: '', now, facts };
  let read = recordFacts(names.value, input);
  if (!('facts' in read) && read.kind === 'crm') {
    const found = await (await records()).record(read.object, read.record, read.fields);
    const at = new Date(now).toISOString();
    const missing = found === undefined && { missing: `there is no ${read.object} ${read.record} in the org, or it is not to be seen` };
    facts.set(RECORD, { value: found ?? null, ...missing, source: 'org', at });
    read = recordFacts(names.value, input);
  }
  if (!('facts' in read)) return refused('bad-record', read.kind === 'refuse' ? read.problems : []);
  const lead = leadRecord(read.facts);
  const { found, cut } = await accounts.near(lead);
  const match = matchLead(lead, found, names.value.policy);
  const called = match.candidates.map(({ account }) => [account, accounts.nameOf(account) ?? account] as const);
  const name = nameOf(event, read);
  const subject = { object: event.object, ...(event.id !== undefined && { id: event.id }), ...(name !== undefined && { name }) };
  return { ok: true, value: { subject, match, weights: names.value.policy.weights, names: new Map(called), cut } };
}

function refused(code: string, problems: readonly { readonly path: string; readonly message: string }[]): Checked<never> {
  return { ok: false, problems: problems.map(({ path, message }) => ({ severity: 'error', code, message: `${path}: ${message}` })) };
}

function mapped(organisation: Organisation, object: string): Checked<FieldNames> {
  const names = namesOf(organisation, object);
  if (names !== undefined) return { ok: true, value: readByMatcher(names) };
  const problem: Problem = {
    severity: 'error',
    code: 'no-field-map',
    message: `No FieldMap is of ${object}: in which fields its name, website and address stand is not known.`,
    hint: `Declare one: kind: FieldMap, spec: {object: ${object}, fields: {company: …, website: …}}.`,
  };
  return { ok: false, problems: [problem] };
}

const READ = ['email', 'website', 'company', 'phone', 'billing_country', 'billing_state', 'billing_postal', 'is_customer'];

/** Nothing else is asked of the org, unless it is wanted: a field that is declared and not there yet matters to other loops. */
export function readByMatcher(names: FieldNames, wanted: readonly string[] = []): FieldNames {
  const map = Object.fromEntries(Object.entries(names.map).filter(([name]) => READ.includes(name) || wanted.includes(name)));
  return { ...names, map, fields: [...new Set(Object.values(map).map((field) => (typeof field === 'string' ? field : field.field)))] };
}
