// Conversion of a lead: an account and a contact, old or new, and an opportunity unless it is not wanted.
import { dayIn } from '../calendar.ts';
import { type Trouble, refuseRow } from '../refusal.ts';
import type { Row } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import { LEAD_STATUSES, STAGES } from '../schema/values.ts';
import { countMember, memberOf } from './rules/activities.ts';
import type { Work } from './work.ts';
import { createRow, presentRow, updateRow } from './write.ts';

export interface Conversion {
  readonly leadId: string;
  readonly convertedStatus: string;
  readonly accountId?: string;
  readonly contactId?: string;
  readonly opportunityId?: string;
  readonly opportunityName?: string;
  readonly ownerId?: string;
  readonly doNotCreateOpportunity: boolean;
  readonly overwriteLeadSource: boolean;
}

export interface Converted {
  readonly leadId: string;
  readonly accountId: string;
  readonly contactId: string;
  readonly opportunityId: string | null;
  readonly troubles: readonly Trouble[];
}

const PERSON = [
  'Salutation',
  'FirstName',
  'LastName',
  'Title',
  'Phone',
  'MobilePhone',
  'Email',
  'LeadSource',
  'Description',
  'HasOptedOutOfEmail',
  'DoNotCall',
];
const COMPANY = ['Phone', 'Fax', 'Website', 'Industry', 'AnnualRevenue', 'NumberOfEmployees', 'Rating', 'Description'];
const ADDRESS = ['Street', 'City', 'State', 'PostalCode', 'Country'];

/** Refuses as a row is refused; nothing is left of a conversion that fails. */
export function convertLead(work: Work, wish: Conversion): Converted {
  return work.org.store.atomically(() => {
    const lead = presentRow(work, typeOf(work, 'Lead'), wish.leadId);
    if (lead['IsConverted'] === 1) refuseRow('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
    const status = LEAD_STATUSES.find(({ name, final }) => final && name === wish.convertedStatus);
    if (!status) refuseRow('INVALID_STATUS', `invalid convertedStatus: ${wish.convertedStatus}`, ['convertedStatus']);
    const owner = wish.ownerId ?? String(lead['OwnerId']);
    if (!owner.startsWith('005'))
      refuseRow(
        'UNKNOWN_EXCEPTION',
        'Converted objects can only be owned by users. If the lead is not owned by a user, you must specify a user for the Owner field.',
      );
    const accountId = wish.accountId ?? createRow(work, typeOf(work, 'Account'), accountOf(lead, owner));
    const contactId = contactOf(work, wish, lead, owner, accountId);
    const opportunityId = opportunityOf(work, wish, lead, owner, accountId, contactId);
    finish(work, lead, { Status: status.name, OwnerId: owner }, accountId, contactId, opportunityId);
    return { leadId: wish.leadId, accountId, contactId, opportunityId, troubles: [] };
  });
}

function typeOf(work: Work, name: string): ObjectType {
  return work.org.schema.object(name) ?? refuseRow('INVALID_TYPE', name);
}

/** Fields of the lead that are filled, by their names in the new record; flags as JSON has them. */
function taken(lead: Row, names: readonly string[]): Record<string, unknown> {
  const filled = names.filter((name) => (lead[name] ?? null) !== null);
  return Object.fromEntries(
    filled.map((name) => [name, name.startsWith('HasOpted') || name === 'DoNotCall' ? lead[name] === 1 : lead[name]]),
  );
}

function addressOf(lead: Row, prefix: string): Record<string, unknown> {
  return Object.fromEntries(ADDRESS.map((part) => [prefix + part, lead[part] ?? null]));
}

function accountOf(lead: Row, OwnerId: string): Record<string, unknown> {
  return { ...taken(lead, COMPANY), ...addressOf(lead, 'Billing'), Name: lead['Company'], AccountSource: lead['LeadSource'], OwnerId };
}

function contactOf(work: Work, wish: Conversion, lead: Row, OwnerId: string, AccountId: string): string {
  if (wish.contactId === undefined)
    return createRow(work, typeOf(work, 'Contact'), { ...taken(lead, PERSON), ...addressOf(lead, 'Mailing'), AccountId, OwnerId });
  const contact = presentRow(work, typeOf(work, 'Contact'), wish.contactId);
  const empty = PERSON.filter((name) => contact[name] === null || (name === 'LeadSource' && wish.overwriteLeadSource));
  const more = taken(lead, empty);
  if (Object.keys(more).length > 0) updateRow(work, typeOf(work, 'Contact'), wish.contactId, more);
  return wish.contactId;
}

function opportunityOf(work: Work, wish: Conversion, lead: Row, OwnerId: string, AccountId: string, ContactId: string): string | null {
  if (wish.opportunityId !== undefined) return wish.opportunityId;
  if (wish.doNotCreateOpportunity) return null;
  const Name = (wish.opportunityName ?? `${String(lead['Company'])}-`).slice(0, 120);
  const fields = {
    Name,
    StageName: STAGES[0]?.name,
    CloseDate: endOfQuarter(dayIn(work.caller.timeZone, work.now)),
    LeadSource: lead['LeadSource'],
    AccountId,
    ContactId,
    OwnerId,
  };
  return createRow(work, typeOf(work, 'Opportunity'), fields);
}

function endOfQuarter(today: string): string {
  const [year = 0, month = 1] = today.split('-').map(Number);
  return new Date(Date.UTC(year, Math.ceil(month / 3) * 3, 0)).toISOString().slice(0, 10);
}

/** The lead points to what became of it; what was done with the lead goes on with the contact. */
function finish(work: Work, lead: Row, more: Row, accountId: string, contactId: string, opportunityId: string | null): void {
  const id = String(lead['Id']);
  const converted: Row = {
    ...more,
    IsConverted: 1,
    ConvertedDate: dayIn(work.caller.timeZone, work.now),
    ConvertedAccountId: accountId,
    ConvertedContactId: contactId,
    ConvertedOpportunityId: opportunityId,
    IsUnreadByOwner: 0,
  };
  work.rows.patch(work, 'Lead', id, converted, 'user');
  for (const object of ['Task', 'Event']) {
    for (const { Id } of work.org.store.all(`SELECT "Id" FROM "${object}" WHERE "WhoId" = ?`, id)) {
      work.rows.patch(work, object, String(Id), { WhoId: contactId, AccountId: accountId }, 'system');
    }
  }
  for (const member of work.org.store.all('SELECT * FROM "CampaignMember" WHERE "LeadId" = ?', id) as Row[]) {
    const now: Row = { ...member, ContactId: contactId };
    work.rows.patch(work, 'CampaignMember', String(member['Id']), { ContactId: contactId, ...memberOf(now) }, 'system');
    countMember(work, member, now);
  }
}
