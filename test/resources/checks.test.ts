// What must hold between resources: each mistake is made once on the fixture, and is told as an error or a warning at its place.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { golden } from '../golden.ts';
import { type Edit, file, files, problems } from './fixture.ts';
import { readOrganisation } from '../../resources/organisation.ts';
import { rulesOfThePast } from '../../resources/routing-rule-set/in-force.ts';

type Row = readonly [name: string, edits: readonly Edit[], expected: readonly string[], says: RegExp | undefined];

const BASE = 'design/scenarios/fy27-base.yaml';
const RULES = 'route/rules.yaml';
const MODEL = 'qualify/scoring_model.yaml';

function edit(path: string, from: string, to: string): Edit {
  return { path, from, to };
}

function added(kind: string, name: string, spec: string): Edit {
  return { path: 'zz.yaml', to: `apiVersion: loopctl/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n` };
}

/** `path: severity code at WHAT STANDS THERE`: columns say little to a reader, words much. */
function told(edits: readonly Edit[]): readonly string[] {
  const texts = new Map(files(...edits).map(({ path, text }) => [path, text.split('\n')]));
  return problems(...edits).map(({ at, severity, code }) => {
    const line = texts.get(at?.path ?? '')?.[(at?.line ?? 0) - 1] ?? '';
    return `${at?.path}: ${severity} ${code} at ${/^[^,}\]]*/.exec(line.slice((at?.column ?? 1) - 1))?.[0]}`;
  });
}

function check(rows: readonly (Row | readonly [name: string, edits: readonly Edit[], expected: readonly string[]])[]): void {
  test.each(rows.map(([name, edits, expected, says]): Row => [name, edits, expected, says]))('%s', (_, edits, expected, says) => {
    expect(told(edits)).toEqual(expected);
    const words = problems(...edits).map(({ message, hint }) => `${message} ${hint ?? ''}`);
    expect(words.join('\n')).toMatch(says ?? /^/);
  });
}

