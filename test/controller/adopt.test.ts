// What somebody changed in the org by hand becomes a branch that edits the very values, on the real client, org, git and store.
import { describe, expect, test } from 'vitest';
import type { AdoptReport } from '../../controller/adopt.ts';
import { addressText, type Checked, originText, refText } from '../../resources/core.ts';
import { type GitProduct, gitProduct, SOMEBODY } from './hand.ts';
import { openOrg, until } from '../sandbox/org.ts';
import { fixtureUsers } from './product.ts';

const AMS = 'design/territories/ams.yaml';
const EMEA = 'design/territories/emea.yaml';
const MODEL = 'design/territories/model.yaml';
const BASE = 'design/scenarios/fy27-base.yaml';
const QUEUES = 'deploy/queues.yaml';
const FIELDS = 'deploy/fields.yaml';

function taken(answer: Checked<AdoptReport>): AdoptReport {
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems, null, 1));
  return answer.value;
}

function refusals(answer: Checked<AdoptReport>): readonly string[] {
  const problems = answer.ok ? answer.value.refused : answer.problems;
  return problems.map(({ code, at, ref }) =>
    `${code} ${ref === undefined ? '' : refText(ref)} ${at === undefined ? '' : originText(at)}`.trim(),
  );
}

/** The lines that the branch takes away and adds, by file. */
function diff({ git }: GitProduct, branch: string): readonly string[] {
  return git('diff', '-U0', '--no-color', 'main', branch)
    .split('\n')
    .filter((line) => /^[-+]/.test(line) && !/^(---|\+\+\+) (a\/|b\/|\/dev\/null)/.test(line));
}

/** Merged, nothing diverges any more, and the org is not written to. */
async function settled(product: GitProduct, branch: string, drift = 0): Promise<void> {
  product.git('merge', '-q', branch);
  const plan = await product.plan({ allowMissing: true });
  const putBack = new Set(plan.drift.map(({ address }) => addressText(address)));
  expect(plan.steps.filter(({ id, action }) => action !== 'switch' && !putBack.has(id)).map(({ id, action }) => `${action} ${id}`)).toEqual(
    [],
  );
  expect(plan.drift.length).toBe(drift);
  if (drift > 0) return;
  expect(['done', 'nothing']).toContain((await product.apply({ allowMissing: true })).outcome);
  const again = await product.plan();
  expect([again.steps, again.drift, again.settled]).toEqual([[], [], []]);
}

