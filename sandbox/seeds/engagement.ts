// What was done: tasks and events, campaigns and who answered them, cases, account teams.
import type { Work } from '../rows/work.ts';
import type { Row } from '../schema/field.ts';
import { type SeededAccount, type SeededLead, audited } from './accounts.ts';
import type { SeededDeal } from './deals.ts';
import type { SeededPerson } from './people.ts';
import type { Dice } from './random.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

export function seedEngagement(
  work: Work,
  dice: Dice,
  accounts: readonly SeededAccount[],
  deals: readonly SeededDeal[],
  leads: readonly SeededLead[],
  people: readonly SeededPerson[],
): void {
  for (const deal of deals) {
    for (let count = dice.between(1, 4); count > 0; count -= 1)
      seedActivity(work, dice, { WhatId: deal.id, AccountId: deal.accountId }, deal.ownerId, deal.created, deal.ended ?? work.now);
  }
  for (const lead of leads.filter((_, index) => index % 4 === 1))
    seedActivity(work, dice, { WhoId: lead.id }, lead.ownerId, lead.created, work.now);
  seedCampaigns(work, dice, leads);
  countMembers(work);
  for (const account of accounts.filter(({ customer }) => customer)) seedCare(work, dice, account, people);
  refreshLastActivity(work);
}

function seedActivity(work: Work, dice: Dice, about: Row, OwnerId: string, from: number, to: number): void {
  const at = Math.floor((from + dice.next() * (to - from)) / MINUTE) * MINUTE;
  const ActivityDate = new Date(at).toISOString().slice(0, 10);
  const shared: Row = { ...about, OwnerId, ActivityDate, ...audited(at, OwnerId) };
  if (dice.chance(0.3)) {
    const length = dice.pick([30, 45, 60]);
    const times: Row = { StartDateTime: at, ActivityDateTime: at, EndDateTime: at + length * MINUTE, DurationInMinutes: length };
    work.rows.insert(work, 'Event', { Subject: dice.pick(['Meeting', 'Demo', 'Business review']), ...shared, ...times });
    return;
  }
  const done = dice.chance(0.8);
  const closing: Row = { Status: done ? 'Completed' : 'Not Started', IsClosed: done ? 1 : 0, CompletedDateTime: done ? at : null };
  const kind = dice.pick(['Call', 'Email']);
  work.rows.insert(work, 'Task', { Subject: kind, Priority: 'Normal', TaskSubtype: kind, ...shared, ...closing });
}

const CAMPAIGNS = [
  ['Spring product webinar', 'Webinar', 150],
  ['Revenue summit booth', 'Trade Show', 80],
  ['Pricing page retargeting', 'Advertisement', 30],
] as const;

function seedCampaigns(work: Work, dice: Dice, leads: readonly SeededLead[]): void {
  for (const [index, [Name, Type, daysAgo]] of CAMPAIGNS.entries()) {
    const at = work.now - daysAgo * DAY;
    const StartDate = new Date(at).toISOString().slice(0, 10);
    const CampaignId = work.rows.insert(work, 'Campaign', {
      Name,
      Type,
      Status: 'Completed',
      StartDate,
      IsActive: 1,
      OwnerId: work.caller.userId,
      ...audited(at, work.caller.userId),
    });
    for (const [order, Label] of ['Sent', 'Responded'].entries()) {
      work.rows.insert(work, 'CampaignMemberStatus', {
        CampaignId,
        Label,
        SortOrder: order + 1,
        IsDefault: order === 0 ? 1 : 0,
        HasResponded: order,
      });
    }
    for (const lead of leads.filter((_, position) => position % 9 === index)) {
      const responded = dice.chance(0.3);
      work.rows.insert(work, 'CampaignMember', {
        CampaignId,
        LeadId: lead.id,
        LeadOrContactId: lead.id,
        Type: 'Lead',
        Status: responded ? 'Responded' : 'Sent',
        HasResponded: responded ? 1 : 0,
        FirstRespondedDate: responded ? StartDate : null,
        ...audited(at, work.caller.userId),
      });
    }
  }
}

/** For all campaigns at once what is counted member by member later on. */
function countMembers(work: Work): void {
  const members = (more: string) => `(SELECT COUNT(*) FROM "CampaignMember" m WHERE m."CampaignId" = "Campaign"."Id"${more})`;
  work.org.store.run(
    `UPDATE "Campaign" SET "NumberOfLeads" = ${members('')}, "NumberOfResponses" = ${members(' AND m."HasResponded" = 1')}`,
  );
}

/** Customers have people who look after them, and now and then a problem. */
function seedCare(work: Work, dice: Dice, account: SeededAccount, people: readonly SeededPerson[]): void {
  const carers = people.filter(({ role }) => role === 'CSM' || role === 'SE');
  const since = audited(account.created, account.ownerId);
  if (carers.length > 0) {
    const { id, role, title } = dice.pick(carers);
    work.rows.insert(work, 'AccountTeamMember', {
      AccountId: account.id,
      UserId: id,
      TeamMemberRole: role === 'CSM' ? 'Account Manager' : 'Pre-Sales Consultant',
      Title: title ?? role,
      ...since,
    });
  }
  if (!dice.chance(0.35)) return;
  const at = work.now - dice.between(1, 50) * DAY;
  const closed = dice.chance(0.6);
  const number = 1001 + Number(work.org.store.one('SELECT COUNT(*) AS n FROM "Case"')?.['n']);
  work.rows.insert(work, 'Case', {
    CaseNumber: String(number).padStart(8, '0'),
    AccountId: account.id,
    ContactId: account.contacts[0] ?? null,
    Subject: dice.pick(['Login fails after update', 'Report is slow', 'Question about invoices', 'Import stops half way']),
    Origin: dice.pick(['Email', 'Phone', 'Web']),
    Priority: dice.pick(['High', 'Medium', 'Low']),
    Status: closed ? 'Closed' : 'Working',
    IsClosed: closed ? 1 : 0,
    ClosedDate: closed ? at + 2 * DAY : null,
    OwnerId: account.ownerId,
    ...audited(at, account.ownerId),
  });
}

/** For all records at once what is computed record by record later on. */
function refreshLastActivity(work: Work): void {
  for (const [object, column] of [
    ['Account', 'AccountId'],
    ['Opportunity', 'WhatId'],
    ['Lead', 'WhoId'],
  ] as const) {
    work.org.store.run(`UPDATE "${object}" SET "LastActivityDate" = (SELECT max(day) FROM (
      SELECT max("ActivityDate") AS day FROM "Event" WHERE "${column}" = "${object}"."Id"
      UNION ALL SELECT max("ActivityDate") FROM "Task" WHERE "IsClosed" = 1 AND "${column}" = "${object}"."Id"))`);
  }
}