describe('territories', () => {
  check([
    [
      'two names, one DeveloperName',
      [added('Territory', 'ams-west', '{label: X, type: Area}')],
      ['zz.yaml: error same-developer-name at ams-west'],
      /ams_west/,
    ],
    [
      'a name that begins with a digit',
      [added('Territory', '3rd', '{label: X, type: Area}')],
      ['zz.yaml: error bad-developer-name at 3rd'],
    ],
    [
      'a name that is too long',
      [added('Territory', 'x'.repeat(81), '{label: X, type: Area}')],
      ['zz.yaml: error bad-developer-name at xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    ],
    [
      'a label that is too long',
      [added('Territory', 'x', `{label: ${'x'.repeat(81)}, type: Area}`)],
      ['zz.yaml: error too-large at xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
      /80 characters/,
    ],
    [
      'parents in a circle',
      [edit('design/territories/ams.yaml', '{label: Americas, type: Region}', '{label: Americas, type: Region, parent: ams/west}')],
      ['design/territories/ams.yaml: error circular-reference at ams/west'],
      /ams → ams\/west → ams/,
    ],
    [
      'a parent that is not in the model of its child',
      [
        edit('design/territories/emea.yaml', '{label: EMEA, type: Region}', '{label: EMEA, type: Region, models: [FY27]}'),
        added('TerritoryModel', 'FY28', '{label: FY28, default_access: {account: edit, opportunity: edit, case: read}}'),
      ],
      ['design/territories/emea.yaml: error parent-not-in-model at emea/dach'],
    ],
    [
      'two active models',
      [added('TerritoryModel', 'FY28', '{label: FY28, state: active, default_access: {account: edit, opportunity: edit, case: read}}')],
      ['zz.yaml: error two-active-models at active'],
    ],
    [
      'a model that leaves roots without access levels',
      [added('TerritoryModel', 'FY28', '{label: FY28, default_access: {account: edit}}')],
      ['zz.yaml: warning no-access-level at default_access: {account: edit'],
      /opportunity, case in .*ams.*refuses.*Public Read\/Write/s,
    ],
    [
      'two types of one priority',
      [added('TerritoryType', 'Zone', '{label: Zone, priority: 2}')],
      ['zz.yaml: error same-priority at 2'],
      /Area/,
    ],
    [
      'a DeveloperName that Salesforce refuses',
      [added('TerritoryModel', 'FY__28', '{label: FY28}')],
      ['zz.yaml: error bad-format at FY__28'],
    ],
    [
      'a match row that another one covers',
      [
        edit(
          'deploy/match_rules.yaml',
          '    - {territory: emea/dach',
          '    - {territory: ams/west, country: US, state: [NV, AZ]}\n    - {territory: emea/dach',
        ),
      ],
      ['deploy/match_rules.yaml: warning covered-row at {territory: ams/west'],
      /rows\[2\]/,
    ],
    [
      'a match row of a parent that its child covers',
      [
        edit(
          'deploy/match_rules.yaml',
          'state: [CA, OR, WA, NV, AZ]}',
          'state: [CA, OR, WA, NV, AZ]}\n    - {territory: ams/west/norcal, country: US, state: [AZ, NV, CA, WA, OR]}',
        ),
      ],
      ['deploy/match_rules.yaml: warning covered-row at {territory: ams/west'],
      /ams\/west\/norcal/,
    ],
    [
      'a row that asks for nothing',
      [edit('deploy/match_rules.yaml', ', country: [DE, AT, CH]', '')],
      ['deploy/match_rules.yaml: error not-valid at {territory: emea/dach'],
    ],
    [
      'a postal code that lost its zero',
      [edit('deploy/match_rules.yaml', 'postal: ["94000-95199"]', 'postal: [2138]')],
      ['deploy/match_rules.yaml: error wrong-type at 2138'],
      /quotes/,
    ],
    [
      'a range backwards',
      [edit('deploy/match_rules.yaml', '"94000-95199"', '"95199-94000"')],
      ['deploy/match_rules.yaml: error not-valid at "95199-94000"'],
    ],
    [
      'a status field of another object',
      [edit('deploy/match_rules.yaml', 'Account.Territory_Status__c', 'Lead.Territory_Status__c')],
      ['deploy/match_rules.yaml: error wrong-object at Lead.Territory_Status__c'],
    ],
  ]);
});

describe('scenarios', () => {
  check([
    [
      'an end before the start',
      [edit(BASE, 'start: 2025-05-01', 'start: 2025-05-01, end: 2025-04-30')],
      ['design/scenarios/fy27-base.yaml: error end-before-start at 2025-04-30'],
    ],
    [
      'a day that does not exist',
      [edit(BASE, 'start: 2025-05-01', 'start: 2025-02-30')],
      ['design/scenarios/fy27-base.yaml: error not-valid at 2025-02-30'],
    ],
    [
      'one user twice in one territory',
      [edit(BASE, 'ae.sfbay2@', 'ae.sfbay1@')],
      ['design/scenarios/fy27-base.yaml: error user-twice-in-territory at ae.sfbay1@acme.example'],
      /ae-sf-bay-1/,
    ],
    [
      'one user in one territory one after the other',
      [edit(BASE, 'user: ae.sfbay1@acme.example, status: active', 'user: ae.sfbay2@acme.example, status: leaving, end: 2024-12-15')],
      ['design/scenarios/fy27-base.yaml: error end-before-start at 2024-12-15'],
    ],
    [
      'a role that is missing',
      [edit(BASE, '{seat: ae-east-2, role: AE,', '{seat: ae-east-2,')],
      ['design/scenarios/fy27-base.yaml: error missing-key at {seat: ae-east-2'],
    ],
    [
      'a curve that is not there',
      [edit(BASE, 'start: 2024-12-15, ramp: ae', 'start: 2024-12-15, ramp: ea')],
      ['design/scenarios/fy27-base.yaml: error dangling-reference at ea'],
      /"ae"/,
    ],
    [
      'a manager who is not there',
      [edit(BASE, 'start: 2025-02-01, ramp: ae', 'start: 2025-02-01, reports_to: mgr-wset, ramp: ae')],
      ['design/scenarios/fy27-base.yaml: error unknown-seat at mgr-wset'],
      /mgr-west/,
    ],
    [
      'somebody who is leaving, and nobody knows when',
      [edit(BASE, 'ae.dach1@acme.example, status: active', 'ae.dach1@acme.example, status: leaving')],
      ['design/scenarios/fy27-base.yaml: warning leaving-without-end at leaving'],
    ],
    [
      'a user in a seat that is open',
      [edit(BASE, 'territory: ams/east, status: open', 'territory: ams/east, user: x@acme.example, status: open')],
      ['design/scenarios/fy27-base.yaml: warning user-in-open-seat at x@acme.example'],
    ],
    [
      'a seat twice in one file',
      [edit(BASE, '{seat: ae-sf-bay-2,', '{seat: ae-sf-bay-1,')],
      [
        'deploy/pools.yaml: error unknown-seat at ae-sf-bay-2',
        'design/scenarios/fy27-base.yaml: error duplicate-row at {seat: ae-sf-bay-1',
        'design/scenarios/fy27-expansion.yaml: warning nothing-to-remove at {seat: ae-sf-bay-2',
      ].sort(),
    ],
    [
      'a target where nobody sits',
      [
        edit(
          BASE,
          '    - {seat: ae-dach-1, role: AE, segment: commercial, territory: emea/dach',
          '    - {seat: ae-dach-1, role: AE, segment: commercial, territory: ams',
        ),
      ],
      ['design/scenarios/fy27-base.yaml: warning target-without-seat at {territory: emea'],
    ],
    [
      'targets below that are far more than the one above',
      [
        edit(
          BASE,
          'territory: ams/west, measure: new_acv, period: FY27, amount: 2700000',
          'territory: ams/west, measure: new_acv, period: FY27, amount: 3700000',
        ),
      ],
      ['design/scenarios/fy27-base.yaml: warning targets-do-not-add-up at 4000000'],
      /25 % more, and 20 %/,
    ],
    [
      'targets below that are less than the one above',
      [edit(BASE, 'amount: 1300000, source', 'amount: 1000000, source')],
      ['design/scenarios/fy27-base.yaml: warning targets-do-not-add-up at 4000000'],
      /300000 is handed down to nobody/,
    ],
    [
      'a new hire who counts in full from the first day',
      [edit(BASE, 'ae: [0, 0.25, 0.5, 0.75, 1]', 'ae: [1]')],
      [
        'design/scenarios/fy27-base.yaml: warning full-from-the-start at ae',
        'design/scenarios/fy27-expansion.yaml: warning full-from-the-start at ae',
      ],
    ],
    [
      'shares of the year that are not a year',
      [edit(BASE, '  attrition:', '  seasonality: {Q1: 0.2, Q2: 0.2, Q3: 0.2, Q4: 0.2}\n  attrition:')],
      ['design/scenarios/fy27-base.yaml: error shares-do-not-add-up at seasonality: {Q1: 0.2'],
    ],
    [
      'a row that no base has',
      [edit('design/scenarios/fy27-expansion.yaml', '{seat: ae-sf-bay-2, remove: true}', '{seat: ae-sf-bay-3, remove: true}')],
      ['design/scenarios/fy27-expansion.yaml: warning nothing-to-remove at {seat: ae-sf-bay-3'],
    ],
    [
      'no configuration that says which one is live',
      [
        edit('design/capacity_config.yaml', 'kind: CapacityConfig', 'kind: ICP'),
        edit(
          'design/capacity_config.yaml',
          /* the whole spec */ 'active_scenario: fy27-base        # promoting a scenario is a change of this one line\n  fiscal_year_start: 02-01\n  currency: USD\n  limits: {max_over_assignment: 0.2, balance_index: [85, 115], min_coverage: 1.0}',
          'when: is_customer',
        ),
      ],
      ['design/scenarios/fy27-base.yaml: error no-active-scenario at apiVersion: loopctl/v1'],
    ],
    [
      'forecasting without months',
      [
        edit('design/capacity_config.yaml', '  currency: USD', '  currency: USD\n  forecasting: {type: Revenue}'),
        edit(BASE, '  period: {start: 2027-02-01, months: 12}\n', ''),
      ],
      ['design/capacity_config.yaml: error missing-key at forecasting: {type: Revenue'],
    ],
  ]);
});

describe('pools, queues, cascades, fields', () => {
  check([
    [
      'a member that is not in the active scenario',
      [edit('deploy/pools.yaml', '{seat: ae-east-1}', '{seat: ae-east-ent-1}')],
      ['deploy/pools.yaml: warning seat-not-active at ae-east-ent-1'],
      /fy27-base/,
    ],
    [
      'a member twice',
      [edit('deploy/pools.yaml', '{seat: ae-east-1}', '{seat: ae-sf-bay-1}')],
      ['deploy/pools.yaml: error listed-twice at ae-sf-bay-1'],
    ],
    [
      'a setting that the strategy does not look at',
      [edit('deploy/pools.yaml', 'strategy: least_open ', 'strategy: strict '), edit('deploy/pools.yaml', ', cap: {open: 40}', '')],
      ['deploy/pools.yaml: warning ignored-setting at count_object: Opportunity'],
      /count_object/,
    ],
    [
      'a weight that the strategy does not look at',
      [edit('deploy/pools.yaml', '{seat: ae-east-1}', '{seat: ae-east-1, weight: 2}')],
      ['deploy/pools.yaml: warning ignored-setting at weight: 2'],
    ],
    [
      'nowhere to overflow to',
      [edit('deploy/pools.yaml', 'all_unavailable: queue ', 'all_unavailable: overflow ')],
      ['deploy/pools.yaml: error missing-key at overflow            # queue | hold | overflow'],
    ],
    [
      'nobody who could take it',
      [
        edit(
          'deploy/pools.yaml',
          '[{seat: ae-sf-bay-1}, {seat: ae-sf-bay-2, cap: {open: 40}}, {seat: ae-east-1}]',
          '[{seat: ae-sf-bay-1, weight: 0}]',
        ),
      ],
      ['deploy/pools.yaml: warning empty-pool at [{seat: ae-sf-bay-1'],
    ],
    [
      'a queue without an owner and a time',
      [added('Queue', 'q', '{label: Q, objects: [Lead], members: []}')],
      ['zz.yaml: error missing-key at spec: {label: Q', 'zz.yaml: error missing-key at spec: {label: Q'],
    ],
    [
      'a label that Salesforce cuts off',
      [added('Queue', 'q', `{label: ${'x'.repeat(41)}, objects: [Lead], members: [], owner: x, sla: 1h}`)],
      ['zz.yaml: error too-large at xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
      /40 characters/,
    ],
    [
      'a user twice',
      [
        edit(
          'deploy/queues.yaml',
          '[Lead], members: [mgr.west@acme.example], owner: revops, sla: 1h',
          '[Lead], members: [mgr.west@acme.example, MGR.west@acme.example], owner: revops, sla: 1h',
        ),
      ],
      ['deploy/queues.yaml: error listed-twice at MGR.west@acme.example'],
    ],
    [
      'an object that is one letter off: a queue that takes no leads, a field that no plan can read',
      [
        edit('deploy/queues.yaml', 'objects: [Lead, Case]', 'objects: [Leed, Visit__c, Entitlement]'),
        added('CustomField', 'Oportunity.LinkedIn__c', '{label: LinkedIn, type: Url}'),
      ],
      ['deploy/queues.yaml: warning unusual-object at Leed', 'zz.yaml: warning unusual-object at Oportunity.LinkedIn__c'],
      /Did you mean "Lead".*Did you mean "Opportunity"/s,
    ],
    [
      'steps behind a queue',
      [edit('deploy/cascades.yaml', 'pool/na-commercial, queue/general', 'queue/general, pool/na-commercial')],
      ['deploy/cascades.yaml: warning unreachable at pool/na-commercial'],
      /queue\/general always takes it/,
    ],
    ['a step that is none', [edit('deploy/cascades.yaml', 'interim', 'deputy')], ['deploy/cascades.yaml: error bad-format at deputy']],
    [
      'a pool that is not there',
      [edit('deploy/cascades.yaml', 'pool/na-commercial', 'pool/na-comercial')],
      ['deploy/cascades.yaml: error dangling-reference at pool/na-comercial'],
      /na-commercial/,
    ],
    [
      'a role that nobody has',
      [edit('deploy/cascades.yaml', 'role: AE', 'role: AEE')],
      ['deploy/cascades.yaml: warning unknown-role at AEE'],
      /"AE"/,
    ],
    [
      'two cascades for one territory',
      [
        added('RoleCascade', 'a', '{role: AE, territories: [emea], steps: [primary]}'),
        {
          path: 'zy.yaml',
          to: 'apiVersion: loopctl/v1\nkind: RoleCascade\nmetadata: {name: b}\nspec: {role: AE, territories: [emea], steps: [primary]}\n',
        },
      ],
      ['zz.yaml: error two-cascades at emea'],
    ],
    [
      'a text without a length',
      [edit('deploy/fields.yaml', 'type: Text, length: 80', 'type: Text')],
      ['deploy/fields.yaml: error missing-key at Text'],
    ],
    [
      'a key that the type has none of',
      [edit('deploy/fields.yaml', 'type: Url', 'type: Url, length: 80')],
      ['deploy/fields.yaml: error not-for-type at length: 80'],
    ],
    [
      'a length that the type does not have',
      [edit('deploy/fields.yaml', 'length: 255', 'length: 300')],
      ['deploy/fields.yaml: error out-of-range at 300'],
    ],
    [
      'more digits behind the point than there are',
      [edit('deploy/fields.yaml', 'precision: 5, scale: 0', 'precision: 2, scale: 3')],
      ['deploy/fields.yaml: error out-of-range at 3'],
    ],
    [
      'a field without its object',
      [edit('deploy/fields.yaml', 'Lead.Score__c', 'Score__c')],
      ['deploy/fields.yaml: error bad-format at Score__c'],
      /Lead\.Score__c/,
    ],
    ['two maps of one object', [added('FieldMap', 'lead2', '{object: Lead, fields: {}}')], ['zz.yaml: error same-object at Lead']],
    [
      'a name that is a fact',
      [edit('qualify/fields.yaml', '    website: Website', '    territory: Website')],
      ['qualify/fields.yaml: error reserved-name at territory: Website'],
    ],
  ]);
});

describe('segments, plays, the project', () => {
  check([
    [
      'a segment that nobody reaches',
      [added('Segment', 'giant', '{priority: 90, when: "employee_count >= 5000"}')],
      ['zz.yaml: warning unreachable at "employee_count >= 5000"'],
      /enterprise/,
    ],
    [
      'head counts that no segment takes',
      [edit('design/segments.yaml', 'between 100 and 999', 'between 200 and 999')],
      ['design/segments.yaml: warning segment-gap at "employee_count >= 1000"'],
      /100 to 199/,
    ],
    [
      'a missing value that no segment takes',
      [edit('design/segments.yaml', 'employee_count < 100 or employee_count empty', 'not (employee_count >= 100)')],
      ['design/segments.yaml: warning segment-gap at "employee_count >= 1000"'],
      /or employee_count empty/,
    ],
    [
      'two of one priority',
      [edit('design/segments.yaml', 'priority: 30', 'priority: 20')],
      ['design/segments.yaml: warning equal-priority at 20'],
    ],
    [
      'a field that is nowhere',
      [edit('design/segments.yaml', 'employee_count >= 1000', 'emploee_count >= 1000')],
      ['design/segments.yaml: error unknown-path at emploee_count >= 1000"'],
      /"employee_count"/,
    ],
    [
      'a play behind a wider one',
      [edit('pursue/plays/fast-track.yaml', '"amount < 50000"', '"amount >= 60000 and segment in commercial"')],
      ['pursue/plays/fast-track.yaml: warning unreachable at "amount >= 60000 and segment in commercial"'],
    ],
    [
      'a play behind one that takes all',
      [
        edit('pursue/plays/multi-thread.yaml', '"amount >= 50000 and segment in commercial,enterprise"', '"amount >= 1"'),
        edit('pursue/plays/fast-track.yaml', '"amount < 50000"', '"amount between 5 and 10"'),
      ],
      ['pursue/plays/fast-track.yaml: warning unreachable at "amount between 5 and 10"'],
    ],
    [
      'a window that is never open',
      [edit('loopctl.yaml', 'Mon-Thu 08:00-17:00', 'Mon-Sun 10:00-10:00')],
      ['loopctl.yaml: error not-valid at "Mon-Sun 10:00-10:00"'],
      /never open.*00:00-24:00/,
    ],
    [
      'a milestone of nobody',
      [edit('pursue/plays/multi-thread.yaml', 'owner: manager', 'owner: manger')],
      ['pursue/plays/multi-thread.yaml: error unknown-role at manger'],
      /"manager"/,
    ],
    [
      'an approval by nobody',
      [edit('loopctl.yaml', 'by: [sales-leadership]', 'by: [sales-leaders]')],
      ['loopctl.yaml: error unknown-group at sales-leaders'],
      /sales-leadership/,
    ],
    ['more approvals than people', [edit('loopctl.yaml', 'count: 1}', 'count: 2}')], ['loopctl.yaml: error too-few-people at 2']],
    [
      'a number that a plan does not have',
      [edit('loopctl.yaml', 'deletes > 0', 'delets > 0')],
      ['loopctl.yaml: error unknown-path at delets > 0 or account_moves > 100"'],
      /"deletes"/,
    ],
    [
      'a time zone that is nowhere',
      [edit('loopctl.yaml', 'America/New_York', 'America/NewYork')],
      ['loopctl.yaml: error not-valid at America/NewYork        # what "today" is for seats'],
    ],
    [
      'a window that nobody can read',
      [edit('loopctl.yaml', 'Mon-Thu 08:00-17:00', 'Monday-Thursday 8-17')],
      ['loopctl.yaml: error bad-format at "Monday-Thursday 8-17"'],
    ],
    [
      'two environments of one name',
      [edit('loopctl.yaml', 'name: production', 'name: sandbox')],
      ['loopctl.yaml: error duplicate-id at sandbox'],
    ],
    [
      'a policy for a kind that becomes no record',
      [edit('loopctl.yaml', '{Queue: revert}', '{Quue: revert}')],
      ['loopctl.yaml: error unknown-kind at Quue: revert'],
      /"Queue"/,
    ],
  ]);
});

test('a rule that is in force no more is told on the day after its last', () => {
  const edits = [edit(RULES, 'when: territory.exists', 'when: territory.exists\n      effective: {to: 2026-11-20}')];
  const { organisation } = readOrganisation(files(...edits));
  expect(rulesOfThePast(organisation, '2026-11-20')).toEqual([]);
  expect(rulesOfThePast(organisation, '2026-11-21')).toMatchObject([
    { code: 'past-rule', severity: 'warning', at: { path: RULES, line: expect.any(Number) as number } },
  ]);
});

describe('routing', () => {
  check([
    [
      'a rule behind one that takes all of it',
      [edit(RULES, 'when: "territory.candidates > 1"', 'when: territory under ams')],
      ['route/rules.yaml: warning unreachable at id: ambiguous_geography'],
      /geography_territory \(priority 50\)/,
    ],
    [
      'a rule behind one without a condition',
      [edit(RULES, '      when: matched_account.is_customer\n', '')],
      [
        'route/rules.yaml: warning unreachable at id: a_grade_na_commercial',
        'route/rules.yaml: warning unreachable at id: geography_territory',
        'route/rules.yaml: warning unreachable at id: ambiguous_geography',
      ],
      /always holds/,
    ],
    [
      'a rule behind one that does not always take part',
      [
        edit(RULES, 'when: territory.exists', 'when: territory.exists\n      effective: {from: 2026-01-01}'),
        edit(RULES, 'when: "territory.candidates > 1"', 'when: territory under ams'),
      ],
      [],
    ],
    [
      'a rule behind one that takes part whenever it does',
      [
        edit(RULES, 'when: territory.exists', 'when: territory.exists\n      effective: {from: 2026-01-01}'),
        edit(RULES, 'when: "territory.candidates > 1"', 'when: territory under ams\n      effective: {from: 2026-06-01, to: 2026-12-31}'),
      ],
      ['route/rules.yaml: warning unreachable at id: ambiguous_geography'],
    ],
    [
      'a rule that holds of nothing',
      [edit(RULES, 'grade == A and segment', 'employee_count > 500 and employee_count < 100 and segment')],
      ['route/rules.yaml: warning never-holds at employee_count < 100 and segment == commercial and billing_country in US'],
      /never fires: nothing can be employee_count > 500 and employee_count < 100 at once/,
    ],
    [
      'a rule that is both',
      [edit(RULES, 'when: territory.exists', 'when: "matched_account.exists and not matched_account.exists"')],
      ['route/rules.yaml: warning never-holds at matched_account.exists"'],
    ],
    [
      'two of one priority',
      [edit(RULES, 'priority: 50', 'priority: 20')],
      ['route/rules.yaml: warning equal-priority at 20'],
      /where both hold, a_grade_na_commercial decides/,
    ],
    [
      'two of one priority that are never both asked',
      [edit(RULES, 'priority: 50', 'priority: 20'), edit(RULES, 'when: territory.exists', 'when: grade == B')],
      ['route/rules.yaml: warning equal-priority at 20'],
      /and never both hold/,
    ],
    [
      'two of one id',
      [edit(RULES, 'id: geography_territory', 'id: a_grade_na_commercial')],
      ['route/rules.yaml: error duplicate-id at a_grade_na_commercial'],
    ],
    [
      'two actions',
      [edit(RULES, '{assign_to_pool: na-commercial}', '{assign_to_pool: na-commercial, assign_to_queue: general}')],
      ['route/rules.yaml: error not-valid at {assign_to_pool: na-commercial'],
    ],
    [
      'a segment that is not declared',
      [edit(RULES, 'segment == commercial', 'segment == comercial')],
      ['route/rules.yaml: error unknown-segment at comercial and billing_country in US'],
      /"commercial"/,
    ],
    [
      'a grade that no model gives',
      [edit(RULES, 'grade == A', 'grade == E')],
      ['route/rules.yaml: warning unknown-grade at E and segment == commercial and billing_country in US'],
    ],
    [
      'a territory that is not declared',
      [edit(RULES, 'when: territory.exists', 'when: territory under ams/wset')],
      ['route/rules.yaml: error dangling-reference at ams/wset'],
      /ams\/west/,
    ],
    [
      'a fact that is not there',
      [edit(RULES, 'matched_account.is_customer', 'matched_account.is_custmer')],
      ['route/rules.yaml: error unknown-path at matched_account.is_custmer'],
    ],
    [
      'a prompt that is not there',
      [edit(RULES, 'prompt: ambiguous-geography', 'prompt: ambiguous-geo')],
      ['route/rules.yaml: error dangling-reference at ambiguous-geo'],
    ],
    [
      'a cascade that is not there',
      [edit('deploy/cascades.yaml', 'name: default', 'name: normal')],
      [
        'route/rules.yaml: error dangling-reference at default',
        'route/rules.yaml: error dangling-reference at default',
        'route/rules.yaml: error dangling-reference at default',
      ],
    ],
    [
      'an agent with nowhere to go when it is not sure',
      [edit(RULES, '  queues: {review: queue/review, triage: queue/triage}\n', '')],
      [
        'route/rules.yaml: error missing-key at agent: {prompt: ambiguous-geography',
        'route/rules.yaml: error missing-key at agent: {prompt: ambiguous-geography',
      ],
    ],
    [
      'confidence upside down',
      [edit(RULES, 'fire: 0.85, review: 0.6', 'fire: 0.5, review: 0.6')],
      ['route/rules.yaml: error not-valid at 0.6'],
    ],
    [
      'a default that may find nobody',
      [edit(RULES, 'default: {assign_to_queue: general}', 'default: {assign_to_territory: {role: AE}}')],
      ['route/rules.yaml: error unsure-default at {assign_to_territory: {role: AE'],
    ],
    [
      'a second rule set of the object',
      [added('RoutingRuleSet', 'more', '{object: Lead, rules: [], default: {assign_to_queue: general}}')],
      ['zz.yaml: error same-object at Lead'],
    ],
  ]);
});

describe('scoring', () => {
  check([
    [
      'points above the weight',
      [edit(MODEL, 'points: 12}\n          - {condition: ">= 10",', 'points: 22}\n          - {condition: ">= 10",')],
      ['qualify/scoring_model.yaml: error points-above-weight at 22'],
    ],
    [
      'a rule behind a wider one',
      [edit(MODEL, '">= 1000", points: 20', '">= 50", points: 20')],
      ['qualify/scoring_model.yaml: warning unreachable at {condition: ">= 100"'],
      /rules\[0\] \(">= 50"\)/,
    ],
    [
      'a field that is nowhere',
      [edit(MODEL, 'field: lead_source', 'field: leadsource')],
      ['qualify/scoring_model.yaml: error unknown-path at leadsource'],
      /"lead_source"/,
    ],
    [
      'a second model of the object',
      [
        {
          path: 'zz.yaml',
          to: 'apiVersion: loopctl/v1\nkind: ScoringModel\nmetadata: {name: two}\nspec:\n  version: 1.0.0\n  object: Lead\n  max_score: 2\n  fit: {weight: 1, components: [{id: a, field: title, weight: 1, rules: [{condition: exists, points: 1}]}]}\n  intent: {weight: 1, components: [{id: b, field: email, weight: 1, rules: [{condition: exists, points: 1}]}]}\n  grades: {A: ">= 0"}\n',
        },
      ],
      ['zz.yaml: error same-object at Lead'],
    ],
    [
      'engagement that is not part of the weight',
      [edit(MODEL, '  mql:', '  engagement: {types: {webinar: 10}, half_life: 30d, cap: 25}\n  mql:')],
      ['qualify/scoring_model.yaml: error weights-do-not-add-up at 50'],
      /50 \+ 25 = 75/,
    ],
    [
      'campaigns and tasks of what has none',
      [
        {
          path: 'zz.yaml',
          to: 'apiVersion: loopctl/v1\nkind: ScoringModel\nmetadata: {name: two}\nspec:\n  version: 1.0.0\n  object: Account\n  max_score: 2\n  fit: {weight: 1, components: [{id: a, field: industry, weight: 1, rules: [{condition: exists, points: 1}]}]}\n  intent: {weight: 1, components: [{id: b, field: website, weight: 0, rules: [{condition: exists, points: 0}]}]}\n  engagement:\n    types: {webinar: 1}\n    half_life: 30d\n    cap: 1\n    sources: {campaign_member: {}}\n  grades: {A: ">= 0"}\n',
        },
      ],
      ['zz.yaml: error no-sources at sources: {campaign_member: {'],
      /not of Account/,
    ],
    [
      'a threshold that cannot be reached',
      [edit(MODEL, 'min_fit: 40', 'min_fit: 90')],
      ['qualify/scoring_model.yaml: error out-of-range at 90'],
    ],
    [
      'a version that is a number',
      [edit(MODEL, 'version: 3.1.0', 'version: 3.1')],
      ['qualify/scoring_model.yaml: error wrong-type at 3.1'],
      /quotes: "3.1"/,
    ],
  ]);

  const cases = golden('cases/demand/scoring.json');
  const organisation = golden('cases/demand/organisation');

  interface Lint {
    readonly id: string;
    readonly edit: string;
    readonly problem: string;
  }

  describe.skipIf(cases === undefined || organisation === undefined)('golden lint', () => {
    const lint = cases === undefined ? [] : (JSON.parse(readFileSync(cases, 'utf8')) as { lint: Lint[] }).lint;
    const edits: Readonly<Record<string, readonly [from: string, to: string, code: string, severity: string]>> = {
      'side-sum': ['weight: 20\n', 'weight: 15\n', 'weights-do-not-add-up', 'error'],
      'max-sum': ['max_score: 135', 'max_score: 130', 'weights-do-not-add-up', 'error'],
      'points-over-weight': ['">= 1000", points: 20', '">= 1000", points: 25', 'points-above-weight', 'error'],
      'shadowed-rule': ['">= 1000", points: 20', '">= 50", points: 20', 'unreachable', 'warning'],
      'bad-operator': ['">= 1000", points: 20', '"=> 1000", points: 20', 'bad-operator', 'error'],
      'grade-gap': ['    D: ">= 0"\n', '', 'grade-gap', 'error'],
      'grade-order': ['A: ">= 90"', 'A: ">= 60"', 'grade-unreachable', 'error'],
      'duplicate-factor': ['id: has_email', 'id: source', 'duplicate-id', 'error'],
    };

    test.each(lint)('$id: $edit', ({ id }) => {
      const [from, to, code, severity] = edits[id] ?? ['', '', '', ''];
      const model = readFileSync(`${organisation}/qualify/scoring_model.yaml`, 'utf8');
      const fields = readFileSync(`${organisation}/qualify/fields.yaml`, 'utf8');
      expect(model).toContain(from);
      const project = 'apiVersion: loopctl/v1\nkind: Project\nmetadata: {name: p}\nspec: {environments: [{name: e}]}\n';
      const { problems: found } = readOrganisation([
        file('m.yaml', model.replace(from, to)),
        file('f.yaml', fields),
        file('loopctl.yaml', project),
      ]);
      expect(found.filter((problem) => problem.severity === severity).map((problem) => problem.code)).toContain(code);
    });
  });
});
