// Accounts, contacts, leads, opportunities, cases: the records of the CRM, with the fields that revenue operations read and write.
import {
  type Field,
  backAs,
  combobox,
  createOnly,
  day,
  defaultsTo,
  email,
  field,
  flag,
  integer,
  longText,
  lookup,
  lookupKey,
  moment,
  money,
  percent,
  phone,
  picklist,
  readOnly,
  required,
  text,
  url,
} from './field.ts';
import { type ObjectType, audit, created, define, owner } from './object.ts';
import { ACCOUNT_TYPES, INDUSTRIES, LEAD_SOURCES, OPPORTUNITY_TYPES, RATINGS, SALUTATIONS } from './picklists.ts';
import { LEAD_STATUSES, STAGES } from './values.ts';

const names = (entries: readonly { readonly name: string }[]) => entries.map((entry) => entry.name);
const industry = () => picklist('Industry', INDUSTRIES);
const leadSource = () => picklist('LeadSource', LEAD_SOURCES);
const lastActivity = () => day('LastActivityDate', readOnly);
const description = () => longText('Description', 32_000);

/** `BillingStreet`, `BillingCity` …; without a prefix for leads. */
export function address(prefix: string): Field[] {
  return [
    longText(`${prefix}Street`, 255),
    text(`${prefix}City`, 40),
    text(`${prefix}State`, 80),
    text(`${prefix}PostalCode`, 20),
    text(`${prefix}Country`, 80),
  ];
}

function person(): Field[] {
  return [
    picklist('Salutation', SALUTATIONS),
    text('FirstName', 40),
    text('LastName', 80, required),
    text('Name', 121, readOnly, required),
  ];
}

const ofDeal = { parent: 'OpportunityId' };
const crm = { recycled: true, sharing: 'owner' } as const;

const account = define('Account', { prefix: '001', ...crm }, [
  text('Name', 255, required),
  text('AccountNumber', 40),
  picklist('Type', ACCOUNT_TYPES),
  lookup('ParentId', 'Account', backAs('ChildAccounts')),
  ...address('Billing'),
  ...address('Shipping'),
  phone('Phone'),
  phone('Fax'),
  url('Website'),
  industry(),
  money('AnnualRevenue'),
  integer('NumberOfEmployees'),
  picklist('Ownership', ['Public', 'Private', 'Subsidiary', 'Other']),
  text('TickerSymbol', 20),
  text('Sic', 20),
  text('SicDesc', 80),
  text('Site', 80),
  picklist('Rating', RATINGS),
  picklist('AccountSource', LEAD_SOURCES),
  description(),
  flag('IsExcludedFromRealign'),
  owner(),
  lastActivity(),
  ...audit(),
]);

const contact = define('Contact', { prefix: '003', ...crm, sharing: 'contact' }, [
  ...person(),
  lookup('AccountId', 'Account', backAs('Contacts', 'cascade')),
  text('Title', 128),
  text('Department', 80),
  email('Email', lookupKey),
  phone('Phone'),
  phone('MobilePhone'),
  ...address('Mailing'),
  lookup('ReportsToId', 'Contact', backAs('ReportingContacts')),
  leadSource(),
  day('Birthdate'),
  description(),
  flag('HasOptedOutOfEmail'),
  flag('DoNotCall'),
  owner(),
  lastActivity(),
  ...audit(),
]);

const lead = define('Lead', { prefix: '00Q', ...crm }, [
  ...person(),
  text('Title', 128),
  text('Company', 255, required),
  ...address(''),
  phone('Phone'),
  phone('MobilePhone'),
  phone('Fax'),
  email('Email', lookupKey),
  url('Website'),
  description(),
  leadSource(),
  picklist('Status', names(LEAD_STATUSES), required, defaultsTo('Open - Not Contacted')),
  industry(),
  picklist('Rating', RATINGS),
  money('AnnualRevenue'),
  integer('NumberOfEmployees'),
  owner(['Group', 'User']),
  flag('HasOptedOutOfEmail'),
  flag('HasOptedOutOfFax'),
  flag('DoNotCall'),
  flag('IsConverted', readOnly),
  day('ConvertedDate', readOnly),
  lookup('ConvertedAccountId', 'Account', readOnly),
  lookup('ConvertedContactId', 'Contact', readOnly),
  lookup('ConvertedOpportunityId', 'Opportunity', readOnly),
  flag('IsUnreadByOwner', defaultsTo(1)),
  lookup('MasterRecordId', 'Lead', readOnly),
  day('LastTransferDate', readOnly),
  lastActivity(),
  ...audit(),
]);

