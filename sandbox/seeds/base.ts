// What every org has: itself, its administrator, the standard profiles with their rights, statuses and stages, fiscal periods.
import type { Caller } from '../access/caller.ts';
import { beginWork } from '../rows/begin.ts';
import type { Work } from '../rows/work.ts';
import type { Org } from '../org.ts';
import type { Row } from '../schema/field.ts';
import { PERMISSIONS } from '../schema/permissions.ts';
import { CASE_STATUSES, CATEGORY_NAMES, LEAD_STATUSES, STAGES, type Status, TASK_STATUSES } from '../schema/values.ts';

const ADMINISTRATOR = 'admin@example.com';

const PROFILES = ['System Administrator', 'Standard User', 'Read Only', 'Marketing User', 'Contract Manager', 'Solution Manager'];
const OPEN_OBJECTS = ['Account', 'Campaign', 'Case', 'Contact', 'Event', 'Lead', 'Opportunity', 'Task'];
const LOCALE: Row = { TimeZoneSidKey: 'GMT', LocaleSidKey: 'en_US', EmailEncodingKey: 'UTF-8', LanguageLocaleKey: 'en_US' };

export interface Seeded {
  readonly work: Work;
  /** Profile ids by name. */
  readonly profiles: ReadonlyMap<string, string>;
}

export function seedBase(org: Org): Seeded {
  const id = org.nextId('005');
  org.store.setNote('administrator', id);
  const work = beginWork(org, administrator(id));
  seedOrganization(work);
  const profiles = new Map(PROFILES.map((name) => [name, seedProfile(work, name)]));
  seedUser(work, {
    Id: id,
    Username: ADMINISTRATOR,
    Email: ADMINISTRATOR,
    LastName: 'Admin',
    Alias: 'admin',
    ProfileId: profiles.get('System Administrator') ?? '',
  });
  seedStatuses(work);
  seedPeriods(work);
  return { work, profiles };
}

/** Before there is a user to read one from. */
function administrator(userId: string): Caller {
  return {
    userId,
    username: ADMINISTRATOR,
    profileId: '',
    roleId: null,
    timeZone: 'GMT',
    permissions: new Set(PERMISSIONS),
    customFields: new Map(),
  };
}

function seedOrganization(work: Work): void {
  work.rows.insert(work, 'Organization', {
    Id: work.org.organizationId,
    Name: 'loopctl embedded org (a double, not Salesforce)',
    DefaultLocaleSidKey: 'en_US',
    TimeZoneSidKey: 'GMT',
    LanguageLocaleKey: 'en_US',
    FiscalYearStartMonth: 1,
    OrganizationType: 'Developer Edition',
    InstanceName: 'LOOPCTL',
    IsSandbox: 1,
  });
}

function seedProfile(work: Work, name: string): string {
  const granted = name === 'System Administrator' ? PERMISSIONS : (['ApiEnabled'] as const);
  const rights: Row = Object.fromEntries(granted.map((permission) => [`Permissions${permission}`, 1]));
  const ProfileId = work.rows.insert(work, 'Profile', { Name: name, UserType: 'Standard', ...rights });
  const set: Row = { Name: `X${ProfileId}`, Label: ProfileId, ProfileId, IsOwnedByProfile: 1, IsCustom: 0, Type: 'Profile', ...rights };
  const ParentId = work.rows.insert(work, 'PermissionSet', set);
  const all = name === 'System Administrator' ? 1 : 0;
  for (const SobjectType of OPEN_OBJECTS) {
    const crud: Row = { PermissionsCreate: 1, PermissionsRead: 1, PermissionsEdit: 1, PermissionsDelete: 1 };
    work.rows.insert(work, 'ObjectPermissions', {
      ParentId,
      SobjectType,
      ...crud,
      PermissionsViewAllRecords: all,
      PermissionsModifyAllRecords: all,
    });
  }
  return ProfileId;
}

export function seedUser(work: Work, row: Row): string {
  const name = [row['FirstName'], row['LastName']].filter((part) => part !== undefined && part !== null).join(' ');
  const nickname = String(row['Username']).split('@', 1)[0] ?? '';
  const AssigneeId = work.rows.insert(work, 'User', {
    ...LOCALE,
    IsActive: 1,
    UserType: 'Standard',
    CommunityNickname: nickname.slice(0, 40),
    ...row,
    Name: name,
  });
  const PermissionSetId = work.org.store.one('SELECT "Id" FROM "PermissionSet" WHERE "ProfileId" = ?', row['ProfileId'] ?? null)?.[
    'Id'
  ] as string;
  work.rows.insert(work, 'PermissionSetAssignment', { AssigneeId, PermissionSetId });
  return AssigneeId;
}

function seedStatuses(work: Work): void {
  const rows = (object: string, statuses: readonly Status[], final: string) => {
    for (const [index, status] of statuses.entries()) {
      work.rows.insert(work, object, {
        MasterLabel: status.name,
        ApiName: status.name,
        SortOrder: index + 1,
        IsDefault: status.isDefault ? 1 : 0,
        [final]: status.final ? 1 : 0,
      });
    }
  };
  rows('LeadStatus', LEAD_STATUSES, 'IsConverted');
  rows('TaskStatus', TASK_STATUSES, 'IsClosed');
  rows('CaseStatus', CASE_STATUSES, 'IsClosed');
  for (const [index, stage] of STAGES.entries()) {
    work.rows.insert(work, 'OpportunityStage', {
      MasterLabel: stage.name,
      ApiName: stage.name,
      SortOrder: index + 1,
      IsActive: 1,
      IsClosed: stage.closed ? 1 : 0,
      IsWon: stage.won ? 1 : 0,
      ForecastCategory: stage.category,
      ForecastCategoryName: CATEGORY_NAMES[stage.category],
      DefaultProbability: stage.probability,
    });
  }
}

const YEARS_BACK = 2;
const YEARS_AHEAD = 3;

function seedPeriods(work: Work): void {
  const thisYear = new Date(work.now).getUTCFullYear();
  const day = (year: number, month: number, date: number) => new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10);
  for (let year = thisYear - YEARS_BACK; year <= thisYear + YEARS_AHEAD; year += 1) {
    for (const [Type, months] of [
      ['Year', 12],
      ['Quarter', 3],
      ['Month', 1],
    ] as const) {
      for (let index = 0; index < 12 / months; index += 1) {
        const label = Type === 'Year' ? `FY ${year}` : `${Type} ${index + 1} FY ${year}`;
        work.rows.insert(work, 'Period', {
          Type,
          Number: Type === 'Year' ? year : index + 1,
          StartDate: day(year, index * months, 1),
          EndDate: day(year, (index + 1) * months, 0),
          FullyQualifiedLabel: label,
          IsForecastPeriod: Type === 'Year' ? 0 : 1,
        });
      }
    }
  }
}