test('changes of many sorts, each at its place, with who made them; nothing else is touched', async () => {
  const product = await gitProduct();
  const { hand } = product;
  await hand.change('Territory2', "DeveloperName = 'ams_east'", { Name: 'East: Coast' });
  await hand.change('Territory2', "DeveloperName = 'ams_west_norcal_sf_bay'", { AccountAccessLevel: 'Edit' });
  await hand.change('Territory2', "DeveloperName = 'ams_west_norcal'", {
    OpportunityAccessLevel: 'Read',
    Territory2TypeId: await hand.id("SELECT Id FROM Territory2Type WHERE DeveloperName = 'Patch'"),
    ParentTerritory2Id: await hand.id("SELECT Id FROM Territory2 WHERE DeveloperName = 'ams'"),
  });
  await hand.change('Territory2Model', "DeveloperName = 'FY27'", { Name: 'FY 2027' });
  await hand.change('Territory2Type', "DeveloperName = 'Region'", { Priority: 10 });
  await hand.change('Group', "DeveloperName = 'triage'", { Name: 'All triage' });
  await hand.remove('QueueSobject', "Queue.DeveloperName = 'triage' AND SobjectType = 'Case'");
  await hand.remove('GroupMember', "Group.DeveloperName = 'review'");
  await hand.change('UserTerritory2Association', "User.Username = 'ae.east1@acme.example'", { RoleInTerritory2: 'Solution Engineer' });
  await hand.remove('UserTerritory2Association', "User.Username = 'ae.dach1@acme.example'");
  await hand.change('FieldPermissions', "Field = 'Lead.Score__c' AND Parent.IsOwnedByProfile = true", { PermissionsEdit: true });
  product.write('notes.txt', 'not committed');
  const before = product.git('status', '--porcelain', '--branch');
  const report = taken(await product.adopt());
  expect([report.changes, report.refused]).toEqual([13, []]);
  expect(product.git('status', '--porcelain', '--branch')).toBe(before);
  expect(product.git('rev-parse', `${report.branch}^`)).toBe(product.git('rev-parse', 'main'));
  expect(diff(product, report.branch)).toEqual([
    '-spec: {label: Score, type: Number, precision: 5, scale: 0, profiles: {read: [Standard User]}}',
    '+spec: {label: Score, type: Number, precision: 5, scale: 0, profiles: {edit: [Standard User]}}',
    '-spec: {label: Lead Review, objects: [Lead], members: [mgr.west@acme.example], owner: revops, sla: 4h}',
    '+spec: {label: Lead Review, objects: [Lead], members: [], owner: revops, sla: 4h}',
    '-spec: {label: Lead Triage, objects: [Lead, Case], members: [mgr.west@acme.example], owner: revops, sla: 4h}',
    '+spec: {label: All triage, objects: [Lead], members: [mgr.west@acme.example], owner: revops, sla: 4h}',
    '-    - {seat: ae-east-1, role: AE, segment: commercial, territory: ams/east, user: ae.east1@acme.example, status: active, start: 2025-09-01, ramp: ae, quota: 850000}',
    '+    - {seat: ae-east-1, role: SE, segment: commercial, territory: ams/east, user: ae.east1@acme.example, status: active, start: 2025-09-01, ramp: ae, quota: 850000}',
    '-    - {seat: ae-dach-1, role: AE, segment: commercial, territory: emea/dach, user: ae.dach1@acme.example, status: active, start: 2025-02-01, ramp: ae, quota: 750000}',
    '+    - {seat: ae-dach-1, role: AE, segment: commercial, territory: emea/dach, status: open, start: 2025-02-01, ramp: ae, quota: 750000}',
    '-  label: AMS East',
    '+  label: "East: Coast"',
    '-spec: {label: NorCal, type: Area}',
    '+spec: {label: NorCal, type: Patch, parent: ams, access: {opportunity: read}}',
    "-  access: {account: all}            # where it differs from the model's default",
    '-  label: FY27',
    '+  label: FY 2027',
    '-spec: {label: Region, priority: 1}',
    '+spec: {label: Region, priority: 10}',
  ]);
  const message = product.git('log', '-1', '--format=%B', report.branch);
  expect(message).toMatch(/^Take over 13 changes made in the org by hand\n/);
  expect(message).toMatch(
    new RegExp(`Territory/ams/east label: "AMS East" → "East: Coast"\n {2}Territory2/FY27/ams_east Name, changed by ${SOMEBODY} at 20`),
  );
  expect(message).toContain('seat ae-dach-1: open, since ae.dach1@acme.example was taken out of emea/dach');
  expect(taken(await product.adopt()).commit, 'asked twice, there is one branch').toBe(report.commit);
  await settled(product, report.branch);
});

