// Tasks, events, campaigns: what was done, and with whom. `LastActivityDate` elsewhere is computed from the first two.
import {
  backAs,
  combobox,
  createOnly,
  day,
  defaultsTo,
  field,
  flag,
  integer,
  longText,
  lookup,
  moment,
  money,
  percent,
  picklist,
  readOnly,
  required,
  restricted,
  text,
} from './field.ts';
import { type ObjectType, audit, define, owner } from './object.ts';

const WHO = ['Contact', 'Lead'];
const WHAT = ['Account', 'Campaign', 'Case', 'Opportunity'];
const SUBJECTS = ['Call', 'Send Letter', 'Send Quote', 'Email', 'Meeting', 'Other'];

const task = define('Task', { prefix: '00T', recycled: true, sharing: 'activity' }, [
  lookup('WhoId', WHO, backAs('Tasks', 'clear')),
  lookup('WhatId', WHAT, backAs('Tasks', 'cascade')),
  lookup('AccountId', 'Account', readOnly),
  combobox('Subject', 255, SUBJECTS),
  day('ActivityDate'),
  picklist(
    'Status',
    ['Not Started', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred'],
    required,
    defaultsTo('Not Started'),
  ),
  picklist('Priority', ['High', 'Normal', 'Low'], required, defaultsTo('Normal')),
  flag('IsHighPriority', readOnly),
  owner(['Group', 'User']),
  longText('Description', 32_000),
  flag('IsClosed', readOnly),
  flag('IsArchived', readOnly),
  moment('CompletedDateTime', readOnly),
  picklist('Type', ['Call', 'Meeting', 'Other', 'Email']),
  picklist('TaskSubtype', ['Task', 'Email', 'ListEmail', 'Cadence', 'Call'], restricted, createOnly, defaultsTo('Task')),
  picklist('CallType', ['Internal', 'Inbound', 'Outbound'], restricted),
  integer('CallDurationInSeconds'),
  text('CallDisposition', 255),
  flag('IsReminderSet'),
  moment('ReminderDateTime'),
  ...audit(),
]);

const event = define('Event', { prefix: '00U', recycled: true, sharing: 'activity' }, [
  lookup('WhoId', WHO, backAs('Events', 'clear')),
  lookup('WhatId', WHAT, backAs('Events', 'cascade')),
  lookup('AccountId', 'Account', readOnly),
  combobox('Subject', 255, SUBJECTS),
  text('Location', 255),
  flag('IsAllDayEvent'),
  moment('ActivityDateTime'),
  day('ActivityDate'),
  integer('DurationInMinutes'),
  moment('StartDateTime'),
  moment('EndDateTime'),
  longText('Description', 32_000),
  owner(),
  flag('IsPrivate'),
  flag('IsArchived', readOnly),
  picklist('ShowAs', ['Busy', 'OutOfOffice', 'Free'], restricted, defaultsTo('Busy')),
  picklist('EventSubtype', ['Event'], restricted, createOnly, defaultsTo('Event')),
  ...audit(),
]);

/** Kept by the org: how many members there are of each sort. */
const counted = (name: string) => integer(name, readOnly, required, defaultsTo(0));

const campaign = define('Campaign', { prefix: '701', recycled: true }, [
  text('Name', 80, required),
  lookup('ParentId', 'Campaign', backAs('ChildCampaigns')),
  picklist('Type', [
    'Conference',
    'Webinar',
    'Trade Show',
    'Partners',
    'Referral Program',
    'Advertisement',
    'Email',
    'Telemarketing',
    'Other',
  ]),
  picklist('Status', ['Planned', 'In Progress', 'Completed', 'Aborted'], defaultsTo('Planned')),
  day('StartDate'),
  day('EndDate'),
  money('ExpectedRevenue'),
  money('BudgetedCost'),
  money('ActualCost'),
  percent('ExpectedResponse'),
  field('NumberSent', 'double', { precision: 18, scale: 0 }),
  counted('NumberOfLeads'),
  counted('NumberOfConvertedLeads'),
  counted('NumberOfContacts'),
  counted('NumberOfResponses'),
  flag('IsActive'),
  longText('Description', 32_000),
  owner(),
  ...audit(),
]);

const campaignMemberStatus = define('CampaignMemberStatus', { prefix: '01Y', plural: 'Campaign Member Statuses' }, [
  lookup('CampaignId', 'Campaign', required, createOnly, backAs('CampaignMemberStatuses', 'cascade')),
  text('Label', 765, required),
  integer('SortOrder'),
  flag('IsDefault'),
  flag('HasResponded'),
  flag('IsDeleted', readOnly),
  ...audit(),
]);

const campaignMember = define(
  'CampaignMember',
  {
    prefix: '00v',
    keys: [
      ['LeadId', 'CampaignId'],
      ['ContactId', 'CampaignId'],
    ],
    replicateable: true,
  },
  [
    lookup('CampaignId', 'Campaign', required, createOnly, backAs('CampaignMembers', 'cascade')),
    lookup('LeadId', 'Lead', createOnly, backAs('CampaignMembers', 'cascade')),
    lookup('ContactId', 'Contact', createOnly, backAs('CampaignMembers', 'cascade')),
    lookup('LeadOrContactId', WHO, readOnly),
    picklist('Type', WHO, readOnly),
    picklist('Status', [], defaultsTo(null)),
    flag('HasResponded', readOnly),
    day('FirstRespondedDate', readOnly),
    flag('IsDeleted', readOnly),
    ...audit(),
  ],
);

export const activityObjects: readonly ObjectType[] = [task, event, campaign, campaignMemberStatus, campaignMember];
