// Tasks, events, campaigns. LastActivityDate of the records that an activity is about is the latest day of an event or of a closed task.
import { dayIn, startOfDay } from '../../calendar.ts';
import { refuseRow } from '../../refusal.ts';
import type { Cell, Row } from '../../schema/field.ts';
import { TASK_STATUSES } from '../../schema/values.ts';
import { type Change, type ObjectRules, type Work, isChanged } from '../work.ts';

const task: ObjectRules = {
  before(work, { row, old }) {
    const closed = TASK_STATUSES.some(({ name, final }) => final && name === row['Status']) ? 1 : 0;
    if (closed !== (old?.['IsClosed'] ?? 0)) row['CompletedDateTime'] = closed ? work.now : null;
    row['IsClosed'] = closed;
    row['IsHighPriority'] = row['Priority'] === 'High' ? 1 : 0;
    row['AccountId'] = accountOf(work, row);
  },
  after: (work, change) => touchRecords(work, [change.row, change.old]),
  afterDelete: (work, row) => touchRecords(work, [row]),
};

const MINUTE = 60_000;

const event: ObjectRules = {
  before(work, change) {
    const { row, given } = change;
    const zone = work.caller.timeZone;
    const begins = given.has('StartDateTime')
      ? row['StartDateTime']
      : given.has('ActivityDateTime')
        ? row['ActivityDateTime']
        : row['StartDateTime'];
    const start =
      begins ?? (row['IsAllDayEvent'] === 1 && row['ActivityDate'] !== null ? startOfDay('GMT', String(row['ActivityDate'])) : null);
    if (start === null || start === undefined)
      refuseRow('REQUIRED_FIELD_MISSING', 'Required fields are missing: [StartDateTime]', ['StartDateTime']);
    const end = endOf(change, Number(start));
    if (end < Number(start))
      refuseRow('FIELD_INTEGRITY_EXCEPTION', 'End Date Time: an event can not end before it starts', ['EndDateTime']);
    row['StartDateTime'] = row['ActivityDateTime'] = start;
    row['EndDateTime'] = end;
    row['DurationInMinutes'] = Math.round((end - Number(start)) / MINUTE);
    row['ActivityDate'] = dayIn(row['IsAllDayEvent'] === 1 ? 'GMT' : zone, Number(start));
    row['AccountId'] = accountOf(work, row);
  },
  after: (work, change) => touchRecords(work, [change.row, change.old]),
  afterDelete: (work, row) => touchRecords(work, [row]),
};

/** By the end, or by the duration: whichever was sent; an event that moves keeps its length. */
function endOf({ row, old, given }: Change, start: number): number {
  const end = row['EndDateTime'] ?? null;
  const minutes = row['DurationInMinutes'] ?? null;
  if (given.has('EndDateTime') && end !== null) return Number(end);
  if (minutes !== null && (given.has('DurationInMinutes') || old)) return start + Number(minutes) * MINUTE;
  if (row['IsAllDayEvent'] === 1) return start + 24 * 60 * MINUTE;
  return refuseRow('REQUIRED_FIELD_MISSING', 'Required fields are missing: [EndDateTime, DurationInMinutes]', [
    'EndDateTime',
    'DurationInMinutes',
  ]);
}

/** The account behind what the activity is about. */
function accountOf(work: Work, row: Row): Cell {
  const what = String(row['WhatId'] ?? '');
  if (what.startsWith('001')) return what;
  const through = what === '' ? String(row['WhoId'] ?? '') : what;
  const object = work.org.schema.objectOfId(through);
  return (object?.fields.has('accountid') && work.rows.read(object.name, through)?.['AccountId']) || null;
}

function touchRecords(work: Work, activities: readonly (Row | undefined)[]): void {
  const ids = new Set(activities.flatMap((row) => [row?.['WhoId'], row?.['WhatId'], row?.['AccountId']]));
  for (const id of ids) if (typeof id === 'string') refreshLastActivity(work, id);
}