describe('what cannot be said is refused with its place, the rest is taken over', () => {
  test('a role that no role has, a state without a word, loopctl’s own rights, a queue for nothing', async () => {
    const product = await gitProduct();
    const { hand } = product;
    await hand.change('UserTerritory2Association', "User.Username = 'ae.east1@acme.example'", { RoleInTerritory2: 'Closer' });
    await hand.change('FieldPermissions', "Field = 'Lead.Grade__c' AND Parent.Name = 'loopctl'", { PermissionsEdit: false });
    await hand.remove('QueueSobject', "Queue.DeveloperName = 'general'");
    await hand.change('PermissionSet', "Name = 'loopctl'", { Label: 'mine' });
    await hand.change('Territory2', "DeveloperName = 'emea'", { Name: 'Europe' });
    const answer = await product.adopt();
    expect(refusals(answer).toSorted()).toEqual([
      `no-such-role Scenario/fy27-base ${BASE}:19:31`,
      `not-adoptable Project/acme-revenue loopctl.yaml:2:1`,
      `own-permissions CustomField/Lead.Grade__c ${FIELDS}:9:18`,
      `queue-for-nothing Queue/general ${QUEUES}:4:33`,
    ]);
    const report = taken(answer);
    for (const problem of report.refused) expect(problem.hint).toMatch(/--revert/);
    expect(diff(product, report.branch)).toEqual(['-spec: {label: EMEA, type: Region}', '+spec: {label: Europe, type: Region}']);
    await settled(product, report.branch, 4);
  });

  test('nothing can be: nothing is written', async () => {
    const product = await gitProduct();
    await product.hand.change('UserTerritory2Association', "User.Username = 'ae.east1@acme.example'", { RoleInTerritory2: 'Closer' });
    const answer = await product.adopt();
    expect(answer.ok).toBe(false);
    expect(product.git('branch', '--list', 'loopctl/*')).toBe('');
  });

  test('a parent and a type that are not declared', async () => {
    const product = await gitProduct();
    const { hand } = product;
    const type = await hand.add('Territory2Type', { MasterLabel: 'Other', DeveloperName: 'Other', Priority: 99 });
    const model = await hand.id('SELECT Id FROM Territory2Model');
    const levels = { AccountAccessLevel: 'Edit', OpportunityAccessLevel: 'Edit', CaseAccessLevel: 'Read' };
    const above = await hand.add('Territory2', {
      Name: 'X',
      DeveloperName: 'X',
      Territory2ModelId: model,
      Territory2TypeId: type,
      ...levels,
    });
    await hand.change('Territory2', "DeveloperName = 'emea_dach'", { Territory2TypeId: type, ParentTerritory2Id: above });
    expect(refusals(await product.adopt())).toEqual([
      `not-declared Territory/emea/dach ${EMEA}:9:1`,
      `not-declared Territory/emea/dach ${EMEA}:9:27`,
    ]);
  });

  test('a record that goes by another name in the org now', async () => {
    const product = await gitProduct();
    await product.hand.change('Territory2', "DeveloperName = 'ams_west_norcal_sf_bay'", { DeveloperName: 'bay' });
    const answer = await product.adopt(({ ref }) => ref.kind === 'Territory');
    expect(refusals(answer)).toEqual(['renamed-in-org Territory/ams/west/norcal/sf-bay']);
    expect(answer.ok ? '' : answer.problems[0]?.message).toContain('Territory2/FY27/bay');
  });
});