const opportunity = define('Opportunity', { prefix: '006', plural: 'Opportunities', ...crm }, [
  lookup('AccountId', 'Account', backAs('Opportunities', 'cascade')),
  text('Name', 120, required),
  description(),
  picklist('StageName', names(STAGES), required),
  money('Amount'),
  percent('Probability'),
  money('ExpectedRevenue', readOnly),
  field('TotalOpportunityQuantity', 'double', { precision: 18, scale: 2 }),
  day('CloseDate', required),
  picklist('Type', OPPORTUNITY_TYPES),
  text('NextStep', 255),
  leadSource(),
  flag('IsClosed', readOnly),
  flag('IsWon', readOnly),
  picklist('ForecastCategory', ['Omitted', 'Pipeline', 'BestCase', 'MostLikely', 'Forecast', 'Closed'], readOnly, required),
  picklist('ForecastCategoryName', ['Omitted', 'Pipeline', 'Best Case', 'Most Likely', 'Commit', 'Closed']),
  lookup('CampaignId', 'Campaign', backAs('Opportunities')),
  lookup('ContactId', 'Contact', createOnly),
  owner(),
  lookup('Territory2Id', 'Territory2', backAs('Opportunities')),
  flag('IsExcludedFromTerritory2Filter'),
  integer('FiscalQuarter', readOnly),
  integer('FiscalYear', readOnly),
  lastActivity(),
  moment('LastStageChangeDate', readOnly),
  ...audit(),
]);

const opportunityContactRole = define('OpportunityContactRole', { prefix: '00K', recycled: true, sharing: ofDeal }, [
  lookup('OpportunityId', 'Opportunity', required, createOnly, backAs('OpportunityContactRoles', 'cascade')),
  lookup('ContactId', 'Contact', required, backAs('OpportunityContactRoles', 'cascade')),
  picklist('Role', [
    'Business User',
    'Decision Maker',
    'Economic Buyer',
    'Economic Decision Maker',
    'Evaluator',
    'Executive Sponsor',
    'Influencer',
    'Technical Buyer',
    'Other',
  ]),
  flag('IsPrimary'),
  ...audit(),
]);

/** A row for each change of what forecasting reads; written by the org itself. */
const opportunityHistory = define('OpportunityHistory', { prefix: '008', plural: 'Opportunity Histories', writes: '', sharing: ofDeal }, [
  lookup('OpportunityId', 'Opportunity', readOnly, required, backAs('OpportunityHistories', 'cascade')),
  picklist('StageName', [], readOnly, required),
  money('Amount', readOnly),
  money('ExpectedRevenue', readOnly),
  day('CloseDate', readOnly),
  percent('Probability', readOnly),
  picklist('ForecastCategory', [], readOnly),
  money('PrevAmount', readOnly),
  day('PrevCloseDate', readOnly),
  flag('IsDeleted', readOnly),
  ...created(),
]);

/** Field history of opportunities: who changed a tracked field from what to what. */
const opportunityFieldHistory = define(
  'OpportunityFieldHistory',
  { prefix: '017', plural: 'Opportunity Field Histories', writes: '', sharing: ofDeal },
  [
    lookup('OpportunityId', 'Opportunity', readOnly, required, backAs('Histories', 'cascade')),
    text('Field', 255, readOnly, required),
    text('DataType', 255, readOnly),
    text('OldValue', 255, readOnly),
    text('NewValue', 255, readOnly),
    flag('IsDeleted', readOnly),
    moment('CreatedDate', readOnly, required),
    lookup('CreatedById', 'User', readOnly, required),
  ],
);

const accountTeamMember = define(
  'AccountTeamMember',
  { prefix: '01M', keys: [['AccountId', 'UserId']], recycled: true, sharing: { parent: 'AccountId' } },
  [
    lookup('AccountId', 'Account', required, createOnly, backAs('AccountTeamMembers', 'cascade')),
    lookup('UserId', 'User', required, createOnly),
    picklist('TeamMemberRole', [
      'Account Manager',
      'Channel Manager',
      'Executive Sponsor',
      'Lead Qualifier',
      'Pre-Sales Consultant',
      'Sales Manager',
      'Sales Rep',
    ]),
    text('Title', 80, readOnly),
    ...audit(),
  ],
);

const support = define('Case', { prefix: '500', ...crm }, [
  text('CaseNumber', 30, readOnly, required, lookupKey),
  lookup('ContactId', 'Contact', backAs('Cases')),
  lookup('AccountId', 'Account', backAs('Cases', 'restrict')),
  lookup('ParentId', 'Case', backAs('Cases')),
  picklist('Type', ['Mechanical', 'Electrical', 'Electronic', 'Structural', 'Other']),
  picklist('Status', ['New', 'Working', 'Escalated', 'Closed'], defaultsTo('New')),
  picklist('Reason', ['Installation', 'Equipment Complexity', 'Performance', 'Breakdown', 'Equipment Design', 'Feedback', 'Other']),
  picklist('Origin', ['Email', 'Phone', 'Web']),
  combobox('Subject', 255, []),
  picklist('Priority', ['High', 'Medium', 'Low'], defaultsTo('Medium')),
  description(),
  flag('IsClosed', readOnly),
  moment('ClosedDate', readOnly),
  flag('IsEscalated'),
  owner(['Group', 'User']),
  ...audit(),
]);

export const crmObjects: readonly ObjectType[] = [
  account,
  contact,
  lead,
  opportunity,
  opportunityContactRole,
  opportunityHistory,
  opportunityFieldHistory,
  accountTeamMember,
  support,
];