function refreshLastActivity(work: Work, id: string): void {
  const object = work.org.schema.objectOfId(id);
  if (!object?.fields.has('lastactivitydate')) return;
  const about = '"IsDeleted" = 0 AND ("WhoId" = ? OR "WhatId" = ? OR "AccountId" = ?)';
  const latest = work.org.store.one(
    `SELECT max(day) AS day FROM (
       SELECT max("ActivityDate") AS day FROM "Event" WHERE ${about}
       UNION ALL SELECT max(ifnull("ActivityDate", date("CompletedDateTime" / 1000, 'unixepoch'))) FROM "Task" WHERE "IsClosed" = 1 AND ${about})`,
    ...Array<string>(6).fill(id),
  )?.['day'] as Cell;
  const row = work.rows.read(object.name, id);
  if (row && row['LastActivityDate'] !== latest) work.rows.patch(work, object.name, id, { LastActivityDate: latest }, 'system');
}

// ---- campaigns ----

const campaign: ObjectRules = {
  after(work, { row, old }) {
    if (old) return;
    const CampaignId = row['Id'] ?? null;
    work.rows.insert(work, 'CampaignMemberStatus', { CampaignId, Label: 'Sent', SortOrder: 1, IsDefault: 1 });
    work.rows.insert(work, 'CampaignMemberStatus', { CampaignId, Label: 'Responded', SortOrder: 2, HasResponded: 1 });
  },
};

const campaignMember: ObjectRules = {
  before(work, change) {
    const { row } = change;
    if ((row['LeadId'] === null) === (row['ContactId'] === null)) {
      refuseRow('REQUIRED_FIELD_MISSING', 'Required fields are missing: [LeadId, ContactId]: one of them, not both', [
        'LeadId',
        'ContactId',
      ]);
    }
    const statuses = work.org.store.all('SELECT * FROM "CampaignMemberStatus" WHERE "CampaignId" = ?', row['CampaignId'] ?? null);
    row['Status'] ??= (statuses.find((status) => status['IsDefault'] === 1)?.['Label'] as Cell | undefined) ?? 'Sent';
    const responded = statuses.some((status) => status['Label'] === row['Status'] && status['HasResponded'] === 1) ? 1 : 0;
    row['HasResponded'] = responded;
    if (responded === 1 && isChanged(change, 'Status')) row['FirstRespondedDate'] ??= dayIn(work.caller.timeZone, work.now);
    Object.assign(row, memberOf(row));
  },
  after: (work, { row, old }) => countMember(work, old, row),
  afterDelete: (work, row) => countMember(work, row, undefined),
};

/** Who is meant: a lead that was converted is the contact that it became. */
export function memberOf(row: Row): Row {
  const contact = row['ContactId'] ?? null;
  return { LeadOrContactId: contact ?? row['LeadId'] ?? null, Type: contact === null ? 'Lead' : 'Contact' };
}

const COUNTS: Readonly<Record<string, (member: Row) => boolean>> = {
  NumberOfLeads: ({ LeadId }) => LeadId !== null,
  NumberOfConvertedLeads: ({ LeadId, ContactId }) => LeadId !== null && ContactId !== null,
  NumberOfContacts: ({ ContactId }) => ContactId !== null,
  NumberOfResponses: ({ HasResponded }) => HasResponded === 1,
};

/** A campaign knows how many members it has; a lead that is converted stays among its leads, and is one of its contacts too. */
export function countMember(work: Work, old: Row | undefined, row: Row | undefined): void {
  const id = String((row ?? old)?.['CampaignId']);
  const before = work.rows.read('Campaign', id);
  if (!before) return;
  const by = (name: string, member: Row | undefined) => (member !== undefined && COUNTS[name]?.(member) === true ? 1 : 0);
  // A file of an older version has no counts yet.
  const isKnown = (before['NumberOfLeads'] ?? null) !== null;
  const counts = isKnown
    ? Object.fromEntries(Object.keys(COUNTS).map((name) => [name, Number(before[name]) + by(name, row) - by(name, old)]))
    : countedIn(work, id);
  if (Object.entries(counts).some(([name, count]) => before[name] !== count)) work.rows.patch(work, 'Campaign', id, counts, 'system');
}

/** All of them, anew. */
function countedIn(work: Work, id: string): Row {
  const members = work.org.store.all('SELECT * FROM "CampaignMember" WHERE "CampaignId" = ?', id) as Row[];
  return Object.fromEntries(Object.entries(COUNTS).map(([name, counts]) => [name, members.filter(counts).length]));
}

export const activityRules: Readonly<Record<string, ObjectRules>> = {
  Task: task,
  Event: event,
  Campaign: campaign,
  CampaignMember: campaignMember,
};