describe('seats', () => {
  const inBoth = (product: { edit(file: string, from: string, to: string): void }) =>
    product.edit(BASE, 'territory: ams/west/norcal, user: ae.norcal1', 'territory: [ams/west/norcal, ams/west], user: ae.norcal1');
  const NORCAL = "User.Username = 'ae.norcal1@acme.example'";

  test('of several territories the one is left that the person was taken out of', async () => {
    const product = await gitProduct(inBoth);
    await product.hand.remove('UserTerritory2Association', `${NORCAL} AND Territory2.DeveloperName = 'ams_west'`);
    const { branch, adopted } = taken(await product.adopt());
    expect(adopted.map(({ says }) => says)).toEqual([
      'seat ae-norcal-ent-1: without ams/west, since ae.norcal1@acme.example was taken out of it',
    ]);
    expect(product.at(branch, BASE)).toBe(product.text(BASE).replace('[ams/west/norcal, ams/west]', '[ams/west/norcal]'));
    await settled(product, branch);
  });

  test('who was taken out of all of them leaves the seat open', async () => {
    const product = await gitProduct(inBoth);
    await product.hand.remove('UserTerritory2Association', NORCAL);
    const { branch } = taken(await product.adopt());
    expect(product.at(branch, BASE)).toContain('territory: [ams/west/norcal, ams/west], status: open, start: 2024-02-01');
    await settled(product, branch);
  });

  test('somebody else who is there now in the same role sits in the seat', async () => {
    const product = await gitProduct((made) =>
      made.edit(BASE, 'user: ae.dach1@acme.example', 'user: ae.dach1@acme.example, name: Dora Dach'),
    );
    const { hand, org } = product;
    const user = await org.addUser('new.dach@acme.example');
    await hand.remove('UserTerritory2Association', "User.Username = 'ae.dach1@acme.example'");
    const territory = await hand.id("SELECT Id FROM Territory2 WHERE DeveloperName = 'emea_dach'");
    await hand.add('UserTerritory2Association', { UserId: user, Territory2Id: territory, RoleInTerritory2: 'Account Executive' });
    const { branch } = taken(await product.adopt());
    const wanted = product.text(BASE).replace('user: ae.dach1@acme.example, name: Dora Dach', 'user: new.dach@acme.example');
    expect(product.at(branch, BASE)).toBe(wanted);
    product.git('merge', '-q', branch);
    const plan = await product.plan();
    expect(plan.drift).toEqual([]);
    expect(plan.steps.filter(({ action }) => action !== 'switch').map(({ id, action }) => `${action} ${id}`)).toEqual([
      'adopt UserTerritory2Association/FY27/emea_dach/new.dach@acme.example',
    ]);
  });

  test('a seat is edited where its value stands: in the base, or in the scenario that says otherwise', async () => {
    const product = await gitProduct((made) => {
      made.edit('design/capacity_config.yaml', 'active_scenario: fy27-base', 'active_scenario: fy27-expansion');
      made.edit(
        'design/scenarios/fy27-expansion.yaml',
        '    - {seat: ae-sf-bay-2, remove: true}',
        '    - {seat: ae-sf-bay-1, user: ae.sfbay2@acme.example}   # swapped\n    - {seat: ae-sf-bay-2, remove: true}',
      );
    });
    await product.hand.remove('UserTerritory2Association', "User.Username IN ('ae.east1@acme.example', 'ae.sfbay2@acme.example')");
    const { branch } = taken(await product.adopt());
    expect(diff(product, branch)).toEqual([
      '-    - {seat: ae-sf-bay-1, role: AE, segment: commercial, territory: ams/west/norcal/sf-bay, user: ae.sfbay1@acme.example, status: active, start: 2025-05-01, ramp: ae, quota: 850000}',
      '+    - {seat: ae-sf-bay-1, role: AE, segment: commercial, territory: ams/west/norcal/sf-bay, user: ae.sfbay1@acme.example, status: open, start: 2025-05-01, ramp: ae, quota: 850000}',
      '-    - {seat: ae-east-1, role: AE, segment: commercial, territory: ams/east, user: ae.east1@acme.example, status: active, start: 2025-09-01, ramp: ae, quota: 850000}',
      '+    - {seat: ae-east-1, role: AE, segment: commercial, territory: ams/east, status: open, start: 2025-09-01, ramp: ae, quota: 850000}',
      '-    - {seat: ae-sf-bay-1, user: ae.sfbay2@acme.example}   # swapped',
      '+    - {seat: ae-sf-bay-1, user: null}   # swapped',
    ]);
    await settled(product, branch);
  });

  test('a quota that was changed for the year; months that follow no seasonality are refused', async () => {
    const org = await openOrg({ seed: 'demo' });
    for (const username of fixtureUsers()) await org.addUser(username);
    const [type] = await org.query<{ DeveloperName: string }>('SELECT DeveloperName FROM ForecastingType LIMIT 1');
    const product = await gitProduct(
      (made) =>
        made.edit(
          'design/capacity_config.yaml',
          '  currency: USD\n',
          `  currency: USD\n  forecasting: {type: ${type?.DeveloperName}, roles: [AE]}\n`,
        ),
      { org },
    );
    await product.hand.change('ForecastingQuota', "QuotaOwner.Username = 'ae.sfbay1@acme.example'", { QuotaAmount: 80_000 });
    await product.hand.change('ForecastingQuota', "QuotaOwner.Username = 'ae.east1@acme.example' AND StartDate = 2027-03-01", {
      QuotaAmount: 1,
    });
    const answer = await product.adopt();
    expect(refusals(answer)).toEqual([`months-differ Scenario/fy27-base ${BASE}:19:158`]);
    expect(product.at(taken(answer).branch, BASE)).toBe(
      product.text(BASE).replace('start: 2025-05-01, ramp: ae, quota: 850000', 'start: 2025-05-01, ramp: ae, quota: 960000'),
    );
  });
});

