// Accounts as the matcher reads them, from the org or from a table: names of fields through the FieldMap of Account.
import { instantOf } from '../../resources/conditions/dates.ts';
import { exactNumber, fold } from '../../resources/conditions/text.ts';
import type { Checked } from '../../resources/core.ts';
import type { Facts } from '../../engines/field.ts';
import { leadRecord } from '../../engines/matching/facts.ts';
import type { AccountRecord } from '../../engines/matching/records.ts';
import type { FieldNames } from '../../loops/facts.ts';
import type { FoundAccount, KeyFields } from '../../ports/candidates.ts';
import { factsOf } from '../past/facts.ts';
import { faultsOf } from '../past/faults.ts';
import type { Cells, Table } from '../table.ts';

export function accountOfOrg(names: FieldNames, account: FoundAccount, now: number): AccountRecord {
  return {
    ...described(account.id, factsOf(names, account.fields, now)),
    email_domains: account.emailDomains,
    owner: account.owner,
    owner_active: account.ownerActive,
    open_opportunity: account.openOpportunity,
    parent: account.parent,
    level: account.above,
    // The later something went on, the more.
    activity: instantOf(account.lastActivity) ?? null,
    created: account.created,
  };
}

/** In which fields of the org an account's keys stand. */
export function keyFields({ map }: FieldNames): KeyFields {
  const fieldOf = (name: string) => {
    const field = map[name];
    return field === undefined ? undefined : typeof field === 'string' ? field : field.field;
  };
  const [website, name, phone, postal] = ['website', 'company', 'phone', 'billing_postal'].map(fieldOf);
  return {
    ...(website !== undefined && { website }),
    ...(name !== undefined && { name }),
    ...(phone !== undefined && { phone }),
    ...(postal !== undefined && { postal }),
  };
}

/** Every account of a table. Problems: rows that can not be read, and two of one id. */
export async function accountsOfTable(names: FieldNames, table: Table, now: number): Promise<Checked<readonly AccountRecord[]>> {
  const accounts = new Map<string, AccountRecord>();
  const faults = faultsOf(table.name);
  for await (const row of table.rows) {
    if ('fault' in row) {
      faults.add(row.line, row.fault);
      continue;
    }
    const id = cell(row.values, 'id', 'Id') ?? `line ${row.line}`;
    if (accounts.has(id)) faults.add(row.line, `is a second account with the id "${id}"`);
    accounts.set(id, { ...described(id, factsOf(names, row.values, now)), ...besides(row.values) });
  }
  const problems = faults.problems();
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: [...accounts.values()] };
}

function described(id: string, facts: Facts): AccountRecord {
  const { company: name, email: _, ...places } = leadRecord(facts);
  return { id, name: name ?? null, ...places, is_customer: isYes(facts['is_customer']) };
}

/** What decides between accounts that are as good, where the table has it. */
function besides(cells: Cells): Partial<AccountRecord> {
  const active = cell(cells, 'owner_active', 'Owner.IsActive');
  const activity = cell(cells, 'activity', 'LastActivityDate');
  return {
    email_domains: (cell(cells, 'email_domains') ?? '').split(/[\s,;]+/).filter((domain) => domain !== ''),
    owner: cell(cells, 'owner', 'Owner.Username', 'OwnerId'),
    owner_active: active === null ? null : isYes(active),
    open_opportunity: isYes(cell(cells, 'open_opportunity')),
    parent: cell(cells, 'parent', 'ParentId'),
    level: exactNumber(cell(cells, 'level'))?.value ?? null,
    activity: exactNumber(activity)?.value ?? instantOf(activity) ?? null,
    created: cell(cells, 'created', 'CreatedDate'),
  };
}

function cell(cells: Cells, ...columns: readonly string[]): string | null {
  for (const column of columns) if (Object.hasOwn(cells, column) && cells[column] !== null) return cells[column] ?? null;
  return null;
}

function isYes(value: unknown): boolean {
  return value === true || (typeof value === 'string' && ['true', 'yes', '1'].includes(fold(value)));
}
