// What the organisation becomes in the CRM. The golden file is read by people when it changes: UPDATE_GOLDEN=1 writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { materialise } from '../../resources/materialise.ts';
import { renamed } from '../../resources/renamed.ts';
import { resolve } from '../../resources/resolve.ts';
import { readOrganisation } from '../../resources/organisation.ts';
import { type Edit, files, records, resolved, TODAY } from './fixture.ts';

const GOLDEN = join(import.meta.dirname, 'records.golden.jsonl');
const BASE = 'design/scenarios/fy27-base.yaml';

test('the fixture, record by record', () => {
  const made = `${materialise(resolved())
    .map((record) => JSON.stringify(record))
    .join('\n')}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(GOLDEN, made);
  expect(made).toBe(readFileSync(GOLDEN, 'utf8'));
});

test('reading it twice, or its files in another order, gives the same records', () => {
  const backwards = readOrganisation([...files()].reverse()).organisation;
  const done = resolve(backwards, { asOf: TODAY });
  expect(done.ok && JSON.stringify(materialise(done.value))).toBe(JSON.stringify(materialise(resolved())));
});

test('an environment that is not there is an answer, not an exception', () => {
  const done = resolve(readOrganisation(files()).organisation, { asOf: TODAY, environment: 'sandbx' });
  expect(done).toMatchObject({ ok: false, problems: [{ code: 'unknown-environment', hint: 'Did you mean "sandbox"?' }] });
});

describe('territories', () => {
  test('a parent that is written moves the territory in the tree and nothing else', () => {
    const moved: Edit = {
      path: 'design/territories/ams.yaml',
      from: '{label: NorCal, type: Area}',
      to: '{label: NorCal, type: Area, parent: ams}',
    };
    const [before, after] = [records(), records([moved])];
    const changed = [...after].filter(([key, record]) => JSON.stringify(record) !== JSON.stringify(before.get(key)));
    expect(changed.map(([key]) => key)).toEqual(['Territory2/FY27/ams_west_norcal']);
    expect(after.get('Territory2/FY27/ams_west_norcal')?.fields['ParentTerritory2Id']).toEqual({ link: 'Territory2/FY27/ams' });
  });

  test('null makes a root', () => {
    const root: Edit = {
      path: 'design/territories/emea.yaml',
      from: '{label: DACH, type: Area}',
      to: '{label: DACH, type: Area, parent: null}',
    };
    expect(records([root]).get('Territory2/FY27/emea_dach')?.fields['ParentTerritory2Id']).toBeNull();
  });

  test('each is in every model, or in those that it names, and so are its people', () => {
    const model: Edit = {
      path: 'design/territories/next.yaml',
      to: 'apiVersion: loopctl/v1\nkind: TerritoryModel\nmetadata: {name: FY28}\nspec: {label: FY28, roles: {AE: Rep}}\n',
    };
    const only: Edit = {
      path: 'design/territories/emea.yaml',
      from: '{label: DACH, type: Area}',
      to: '{label: DACH, type: Area, models: [FY27]}',
    };
    const made = records([model, only]);
    const of = (name: string) => [...made.keys()].filter((key) => key.includes(`/${name}/`) && key.startsWith('Territory2/'));
    expect(of('FY28')).toHaveLength(6);
    expect(of('FY27')).toHaveLength(7);
    expect(made.get('UserTerritory2Association/FY28/ams_east/ae.east1@acme.example')?.fields['RoleInTerritory2']).toBe('Rep');
    expect(made.has('UserTerritory2Association/FY28/emea_dach/ae.dach1@acme.example')).toBe(false);
    // A level that nobody declares is left to the org.
    expect(made.get('Territory2/FY28/ams')?.fields).not.toHaveProperty('AccountAccessLevel');
  });

  test('an active model is activated last, one in planning is left as it is born', () => {
    expect(records().get('Territory2Model/FY27')?.late).toMatchObject({ fields: { State: 'Active' }, born: { State: 'Planning' } });
    const planning: Edit = { path: 'design/territories/model.yaml', from: 'state: active ', to: 'state: planning ' };
    expect(records([planning]).get('Territory2Model/FY27')?.late).toBeUndefined();
  });

  test('forget and protect hold for every record of the resource', () => {
    const kept: Edit = {
      path: 'deploy/queues.yaml',
      from: 'metadata: {name: general}\nspec: {label: General,',
      to: 'metadata: {name: general, annotations: {loopctl/protect: "true"}}\nspec: {on_remove: forget, label: General,',
    };
    const made = [...records([kept]).values()].filter(({ ref }) => ref.name === 'general');
    expect(made).toHaveLength(3);
    expect(made.filter(({ onRemove, protect }) => onRemove !== 'forget' || !protect)).toEqual([]);
  });
});

describe('people', () => {
  test('an environment puts its suffix behind every username', () => {
    const suffix: Edit = {
      path: 'loopctl.yaml',
      from: '      env_prefix: PROD_',
      to: '      username_suffix: .UAT\n      env_prefix: PROD_',
    };
    const made = records([suffix], { environment: 'production' });
    expect(made.get('UserTerritory2Association/FY27/ams_east/ae.east1@acme.example.uat')?.fields['UserId']).toEqual({
      link: 'User/ae.east1@acme.example.uat',
    });
    expect(made.has('GroupMember/general/mgr.west@acme.example.uat')).toBe(true);
    expect(records([suffix]).has('GroupMember/general/mgr.west@acme.example')).toBe(true);
  });

  test('a seat in several territories has an assignment in each, and says where it is written', () => {
    const two: Edit = { path: BASE, from: 'territory: ams/west, user: mgr.west', to: 'territory: [ams/west, emea], user: mgr.west' };
    const made = [...records([two])].filter(([key]) => key.endsWith('/mgr.west@acme.example') && key.startsWith('User'));
    expect(made.map(([key, { origin }]) => [key, origin])).toEqual([
      ['UserTerritory2Association/FY27/ams_west/mgr.west@acme.example', { path: BASE, line: 22, column: 7 }],
      ['UserTerritory2Association/FY27/emea/mgr.west@acme.example', { path: BASE, line: 22, column: 7 }],
    ]);
  });

  test('promoting the other scenario adds one assignment and takes one away', () => {
    const promote: Edit = {
      path: 'design/capacity_config.yaml',
      from: 'active_scenario: fy27-base',
      to: 'active_scenario: fy27-expansion',
    };
    const [before, after] = [[...records().keys()], [...records([promote]).keys()]];
    expect(after.filter((key) => !before.includes(key))).toEqual(['UserTerritory2Association/FY27/ams_east/ae.eastent1@acme.example']);
    expect(before.filter((key) => !after.includes(key))).toEqual([
      'UserTerritory2Association/FY27/ams_west_norcal_sf_bay/ae.sfbay2@acme.example',
    ]);
  });
});

describe('quotas', () => {
  const on: Edit = { path: 'design/capacity_config.yaml', from: '  currency: USD', to: '  currency: USD\n  forecasting: {type: Revenue}' };
  const quotas = (...edits: readonly Edit[]) =>
    [...records([on, ...edits])].filter(([key]) => key.startsWith('ForecastingQuota/') && key.includes('ae.east1@'));

  test('are not written unasked', () => {
    expect([...records().keys()].filter((key) => key.startsWith('Forecasting'))).toEqual([]);
  });

  test('are a row a month that adds up to the year, and need the person in the territory', () => {
    const rows = quotas();
    expect(rows.map(([key]) => key.slice(-10))).toEqual([
      '2027-02-01',
      '2027-03-01',
      '2027-04-01',
      '2027-05-01',
      '2027-06-01',
      '2027-07-01',
      '2027-08-01',
      '2027-09-01',
      '2027-10-01',
      '2027-11-01',
      '2027-12-01',
      '2028-01-01',
    ]);
    const cents = rows.map(([, { fields }]) => Math.round(Number(fields['QuotaAmount']) * 100));
    expect(cents.reduce((sum, amount) => sum + amount, 0)).toBe(85_000_000);
    expect(Math.max(...cents) - Math.min(...cents)).toBeLessThanOrEqual(1);
    expect(rows[0]?.[1]).toMatchObject({
      tier: 'assignment',
      dependsOn: ['UserTerritory2Association/FY27/ams_east/ae.east1@acme.example'],
      fields: { ForecastingTypeId: { link: 'ForecastingType/Revenue' } },
    });
  });

  test('follow the season of the fiscal year', () => {
    const season: Edit = { path: BASE, from: '  attrition:', to: '  seasonality: {Q1: 0.1, Q2: 0.2, Q3: 0.3, Q4: 0.4}\n  attrition:' };
    const amounts = quotas(season).map(([, { fields }]) => fields['QuotaAmount']);
    expect(amounts.slice(0, 3)).toEqual([28333.34, 28333.33, 28333.33]);
    expect(amounts.slice(3, 6)).toEqual([56666.67, 56666.67, 56666.67]);
  });

  test('stay away from an environment that says so', () => {
    const off: Edit = {
      path: 'loopctl.yaml',
      from: '      org: {sandbox: true} ',
      to: '      forecasting: false\n      org: {sandbox: true} ',
    };
    expect(quotas(off)).toEqual([]);
  });
});

describe('fields', () => {
  test('a required field has no permissions: Salesforce refuses them', () => {
    const required: Edit = { path: 'deploy/fields.yaml', from: 'type: Url', to: 'type: Url, required: true' };
    expect([...records([required]).keys()].filter((key) => key.endsWith('LinkedIn__c'))).toEqual(['CustomField/Lead.LinkedIn__c']);
  });

  test('who may edit may read', () => {
    const edit: Edit = {
      path: 'deploy/fields.yaml',
      from: 'profiles: {read: [Standard User]}',
      to: 'profiles: {read: [Standard User, Marketing], edit: [Standard User]}',
    };
    const rights = [...records([edit])]
      .filter(([key]) => key.startsWith('FieldPermissions/Profile:'))
      .map(([key, { fields }]) => [key, fields['PermissionsRead'], fields['PermissionsEdit']]);
    expect(rights).toEqual([
      ['FieldPermissions/Profile:Standard User/Lead.Score__c', true, true],
      ['FieldPermissions/Profile:Marketing/Lead.Score__c', true, false],
    ]);
  });

  test('are forgotten when they leave git, unless somebody wants the data destroyed', () => {
    const destroy: Edit = { path: 'deploy/fields.yaml', from: 'type: Url', to: 'type: Url, on_remove: delete' };
    expect([records(), records([destroy])].map((made) => made.get('CustomField/Lead.LinkedIn__c')?.onRemove)).toEqual(['forget', 'delete']);
  });
});

describe("Salesforce's own rules", () => {
  const rows = (edits: readonly Edit[]) => [...records(edits)].filter(([key]) => /^(?:Object|Rule)Territory2/.test(key));
  const asked: Edit = { path: 'deploy/match_rules.yaml', from: '  object: Account', to: '  object: Account\n  salesforce_rules: true' };

  test('are there when they are asked for', () => {
    expect(rows([])).toEqual([]);
    const made = rows([asked]);
    const rule = made.filter(([key]) => key.includes('/geography_4_1'));
    expect(rule.map(([key, { fields }]) => [key, fields['Field'], fields['Operation'], fields['Value']])).toEqual([
      ['ObjectTerritory2AssignmentRule/FY27/geography_4_1', undefined, undefined, undefined],
      ['ObjectTerritory2AssignmentRuleItem/FY27/geography_4_1/1', 'BillingCountry', 'equals', 'US'],
      ['ObjectTerritory2AssignmentRuleItem/FY27/geography_4_1/2', 'BillingState', 'equals', 'CA'],
      ['ObjectTerritory2AssignmentRuleItem/FY27/geography_4_1/3', 'BillingPostalCode', 'greaterOrEqual', '93600'],
      ['ObjectTerritory2AssignmentRuleItem/FY27/geography_4_1/4', 'BillingPostalCode', 'lessOrEqual', '96199'],
      ['RuleTerritory2Association/FY27/geography_4_1/ams_west_norcal', undefined, undefined, undefined],
    ]);
  });

  test('what "or" would need becomes a rule of its own, and no rule has more than ten items', () => {
    const codes: Edit = {
      path: 'deploy/match_rules.yaml',
      from: 'postal: ["94000-95199"]',
      to: 'postal: ["94000-95199", "96*", "97001"], employees: {min: 5, max: 50}, accounts: [globex.example, "Initech, Inc."]',
    };
    const made = rows([asked, codes]).map(([key]) => key);
    expect(made.filter((key) => key.startsWith('ObjectTerritory2AssignmentRule/') && key.includes('geography_6_'))).toHaveLength(6);
    const items = Map.groupBy(
      made.filter((key) => key.startsWith('ObjectTerritory2AssignmentRuleItem/')),
      (key) => key.slice(0, key.lastIndexOf('/')),
    );
    expect(Math.max(...[...items.values()].map(({ length }) => length))).toBeLessThanOrEqual(10);
    const values = rows([asked, codes]).map(([, { fields }]) => fields['Value']);
    expect(values).toContain('"Initech, Inc."');
  });
});

describe('what moves with its name', () => {
  const moved: readonly Edit[] = [
    {
      path: 'design/territories/emea.yaml',
      from: 'metadata: {name: emea/dach}',
      to: 'metadata: {name: emea/central, annotations: {loopctl/moved-from: Territory/emea/dach}}',
    },
    { path: BASE, from: 'territory: emea/dach', to: 'territory: emea/central' },
    { path: 'deploy/match_rules.yaml', from: 'territory: emea/dach', to: 'territory: emea/central' },
    {
      path: 'deploy/queues.yaml',
      from: 'metadata: {name: triage}',
      to: 'metadata: {name: look-here, annotations: {loopctl/moved-from: Queue/triage}}',
    },
    { path: 'route/rules.yaml', from: 'triage: queue/triage', to: 'triage: queue/look-here' },
  ];

  test('keeps its records, those that are called after it among them', () => {
    const text = renamed(resolved(moved)).map(({ from, to }) => `${from.type}/${from.key} → ${to.key}`);
    expect(text).toEqual([
      'UserTerritory2Association/FY27/emea_dach/ae.dach1@acme.example → FY27/emea_central/ae.dach1@acme.example',
      'Territory2/FY27/emea_dach → FY27/emea_central',
      'Group/triage → look_here',
      'QueueSobject/triage/Lead → look_here/Lead',
      'QueueSobject/triage/Case → look_here/Case',
      'GroupMember/triage/mgr.west@acme.example → look_here/mgr.west@acme.example',
    ]);
  });

  test('nothing moves where nothing was renamed', () => {
    expect(renamed(resolved())).toEqual([]);
  });

  test('a name that is still there, another kind, or one that two have had, is a mistake', () => {
    const codes = (annotation: string) =>
      readOrganisation(
        files({
          path: 'deploy/queues.yaml',
          from: 'metadata: {name: triage}',
          to: `metadata: {name: triage, annotations: {loopctl/moved-from: ${annotation}}}`,
        }),
      ).problems.map(({ code }) => code);
    expect(codes('Queue/general')).toEqual(['moved-still-there']);
    expect(codes('Pool/old')).toEqual(['moved-kind']);
    expect(codes('Queue/old')).toEqual([]);
  });
});