describe('what was deleted in the org', () => {
  const territory = (name: string, label: string) =>
    `apiVersion: loopctl/v1\nkind: Territory\nmetadata: {name: ${name}}\nspec: {label: ${label}, type: Area}\n`;

  test('a territory that something refers to stays, with all that refers to it told, and so do the seats in it', async () => {
    const product = await gitProduct();
    await product.hand.remove('Territory2', "DeveloperName = 'emea_dach'");
    await product.hand.change('Territory2', "DeveloperName = 'emea'", { Name: 'Europe' });
    const answer = await product.adopt();
    const [problem, ...others] = taken(answer).refused;
    expect([problem?.code, others]).toEqual(['still-referred-to', []]);
    expect(problem?.message).toContain('TerritoryMatch/geography (deploy/match_rules.yaml:16:19)');
    expect(diff(product, taken(answer).branch)).toEqual(['-spec: {label: EMEA, type: Region}', '+spec: {label: Europe, type: Region}']);
  });

  test('territories that only a seat sits in leave git, parents with their children, and the seat leaves them', async () => {
    const product = await gitProduct((made) => {
      made.write('design/territories/apac.yaml', `# Far away.\n${territory('apac', 'APAC')}---\n${territory('apac/anz', 'ANZ')}`);
      made.edit(
        EMEA,
        'spec: {label: DACH, type: Area}\n',
        `spec: {label: DACH, type: Area}\n---   # the island\n${territory('emea/uki', 'UKI')}`,
      );
      made.edit(BASE, 'territory: emea/dach, user', 'territory: [emea/dach, apac/anz], user');
    });
    await product.hand.remove('Territory2', "DeveloperName = 'apac_anz'");
    await product.hand.remove('Territory2', "DeveloperName IN ('apac', 'emea_uki')");
    const { branch, files } = taken(await product.adopt());
    expect(files.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: BASE, gone: false },
      { path: 'design/territories/apac.yaml', gone: true },
      { path: EMEA, gone: false },
    ]);
    expect(product.at(branch, BASE)).toContain('territory: [emea/dach], user: ae.dach1@acme.example, status: active');
    expect(product.at(branch, EMEA)).toBe(product.text(EMEA).replace(`---   # the island\n${territory('emea/uki', 'UKI')}`, ''));
    await settled(product, branch);
  });

  test('a queue leaves with its members and objects; one that rules name stays with them', async () => {
    const spare =
      'apiVersion: loopctl/v1\nkind: Queue\nmetadata: {name: spare}\nspec: {label: Spare, objects: [Lead], members: [mgr.west@acme.example], owner: revops, sla: 1h}\n';
    const product = await gitProduct((made) => made.edit(QUEUES, 'apiVersion: loopctl/v1\n', `${spare}---\napiVersion: loopctl/v1\n`));
    await product.hand.remove('Group', "DeveloperName IN ('spare', 'review')");
    const answer = await product.adopt();
    expect(refusals(answer)).toEqual([expect.stringMatching(/^still-referred-to Queue\/review/)]);
    const { branch } = taken(answer);
    expect(product.at(branch, QUEUES)).toBe(product.text(QUEUES).replace(`${spare}---\n`, ''));
    await settled(product, branch, 3);
  });

  test('a field that a map names stays', async () => {
    const product = await gitProduct();
    const id = (await product.crm.read([{ type: 'CustomField', key: 'Lead.LinkedIn__c' }]))[0]?.id ?? '';
    await product.org.call('DELETE', `tooling/sobjects/CustomField/${id}`);
    expect(refusals(await product.adopt())).toEqual([
      expect.stringMatching(/^still-referred-to CustomField\/Lead.LinkedIn__c deploy\/fields.yaml/),
    ]);
  });
});

