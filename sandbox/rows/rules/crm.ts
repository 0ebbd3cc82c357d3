// Leads, contacts, opportunities, cases: what follows from what was written.
import { dayIn } from '../../calendar.ts';
import { refuseRow } from '../../refusal.ts';
import { levelOn, territoriesOf } from '../../access/sharing.ts';
import type { Row } from '../../schema/field.ts';
import { CASE_STATUSES, CATEGORY_NAMES, type ForecastCategory, stageNamed } from '../../schema/values.ts';
import { type Change, type ObjectRules, type Work, isChanged } from '../work.ts';
import { recordHistory } from './history.ts';
import { fullName } from './names.ts';

const contact: ObjectRules = {
  before: (_work, { row }) => {
    row['Name'] = fullName(row);
  },
};

const lead: ObjectRules = {
  before(work, change) {
    const { row, old } = change;
    if (old?.['IsConverted'] === 1) refuseRow('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []);
    row['Name'] = fullName(row);
    if (old && isChanged(change, 'OwnerId')) {
      row['LastTransferDate'] = dayIn(work.caller.timeZone, work.now);
      row['IsUnreadByOwner'] = 1;
    }
  },
};

// ---- opportunities ----

const opportunity: ObjectRules = {
  before(work, change) {
    followStage(work, change);
    const { row } = change;
    row['ExpectedRevenue'] = row['Amount'] === null ? null : (Number(row['Amount']) * Number(row['Probability'] ?? 0)) / 100;
    const [year = 0, month = 1] = String(row['CloseDate']).split('-').map(Number);
    row['FiscalYear'] = year;
    row['FiscalQuarter'] = Math.floor((month - 1) / 3) + 1;
    if (isChanged(change, 'Territory2Id')) checkTerritory(work, row);
  },
  after(work, change) {
    recordHistory(work, change);
    const { ContactId } = change.row;
    if (change.old || typeof ContactId !== 'string') return;
    work.rows.insert(work, 'OpportunityContactRole', { OpportunityId: change.row['Id'] ?? null, ContactId, IsPrimary: 1 });
  },
};

/** A stage says what is closed and won, and how likely; what the client said itself stays. */
function followStage(work: Work, change: Change): void {
  const { row, given } = change;
  if (isChanged(change, 'StageName')) {
    const stage = stageNamed(String(row['StageName']));
    row['IsClosed'] = stage?.closed ? 1 : 0;
    row['IsWon'] = stage?.won ? 1 : 0;
    if (!given.has('Probability')) row['Probability'] = stage?.probability ?? 0;
    if (!given.has('ForecastCategoryName')) row['ForecastCategoryName'] = CATEGORY_NAMES[stage?.category ?? 'Pipeline'];
    if (change.old) row['LastStageChangeDate'] = work.now;
  }
  row['ForecastCategory'] = categoryNamed(row['ForecastCategoryName']);
}

function categoryNamed(name: Row[string] | undefined): ForecastCategory {
  const found = Object.entries(CATEGORY_NAMES).find(([, label]) => label === name);
  return (found?.[0] ?? 'Pipeline') as ForecastCategory;
}

/** Of the active model only; who has no full access to the account, only one that the account is in. */
function checkTerritory(work: Work, row: Row): void {
  const id = row['Territory2Id'];
  if (typeof id !== 'string') return;
  const territory = work.rows.read('Territory2', id);
  const model = work.rows.read('Territory2Model', String(territory?.['Territory2ModelId']));
  if (model?.['State'] !== 'Active')
    refuseRow('FIELD_INTEGRITY_EXCEPTION', 'Territory: the territory is not part of the active model', ['Territory2Id']);
  const account = row['AccountId'];
  const object = work.org.schema.object('Account');
  if (!object || typeof account !== 'string' || levelOn(work.org, work.caller, object, account) === 'all') return;
  const mine = territoriesOf(work.caller);
  const assigned = work.org.store.one(
    `SELECT 1 AS yes FROM "ObjectTerritory2Association" WHERE "ObjectId" = ? AND "Territory2Id" = ? AND "IsDeleted" = 0 AND "Territory2Id" IN (${mine.text})`,
    account,
    id,
    ...mine.params,
  );
  if (!assigned) refuseRow('FIELD_INTEGRITY_EXCEPTION', 'Territory: the territory is not assigned to the account', ['Territory2Id']);
}

const opportunityContactRole: ObjectRules = {
  after(work, { row }) {
    if (row['IsPrimary'] !== 1) return;
    const others = work.org.store.all(
      'SELECT "Id" FROM "OpportunityContactRole" WHERE "OpportunityId" = ? AND "Id" <> ? AND "IsPrimary" = 1',
      row['OpportunityId'] ?? null,
      row['Id'] ?? null,
    );
    for (const other of others) work.rows.patch(work, 'OpportunityContactRole', String(other['Id']), { IsPrimary: 0 }, 'system');
  },
};

// ---- cases, teams ----

const support: ObjectRules = {
  before(work, change) {
    const { row, old } = change;
    row['CaseNumber'] ??= String(1000 + Number(work.org.store.one('SELECT COUNT(*) AS n FROM "Case"')?.['n'])).padStart(8, '0');
    const closed = CASE_STATUSES.some(({ name, final }) => final && name === row['Status']) ? 1 : 0;
    if (closed !== (old?.['IsClosed'] ?? 0)) row['ClosedDate'] = closed ? work.now : null;
    row['IsClosed'] = closed;
  },
};

const accountTeamMember: ObjectRules = {
  before(work, { row }) {
    row['Title'] = work.rows.read('User', String(row['UserId']))?.['Title'] ?? null;
  },
};

export const crmRules: Readonly<Record<string, ObjectRules>> = {
  Contact: contact,
  Lead: lead,
  Opportunity: opportunity,
  OpportunityContactRole: opportunityContactRole,
  Case: support,
  AccountTeamMember: accountTeamMember,
};
