// Territory models over time: activation that takes a while, fails, survives a restart; and what a model takes along.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openOrg, territoryBasics, until } from './org.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'loopctl-org-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('activation shows its steps, and ends when its time has come', async () => {
  let now = Date.parse('2026-11-21T12:00:00Z');
  const org = await openOrg({ clock: () => now });
  const { model, state } = await territoryBasics(org);
  await org.control('POST', 'activation', { delayMs: 60_000 });
  expect((await org.update('Territory2Model', model, { State: 'Active' })).status).toBe(204);
  expect(await state()).toBe('Activating');
  expect((await org.update('Territory2Model', model, { State: 'Active' })).status).toBe(400);
  now += 59_000;
  expect(await state()).toBe('Activating');
  now += 2000;
  expect(await org.query('SELECT State, ActivatedDate FROM Territory2Model')).toMatchObject([
    { State: 'Active', ActivatedDate: '2026-11-21T12:01:00.000+0000' },
  ]);
});

test('a model that was being activated when the org stopped is active when it is back', async () => {
  const data = join(folder(), 'org.db');
  let now = Date.parse('2026-11-21T12:00:00Z');
  const first = await openOrg({ data, clock: () => now });
  const { model } = await territoryBasics(first);
  await first.control('POST', 'activation', { delayMs: 60_000 });
  await first.update('Territory2Model', model, { State: 'Active' });
  await first.close();
  now += 30_000;
  const second = await openOrg({ data, clock: () => now });
  expect(await second.query('SELECT State FROM Territory2Model')).toMatchObject([{ State: 'Activating' }]);
  now += 30_000;
  expect(await second.query('SELECT State FROM Territory2Model')).toMatchObject([{ State: 'Active' }]);
});

test('an activation that fails can be tried again, and is no obstacle for another model', async () => {
  const org = await openOrg();
  const first = await territoryBasics(org, 'FY27');
  const second = await territoryBasics(org, 'FY28');
  await org.control('POST', 'activation', { delayMs: 0, outcome: 'ActivationFailed' });
  await org.update('Territory2Model', first.model, { State: 'Active' });
  expect(await first.state()).toBe('ActivationFailed');
  await org.control('POST', 'activation', { outcome: 'Active' });
  await org.update('Territory2Model', second.model, { State: 'Active' });
  expect(await second.state()).toBe('Active');
  expect((await org.update('Territory2Model', first.model, { State: 'Active' })).status).toBe(400);
  await org.update('Territory2Model', second.model, { State: 'Archived' });
  await until(async () => (await second.state()) === 'Archived');
  expect((await org.update('Territory2Model', first.model, { State: 'Active' })).status).toBe(204);
});

test('deletion of a model takes its territories, people, records and rules along, and frees its opportunities', async () => {
  const org = await openOrg();
  const { model, territory, state } = await territoryBasics(org);
  await org.control('POST', 'activation', { delayMs: 0 });
  const west = await territory('West');
  const bay = await territory('Bay', { ParentTerritory2Id: west });
  const user = await org.addUser('ann@example.com');
  await org.create('UserTerritory2Association', { UserId: user, Territory2Id: bay });
  const account = await org.create('Account', { Name: 'a' });
  await org.create('ObjectTerritory2Association', { ObjectId: account, Territory2Id: bay, AssociationCause: 'Territory2Manual' });
  const rule = await org.create('ObjectTerritory2AssignmentRule', {
    MasterLabel: 'r',
    DeveloperName: 'r',
    ObjectType: 'Account',
    Territory2ModelId: model,
    BooleanFilter: null,
  });
  await org.create('ObjectTerritory2AssignmentRuleItem', {
    RuleId: rule,
    Field: 'Industry',
    Operation: 'equals',
    Value: 'Energy',
    SortOrder: 1,
  });
  await org.update('ObjectTerritory2AssignmentRule', rule, { BooleanFilter: '1' });
  await org.update('Territory2Model', model, { State: 'Active' });
  const deal = await org.create('Opportunity', {
    Name: 'd',
    StageName: 'Prospecting',
    CloseDate: '2027-01-01',
    AccountId: account,
    Territory2Id: bay,
  });
  await org.update('Territory2Model', model, { State: 'Archived' });
  expect(await state()).toBe('Archived');
  expect((await org.call('DELETE', `sobjects/Territory2Model/${model}`)).status).toBe(204);
  expect(await state()).toBeUndefined();
  const left = [
    'Territory2',
    'UserTerritory2Association',
    'ObjectTerritory2Association',
    'ObjectTerritory2AssignmentRule',
    'ObjectTerritory2AssignmentRuleItem',
  ].map(async (object) => [object, (await org.query(`SELECT Id FROM ${object}`)).length]);
  expect((await Promise.all(left)).filter(([, rows]) => rows !== 0)).toEqual([]);
  expect(await org.query(`SELECT Territory2Id FROM Opportunity WHERE Id = '${deal}'`)).toMatchObject([{ Territory2Id: null }]);
});

test('an assignment follows whether its user is active, and names who changed it last', async () => {
  const org = await openOrg();
  const { territory } = await territoryBasics(org);
  const user = await org.addUser('ann@example.com');
  await org.addUser('sam@example.com', {
    ProfileId: (await org.query("SELECT Id FROM Profile WHERE Name = 'System Administrator'"))[0]?.['Id'],
  });
  const id = await org.create('UserTerritory2Association', { UserId: user, Territory2Id: await territory('West') });
  await org.update('User', user, { IsActive: false });
  await (await org.as('sam@example.com')).update('UserTerritory2Association', id, { RoleInTerritory2: 'Owner' });
  expect(await org.query('SELECT IsActive, RoleInTerritory2, LastModifiedBy.Username FROM UserTerritory2Association')).toMatchObject([
    { IsActive: false, RoleInTerritory2: 'Owner', LastModifiedBy: { Username: 'sam@example.com' } },
  ]);
});

test('a queue that owns records is not deleted', async () => {
  const org = await openOrg();
  const queue = await org.create('Group', { Name: 'Triage', Type: 'Queue' });
  await org.create('QueueSobject', { QueueId: queue, SobjectType: 'Lead' });
  const lead = await org.create('Lead', { LastName: 'x', Company: 'x', OwnerId: queue });
  expect((await org.call<{ errorCode: string }[]>('DELETE', `sobjects/Group/${queue}`)).body[0]?.errorCode).toBe('DELETE_FAILED');
  await org.call('DELETE', `sobjects/Lead/${lead}`);
  expect((await org.call('DELETE', `sobjects/Group/${queue}`)).status).toBe(204);
  expect(await org.query('SELECT Id FROM QueueSobject')).toEqual([]);
});