test('a level that changed everywhere is the default of the model now', async () => {
  const product = await gitProduct();
  await product.hand.change('Territory2', "DeveloperName != 'none'", { CaseAccessLevel: 'Edit' });
  await product.hand.change('Territory2', "DeveloperName IN ('emea', 'emea_dach')", { AccountAccessLevel: 'Read' });
  const { branch, changes } = taken(await product.adopt());
  expect(changes).toBe(9);
  expect(diff(product, branch)).toEqual([
    '-spec: {label: EMEA, type: Region}',
    '+spec: {label: EMEA, type: Region, access: {account: read}}',
    '-spec: {label: DACH, type: Area}',
    '+spec: {label: DACH, type: Area, access: {account: read}}',
    '-  default_access: {account: edit, opportunity: edit, case: read}',
    '+  default_access: {account: edit, opportunity: edit, case: edit}',
  ]);
  await settled(product, branch);
});

test('fields: words, values in their order, texts over several lines', async () => {
  const product = await gitProduct((made) =>
    made.edit(
      FIELDS,
      'spec: {label: Grade, type: Picklist, values: [A, B, C, D]}',
      'spec:\n  label: Grade\n  type: Picklist\n  values:\n    - A   # best\n    - B\n    - C\n    - D   # worst\n  description: null',
    ),
  );
  const change = async (key: string, fields: object) => {
    const id = (await product.crm.read([{ type: 'CustomField', key }]))[0]?.id ?? '';
    const path = `tooling/sobjects/CustomField/${id}`;
    const { body } = await product.org.call<{ Metadata: object }>('GET', path);
    const answer = await product.org.call('PATCH', path, { Metadata: { ...body.Metadata, ...fields } });
    if (answer.status !== 204) throw new Error(answer.text);
  };
  const values = ['A+', 'A', 'B', 'C'].map((name) => ({ fullName: name, label: name, default: false }));
  await change('Lead.Grade__c', {
    valueSet: { valueSetDefinition: { sorted: false, value: values } },
    description: 'How good it is.\nBy the model.',
  });
  await change('Account.Territory_Status__c', { label: 'Territory: status', length: 120 });
  const { branch } = taken(await product.adopt());
  expect(product.at(branch, FIELDS)).toBe(
    product
      .text(FIELDS)
      .replace(
        '    - A   # best\n    - B\n    - C\n    - D   # worst\n  description: null',
        '    - A+\n    - A   # best\n    - B\n    - C\n  description: |-\n    How good it is.\n    By the model.',
      )
      .replace('spec: {label: Territory status, type: Text, length: 80}', 'spec: {label: "Territory: status", type: Text, length: 120}'),
  );
  await settled(product, branch);
});

