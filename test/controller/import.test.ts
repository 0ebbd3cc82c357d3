// An org as files: written, read back, planned and applied, on the real client and org. Nothing of the org is changed, and what has no words
// is said.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importOrg, type ImportReport, type ImportRequest } from '../../controller/import.ts';
import { addressText } from '../../resources/core.ts';
import { format } from '../../resources/format.ts';
import { openOrg, type TestOrg, until } from '../sandbox/org.ts';
import { openProduct, type Product, temporary } from './product.ts';

async function imported(product: Product, request: Partial<ImportRequest> = {}): Promise<ImportReport> {
  const made = await importOrg(product.deps, product.crm, { folder: '', ...request });
  if (!made.ok) throw new Error(JSON.stringify(made.problems, null, 1));
  return made.value;
}

function place(root: string, { files }: ImportReport): string {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const codes = ({ problems }: ImportReport) => problems.map(({ code }) => code).toSorted();

/** A plan adopts all that was written as it is, and after it there is nothing to do. */
async function adoptsAll(product: Product, creates: readonly string[] = []): Promise<void> {
  const plan = await product.plan();
  expect(plan.holds).toEqual([]);
  expect(plan.drift).toEqual([]);
  const others = plan.steps.filter(({ action }) => action !== 'adopt' && action !== 'switch').map(({ id, action }) => `${action} ${id}`);
  expect(others.toSorted()).toEqual(creates);
  expect(plan.steps.filter(({ action, fields }) => action === 'adopt' && fields.length > 0)).toEqual([]);
  expect((await product.apply()).outcome).toBe('done');
  const again = await product.plan();
  expect([again.steps, again.drift, again.settled]).toEqual([[], [], []]);
}

test('the org of an organisation becomes a configuration that adopts it whole, with no write but our own books', async () => {
  const source = await openProduct();
  expect((await source.apply()).outcome).toBe('done');
  const report = await imported(source);
  expect(report.resources).toEqual({
    Scenario: 1,
    CapacityConfig: 1,
    TerritoryModel: 1,
    TerritoryType: 3,
    Territory: 7,
    Queue: 3,
    CustomField: 6,
  });
  expect([report.creates, codes(report)]).toEqual([[], ['say-owner']]);
  expect([...report.files.keys()]).toEqual([
    'loopctl.yaml',
    'deploy/fields.yaml',
    'deploy/queues.yaml',
    'design/capacity_config.yaml',
    'design/scenarios/current.yaml',
    'design/territories/ams.yaml',
    'design/territories/emea.yaml',
    'design/territories/model.yaml',
  ]);
  for (const [path, text] of report.files) expect({ path, made: format(text, path) }).toEqual({ path, made: { ok: true, value: text } });
  const product = await openProduct({ org: source.org, root: place(temporary('imported'), report) });
  expect((await product.scene()).loaded.problems).toEqual([]);
  await source.org.control('DELETE', 'calls');
  await adoptsAll(product);
  const { calls } = await source.org.control<{ calls: { mutating: boolean }[] }>('GET', 'calls');
  expect(calls.filter(({ mutating }) => mutating)).toEqual([]);
  const { resolved } = await product.scene();
  expect([...resolved.territories.keys()]).toEqual([
    'ams',
    'ams/east',
    'ams/west',
    'ams/west/norcal',
    'ams/west/norcal/sf-bay',
    'emea',
    'emea/dach',
  ]);
});

/** An org that nobody made with a path in mind. */
async function grown(): Promise<TestOrg> {
  const org = await openOrg();
  const type = await org.create('Territory2Type', {
    MasterLabel: 'Sales region',
    DeveloperName: 'SalesRegion',
    Priority: 5,
    Description: 'Where we sell',
  });
  const territories = async (model: string, rows: readonly (readonly [name: string, above: string | null, more?: object])[]) => {
    const ids = new Map<string, string>();
    for (const [name, above, more = {}] of rows) {
      const levels = { AccountAccessLevel: 'Edit', OpportunityAccessLevel: 'Read', CaseAccessLevel: 'None' };
      const parent = above === null ? {} : { ParentTerritory2Id: ids.get(above) };
      const fields = {
        Name: `${name}, all`,
        DeveloperName: name,
        Territory2ModelId: model,
        Territory2TypeId: type,
        ...levels,
        ...parent,
        ...more,
      };
      ids.set(name, await org.create('Territory2', fields));
    }
    return ids;
  };
  const sit = async (username: string, territory: string | undefined, role: string | null, more: object = {}) => {
    const [known] = await org.query(`SELECT Id FROM User WHERE Username = '${username}'`);
    const UserId = known === undefined ? await org.addUser(username, more) : String(known['Id']);
    return org.create('UserTerritory2Association', { UserId, Territory2Id: territory, ...(role !== null && { RoleInTerritory2: role }) });
  };
  const model = await org.create('Territory2Model', { Name: 'Fiscal 27', DeveloperName: 'FY27', Description: 'This year' });
  const tree = [
    ['US', null],
    ['US_West_Coast', 'US'],
    ['California', 'US_West_Coast', { AccountAccessLevel: 'All', Description: 'The "Golden" State: #1' }],
    ['California_South', 'California'],
    ['Rest', null, { OpportunityAccessLevel: 'None' }],
  ] as const;
  const ids = await territories(model, tree);
  await sit('anna.o-neil@acme.example', ids.get('California'), 'Account Executive');
  await sit('anna.o-neil@acme.example', ids.get('California_South'), 'Account Executive');
  await sit('anna.o-neil@acme.example', ids.get('Rest'), 'Overlay');
  await sit('anna.o.neil@acme.example', ids.get('US'), 'Area Executive');
  await sit('bob@acme.example', ids.get('US'), null);
  // The same model once more, for next year, and one that is another.
  const alike = await org.create('Territory2Model', { Name: 'Fiscal 28', DeveloperName: 'FY28' });
  const next = await territories(alike, tree.slice(0, 2));
  await sit('anna.o.neil@acme.example', next.get('US'), 'Area Executive');
  await sit('bob@acme.example', next.get('US'), null);
  const other = await org.create('Territory2Model', { Name: 'What if', DeveloperName: 'WhatIf' });
  await territories(other, [['US', null, { Name: 'America' }]]);
  await org.update('Territory2Model', model, { State: 'Active' });
  await until(async () => (await org.query("SELECT Id FROM Territory2Model WHERE State = 'Active'")).length === 1);

  const queue = (name: string, more: object = {}) =>
    org.create('Group', { Name: `${name} queue`, DeveloperName: name, Type: 'Queue', ...more });
  const [mixed, none] = [await queue('Mixed_Team', { Email: 'team@acme.example', DoesSendEmailToMembers: true }), await queue('Nothing')];
  const team = await org.create('Group', { Name: 'Team', DeveloperName: 'Team', Type: 'Regular' });
  const [bob] = await org.query("SELECT Id FROM User WHERE Username = 'bob@acme.example'");
  for (const SobjectType of ['Lead', 'Case']) await org.create('QueueSobject', { QueueId: mixed, SobjectType });
  for (const UserOrGroupId of [team, bob?.['Id'], await org.addUser('gone@acme.example')])
    await org.create('GroupMember', { GroupId: mixed, UserOrGroupId });
  await org.create('GroupMember', { GroupId: none, UserOrGroupId: bob?.['Id'] });
  const [gone] = await org.query("SELECT Id FROM User WHERE Username = 'gone@acme.example'");
  await org.update('User', String(gone?.['Id']), { IsActive: false });

  const field = async (name: string, metadata: object) => {
    const answer = await org.call('POST', 'tooling/sobjects/CustomField', {
      FullName: name,
      Metadata: { label: name.replace(/^.*\.|__c$/g, ''), ...metadata },
    });
    if (answer.status !== 201) throw new Error(answer.text);
  };
  await field('Lead.Notes__c', { type: 'LongTextArea', length: 4000, visibleLines: 3, description: 'What was said' });
  await field('Lead.Optin__c', { type: 'Checkbox', defaultValue: 'false' });
  await field('Account.Key__c', { type: 'Text', length: 30, unique: true, externalId: true });
  await field('Opportunity.Deal_Desk__c', { type: 'Lookup', referenceTo: 'User', relationshipName: 'DealDesk' });
  await field('Contact.Tags__c', {
    type: 'MultiselectPicklist',
    visibleLines: 4,
    valueSet: {
      valueSetDefinition: { sorted: false, value: ['a', 'b, c'].map((name) => ({ fullName: name, label: name, default: false })) },
    },
  });
  const [profile] = await org.query("SELECT Id FROM PermissionSet WHERE Profile.Name = 'Standard User'");
  await org.create('FieldPermissions', {
    ParentId: profile?.['Id'],
    SobjectType: 'Account',
    Field: 'Account.Key__c',
    PermissionsRead: true,
    PermissionsEdit: true,
  });
  const set = await org.create('PermissionSet', { Name: 'Others', Label: 'Others' });
  await org.create('FieldPermissions', {
    ParentId: set,
    SobjectType: 'Account',
    Field: 'Account.Key__c',
    PermissionsRead: true,
    PermissionsEdit: false,
  });
  return org;
}

test('an org that grew by hand: each record under a name that gives its own again; what has no words is said, record by record', async () => {
  const org = await grown();
  const report = await imported(await openProduct({ org }));
  const said = report.problems.map(({ message }) => message).join('\n');
  expect(codes(report)).toEqual([
    'group-as-member',
    'inactive-user',
    'models-differ',
    'not-expressible',
    'other-models',
    'permission-sets',
    'plan-creates',
    'queue-for-nothing',
    'say-owner',
  ]);
  for (const what of [
    'GroupMember/Mixed_Team/Regular/Team',
    'GroupMember/Mixed_Team/gone@acme.example',
    'Territory2Model/WhatIf',
    'Group/Nothing',
    'CustomField/Opportunity.Deal_Desk__c',
    'Others',
  ])
    expect(said).toContain(what);
  const text = (path: string) =>
    report.files
      .get(path)
      ?.split('\n')
      .filter((line) => !/^(#|apiVersion|---)/.test(line))
      .join('\n');
  expect(text('design/territories/us.yaml')).toBe(`kind: Territory
metadata: {name: US}
spec: {label: "US, all", type: SalesRegion}
kind: Territory
metadata: {name: US/West-Coast}
spec: {label: "US_West_Coast, all", type: SalesRegion}
kind: Territory
metadata: {name: California}
spec:
  label: California, all
  type: SalesRegion
  parent: US/West-Coast
  models: [FY27]
  access: {account: all}
  description: 'The "Golden" State: #1'
kind: Territory
metadata: {name: California/South}
spec: {label: "California_South, all", type: SalesRegion, models: [FY27]}
`);
  expect(text('design/territories/rest.yaml')).toContain(
    'spec: {label: "Rest, all", type: SalesRegion, models: [FY27], access: {opportunity: none}}',
  );
  expect(text('design/territories/model.yaml')).toContain(`metadata: {name: FY27}
spec:
  label: Fiscal 27
  description: This year
  state: active
  roles: {AE: Account Executive, AreaExecutive: Area Executive, Member: null}
  default_access: {account: edit, opportunity: read, case: none}
`);
  expect(text('design/scenarios/current.yaml')).toContain(`  roster:
    - {seat: anna-o-neil, role: AE, territory: [California, California/South], user: anna.o-neil@acme.example, status: active}
    - {seat: anna-o-neil-2, role: Overlay, territory: Rest, user: anna.o-neil@acme.example, status: active}
    - {seat: anna-o-neil-3, role: AreaExecutive, territory: US, user: anna.o.neil@acme.example, status: active}
    - {seat: bob, role: Member, territory: US, user: bob@acme.example, status: active}
`);
  expect(text('deploy/queues.yaml')).toContain('metadata: {name: Mixed-Team}');
  expect(text('deploy/queues.yaml')).toContain('members: [bob@acme.example]');
  expect(text('deploy/fields.yaml')).toContain(
    'spec: {label: Key, type: Text, length: 30, unique: true, external_id: true, profiles: {edit: [Standard User]}}',
  );
  const product = await openProduct({ org, root: place(temporary('imported'), report) });
  await adoptsAll(product, [
    'create FieldPermissions/loopctl/Account.Key__c',
    'create FieldPermissions/loopctl/Contact.Tags__c',
    'create FieldPermissions/loopctl/Lead.Notes__c',
    'create FieldPermissions/loopctl/Lead.Optin__c',
    'create PermissionSet/loopctl',
    'create PermissionSetAssignment/loopctl/$me',
  ]);
  expect(report.creates.map(addressText).toSorted()).toEqual(expect.arrayContaining(['PermissionSet/loopctl']));
});

test('somebody inactive who still sits in a territory: the seat is open, and it is said', async () => {
  const org = await openOrg();
  const source = await openProduct({ org });
  const type = await org.create('Territory2Type', { MasterLabel: 'Area', DeveloperName: 'Area', Priority: 1 });
  const model = await org.create('Territory2Model', { Name: 'M', DeveloperName: 'M' });
  const levels = { AccountAccessLevel: 'Edit', OpportunityAccessLevel: 'Edit', CaseAccessLevel: 'Edit' };
  const territory = await org.create('Territory2', {
    Name: 'T',
    DeveloperName: 'T',
    Territory2ModelId: model,
    Territory2TypeId: type,
    ...levels,
  });
  const user = await org.addUser('left@acme.example');
  await org.create('UserTerritory2Association', { UserId: user, Territory2Id: territory, RoleInTerritory2: 'AE' });
  await org.update('User', user, { IsActive: false });
  const report = await imported(source);
  expect(codes(report)).toEqual(['inactive-user']);
  expect(report.files.get('design/scenarios/current.yaml')).toContain('- {seat: left, role: AE, territory: T, status: open}');
  await adoptsAll(await openProduct({ org, root: place(temporary('imported'), report) }));
});

describe('beside a configuration', () => {
  async function both() {
    const product = await openProduct();
    await product.apply();
    const { org } = product;
    const id = async (soql: string) => String((await org.query(soql))[0]?.['Id']);
    const west = await id("SELECT Id FROM Territory2 WHERE DeveloperName = 'ams_west'");
    const levels = { AccountAccessLevel: 'Edit', OpportunityAccessLevel: 'Edit', CaseAccessLevel: 'Edit' };
    const common = {
      Territory2ModelId: await id('SELECT Id FROM Territory2Model'),
      Territory2TypeId: await id("SELECT Id FROM Territory2Type WHERE DeveloperName = 'Area'"),
      ...levels,
    };
    const socal = await org.create('Territory2', { Name: 'SoCal', DeveloperName: 'ams_west_socal', ParentTerritory2Id: west, ...common });
    const user = await org.addUser('new@acme.example');
    await org.create('UserTerritory2Association', { UserId: user, Territory2Id: socal, RoleInTerritory2: 'Account Executive' });
    const queue = await org.create('Group', { Name: 'Later', DeveloperName: 'later', Type: 'Queue' });
    await org.create('QueueSobject', { QueueId: queue, SobjectType: 'Lead' });
    const scene = await product.scene();
    const beside = { tree: await product.deps.source.read(), scene };
    return { product, beside };
  }

  test('only what is not declared yet is written, in the words of what is', async () => {
    const { product, beside } = await both();
    const report = await imported(product, { beside, folder: 'imported' });
    expect(codes(report)).toEqual(['say-owner', 'scenario-not-active']);
    expect([...report.files.keys()]).toEqual([
      'imported/deploy/queues.yaml',
      'imported/design/scenarios/current.yaml',
      'imported/design/territories/ams.yaml',
    ]);
    expect(report.files.get('imported/design/territories/ams.yaml')).toMatch(
      /^# .*\napiVersion: loopctl\/v1\nkind: Territory\nmetadata: \{name: ams\/west\/socal}\nspec: \{label: SoCal, type: Area, access: \{case: edit}}\n$/,
    );
    expect(report.files.get('imported/design/scenarios/current.yaml')).toContain('base: fy27-base');
    place(product.root, report);
    const plan = await product.plan();
    expect(
      plan.steps
        .filter(({ action }) => action !== 'switch')
        .map(({ id, action }) => `${action} ${id}`)
        .toSorted(),
    ).toEqual(['adopt Group/later', 'adopt QueueSobject/later/Lead', 'adopt Territory2/FY27/ams_west_socal']);
    product.edit('design/capacity_config.yaml', 'active_scenario: fy27-base', 'active_scenario: current');
    await adoptsAll(product);
  });

  test('one kind, and a second time nothing', async () => {
    const { product, beside } = await both();
    const report = await imported(product, { beside, folder: 'imported', kinds: ['Queue'] });
    expect([...report.files.keys()]).toEqual(['imported/deploy/queues.yaml']);
    place(product.root, report);
    const again = await imported(product, {
      beside: { tree: await product.deps.source.read(), scene: await product.scene() },
      folder: 'again',
      kinds: ['Queue'],
    });
    expect([again.files.size, again.problems]).toEqual([0, []]);
  });
});

test('an empty org is no configuration', async () => {
  const report = await imported(await openProduct({ org: await openOrg() }));
  expect([report.files.size, report.problems, report.adopts]).toEqual([0, [], 0]);
});
