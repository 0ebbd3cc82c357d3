// Territories, the people and records in them, and assignment rules.
import { refuseRow } from '../../refusal.ts';
import type { Row } from '../../schema/field.ts';
import { type ObjectRules, type Work, isChanged } from '../work.ts';
import { requireLivingModel } from './models.ts';
import { checkDeveloperName } from './names.ts';
import { checkAbove } from './people.ts';

const MOST_RULE_ITEMS = 10;

const type: ObjectRules = { before: (_work, { row }) => checkDeveloperName(row['DeveloperName']) };

const territory: ObjectRules = {
  before(work, change) {
    const { row } = change;
    checkDeveloperName(row['DeveloperName']);
    requireLivingModel(work, row['Territory2ModelId']);
    if (isChanged(change, 'ParentTerritory2Id')) checkParent(work, row);
    if (isChanged(change, 'ForecastUserId')) checkForecastUser(work, row);
  },
  beforeDelete: (work, row) => requireLivingModel(work, row['Territory2ModelId']),
};

function checkParent(work: Work, row: Row): void {
  const id = row['ParentTerritory2Id'];
  if (typeof id !== 'string') return;
  if (work.rows.read('Territory2', id)?.['Territory2ModelId'] !== row['Territory2ModelId']) {
    refuseRow('INVALID_CROSS_REFERENCE_KEY', 'Parent Territory ID: the parent is in another territory model', ['ParentTerritory2Id']);
  }
  if (typeof row['Id'] === 'string') checkAbove(work, 'Territory2', 'ParentTerritory2Id', row);
}

function checkForecastUser(work: Work, row: Row): void {
  if (row['ForecastUserId'] === null) return;
  const assigned = work.org.store.one(
    'SELECT 1 AS yes FROM "UserTerritory2Association" WHERE "UserId" = ? AND "Territory2Id" = ?',
    row['ForecastUserId'] ?? null,
    row['Id'] ?? null,
  );
  if (!assigned) refuseRow('FIELD_INTEGRITY_EXCEPTION', 'Forecast User ID: the user is not assigned to the territory', ['ForecastUserId']);
}

function requireLivingTerritory(work: Work, row: Row): void {
  requireLivingModel(work, work.rows.read('Territory2', String(row['Territory2Id']))?.['Territory2ModelId']);
}

const userAssociation: ObjectRules = {
  before(work, { row }) {
    requireLivingTerritory(work, row);
    row['IsActive'] = work.rows.read('User', String(row['UserId']))?.['IsActive'] ?? 0;
  },
  beforeDelete: requireLivingTerritory,
  afterDelete(work, row) {
    const place = work.rows.read('Territory2', String(row['Territory2Id']));
    if (place && place['ForecastUserId'] === row['UserId'])
      work.rows.patch(work, 'Territory2', String(place['Id']), { ForecastUserId: null }, 'system');
  },
};

const objectAssociation: ObjectRules = {
  before(work, { row }) {
    requireLivingTerritory(work, row);
    row['SobjectType'] = work.org.schema.objectOfId(String(row['ObjectId']))?.name ?? null;
  },
  beforeDelete: requireLivingTerritory,
};

const exclusion: ObjectRules = { before: (work, { row }) => requireLivingTerritory(work, row), beforeDelete: requireLivingTerritory };

// ---- assignment rules ----

const rule: ObjectRules = {
  before(work, { row }) {
    checkDeveloperName(row['DeveloperName']);
    requireLivingModel(work, row['Territory2ModelId']);
  },
  beforeDelete: (work, row) => requireLivingModel(work, row['Territory2ModelId']),
};

const ruleItem: ObjectRules = {
  before(work, { row, old }) {
    if (old) return;
    requireNoFilter(work, row);
    const items = work.org.store.one(
      'SELECT COUNT(*) AS n FROM "ObjectTerritory2AssignmentRuleItem" WHERE "RuleId" = ?',
      row['RuleId'] ?? null,
    )?.['n'];
    if (Number(items) >= MOST_RULE_ITEMS)
      refuseRow('MAX_TM_RULE_ITEMS_EXCEEDED', `a rule has at most ${MOST_RULE_ITEMS} items`, ['RuleId']);
  },
  beforeDelete: requireNoFilter,
};

/** Items come and go only while nothing refers to their numbers. */
function requireNoFilter(work: Work, row: Row): void {
  const filter = work.rows.read('ObjectTerritory2AssignmentRule', String(row['RuleId']))?.['BooleanFilter'] ?? null;
  if (filter !== null)
    refuseRow('FIELD_INTEGRITY_EXCEPTION', 'items of a rule with a BooleanFilter can not be created or deleted', ['RuleId']);
}

const ruleAssociation: ObjectRules = {
  before(work, { row }) {
    requireLivingTerritory(work, row);
    const ofRule = work.rows.read('ObjectTerritory2AssignmentRule', String(row['RuleId']))?.['Territory2ModelId'];
    const ofTerritory = work.rows.read('Territory2', String(row['Territory2Id']))?.['Territory2ModelId'];
    if (ofRule !== ofTerritory) refuseRow('INVALID_CROSS_REFERENCE_KEY', 'Rule ID: the rule is in another territory model', ['RuleId']);
  },
  beforeDelete: requireLivingTerritory,
};

export const territoryRules: Readonly<Record<string, ObjectRules>> = {
  Territory2Type: type,
  Territory2: territory,
  UserTerritory2Association: userAssociation,
  ObjectTerritory2Association: objectAssociation,
  Territory2ObjectExclusion: exclusion,
  ObjectTerritory2AssignmentRule: rule,
  ObjectTerritory2AssignmentRuleItem: ruleItem,
  RuleTerritory2Association: ruleAssociation,
};