test('a territory is one in all its models: what changed in one alone is refused; one that left a model leaves it in git', async () => {
  const product = await gitProduct((made) => {
    made.edit(
      MODEL,
      '---\n',
      '---\napiVersion: loopctl/v1\nkind: TerritoryModel\nmetadata: {name: FY28}\nspec: {label: FY28, roles: {AE: Account Executive, Manager: Sales Manager}, default_access: {account: edit, opportunity: edit, case: read}}\n---\n',
    );
  });
  const { hand } = product;
  await hand.change('Territory2', "DeveloperName = 'ams_east' AND Territory2Model.DeveloperName = 'FY27'", { Name: 'One' });
  await hand.change('Territory2', "DeveloperName = 'ams_west'", { Name: 'Both' });
  await hand.remove(
    'UserTerritory2Association',
    "Territory2.DeveloperName = 'emea_dach' AND Territory2.Territory2Model.DeveloperName = 'FY28'",
  );
  await hand.remove('Territory2', "DeveloperName = 'ams_west_norcal_sf_bay' AND Territory2Model.DeveloperName = 'FY28'");
  const answer = await product.adopt();
  expect(refusals(answer)).toEqual([`models-differ Territory/ams/east ${AMS}:12:3`, `models-differ Scenario/fy27-base ${BASE}:21:84`]);
  const { branch } = taken(answer);
  expect(diff(product, branch)).toEqual(['-spec: {label: AMS West, type: Area}', '+spec: {label: Both, type: Area}', '+  models: [FY27]']);
  await settled(product, branch, 2);
});

test('a model that was deleted leaves, and takes what was in it along', async () => {
  const planned =
    '---\napiVersion: loopctl/v1\nkind: TerritoryModel\nmetadata: {name: FY28}\nspec: {label: FY28, roles: {AE: Account Executive, Manager: Sales Manager}, default_access: {account: edit, opportunity: edit, case: read}}\n';
  const product = await gitProduct((made) => made.edit(MODEL, '---\n', `${planned}---\n`));
  await product.hand.remove('Territory2Model', "DeveloperName = 'FY28'");
  await until(async () => (await product.org.query('SELECT Id FROM Territory2Model')).length === 1);
  const { branch } = taken(await product.adopt());
  expect(product.at(branch, MODEL)).toBe(product.text(MODEL).replace(planned, ''));
  await settled(product, branch);
});

test('a conflict is settled for the org', async () => {
  const product = await gitProduct();
  product.edit(AMS, 'label: AMS East', 'label: From git');
  product.git('commit', '-qam', 'In git');
  await product.hand.change('Territory2', "DeveloperName = 'ams_east'", { Name: 'From the org' });
  expect((await product.drift()).map(({ kind, address }) => `${kind} ${addressText(address)}`)).toEqual([
    'conflict Territory2/FY27/ams_east',
  ]);
  const { branch } = taken(await product.adopt());
  expect(diff(product, branch)).toEqual(['-  label: From git', '+  label: From the org']);
  await settled(product, branch);
});

describe('nothing is written', () => {
  test('where a file that is concerned is not as it was committed; others do not matter', async () => {
    const product = await gitProduct();
    await product.hand.change('Territory2', "DeveloperName = 'ams_east'", { Name: 'East' });
    product.edit(EMEA, 'label: DACH', 'label: dach');
    expect(taken(await product.adopt()).files).toEqual([{ path: AMS, gone: false }]);
    product.git('branch', '-D', product.git('branch', '--list', '--format=%(refname:short)', 'loopctl/*'));
    product.edit(AMS, 'label: AMS West', 'label: West');
    expect(refusals(await product.adopt())).toEqual([`uncommitted-changes ${AMS}:1:1`.replace(' ', '  ')]);
    expect(product.git('branch', '--list', 'loopctl/*')).toBe('');
  });

  test('outside git', async () => {
    const product = await gitProduct();
    await product.hand.change('Territory2', "DeveloperName = 'ams_east'", { Name: 'East' });
    product.git('update-ref', '-d', 'HEAD');
    const answer = await product.adopt();
    expect(answer).toMatchObject({ ok: false, problems: [{ code: 'no-git', hint: expect.stringContaining('git init') as string }] });
  });
});
