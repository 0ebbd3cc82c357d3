// Who sees what: by owner and role hierarchy, by queue, by territory; and what a weak user may not do.
import { expect, test } from 'vitest';
import { type Caller, type RowError, type TestOrg, openOrg, territoryBasics, until } from './org.ts';

/** A manager above two sellers, and one seller elsewhere. */
async function team(org: TestOrg) {
  const role = (Name: string, ParentRoleId?: string) =>
    org.create('UserRole', { Name, OpportunityAccessForAccountOwner: 'None', ...(ParentRoleId !== undefined && { ParentRoleId }) });
  const top = await role('Manager');
  const below = await role('Seller', top);
  const elsewhere = await role('Elsewhere');
  const ids = {
    manager: await org.addUser('manager@example.com', { UserRoleId: top }),
    ann: await org.addUser('ann@example.com', { UserRoleId: below }),
    ben: await org.addUser('ben@example.com', { UserRoleId: below }),
    eve: await org.addUser('eve@example.com', { UserRoleId: elsewhere }),
  };
  return { ids, as: (name: keyof typeof ids) => org.as(`${name}@example.com`) };
}

async function names(caller: Caller, object: string, field = 'Name'): Promise<unknown[]> {
  return (await caller.query(`SELECT ${field} FROM ${object} ORDER BY ${field}`)).map((row) => row[field]);
}

test('leads are seen by their owner and by whoever stands above, by nobody beside', async () => {
  const org = await openOrg();
  const { ids, as } = await team(org);
  await org.createAll('Lead', [
    { LastName: 'of ann', Company: 'x', OwnerId: ids.ann },
    { LastName: 'of ben', Company: 'x', OwnerId: ids.ben },
    { LastName: 'of eve', Company: 'x', OwnerId: ids.eve },
  ]);
  expect(await names(await as('ann'), 'Lead')).toEqual(['of ann']);
  expect(await names(await as('manager'), 'Lead')).toEqual(['of ann', 'of ben']);
  expect(await names(await as('eve'), 'Lead')).toEqual(['of eve']);
  expect(await names(org, 'Lead')).toHaveLength(3);
  expect(await (await as('manager')).query('SELECT COUNT(Id) n FROM Lead')).toMatchObject([{ n: 2 }]);
});

test('a row that is not seen can be neither read nor changed nor deleted nor referred to', async () => {
  const org = await openOrg();
  const { ids, as } = await team(org);
  const account = await org.create('Account', { Name: 'of ann', OwnerId: ids.ann });
  const eve = await as('eve');
  expect((await eve.call('GET', `sobjects/Account/${account}`)).status).toBe(404);
  expect((await eve.update('Account', account, { Name: 'mine' })).status).toBe(404);
  expect((await eve.call('DELETE', `sobjects/Account/${account}`)).status).toBe(404);
  expect((await eve.call<unknown[]>('POST', 'composite/sobjects/Account', { ids: [account], fields: ['Name'] })).body).toEqual([null]);
  const contact = await eve.call<RowError[]>('POST', 'sobjects/Contact', { LastName: 'x', AccountId: account });
  expect(contact.body[0]?.errorCode).toBe('INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY');
  expect((await (await as('manager')).update('Account', account, { Name: 'renamed' })).status).toBe(204);
});

test('members of a queue see what it owns, and so does their manager', async () => {
  const org = await openOrg();
  const { ids, as } = await team(org);
  const queue = await org.create('Group', { Name: 'Triage', Type: 'Queue' });
  await org.create('QueueSobject', { QueueId: queue, SobjectType: 'Lead' });
  const member = await org.create('GroupMember', { GroupId: queue, UserOrGroupId: ids.ann });
  await org.create('Lead', { LastName: 'queued', Company: 'x', OwnerId: queue });
  expect(await names(await as('ann'), 'Lead')).toEqual(['queued']);
  expect(await names(await as('manager'), 'Lead')).toEqual(['queued']);
  expect(await names(await as('ben'), 'Lead')).toEqual([]);
  await org.call('DELETE', `sobjects/GroupMember/${member}`);
  expect(await names(await as('ann'), 'Lead')).toEqual([]);
});

test('contacts follow their account, activities what they are about, histories their opportunity', async () => {
  const org = await openOrg();
  const { ids, as } = await team(org);
  const AccountId = await org.create('Account', { Name: 'a', OwnerId: ids.ann });
  await org.create('Contact', { LastName: 'c', AccountId, OwnerId: ids.eve });
  const deal = await org.create('Opportunity', { Name: 'd', StageName: 'Prospecting', CloseDate: '2027-01-01', OwnerId: ids.ben });
  await org.create('Task', { Subject: 't', WhatId: deal, OwnerId: ids.eve });
  expect(await names(await as('ann'), 'Contact', 'LastName')).toEqual(['c']);
  expect(await names(await as('ben'), 'Contact', 'LastName')).toEqual([]);
  expect(await names(await as('ben'), 'Task', 'Subject')).toEqual(['t']);
  expect(await names(await as('ann'), 'Task', 'Subject')).toEqual([]);
  expect(await names(await as('ben'), 'OpportunityHistory', 'StageName')).toEqual(['Prospecting']);
  expect(await names(await as('eve'), 'OpportunityHistory', 'StageName')).toEqual([]);
});

test('people of a territory of the active model see its records, at the level that it grants', async () => {
  const org = await openOrg();
  const { ids, as } = await team(org);
  const { model, territory, state } = await territoryBasics(org);
  const west = await territory('West', { AccountAccessLevel: 'Read', OpportunityAccessLevel: 'None' });
  const bay = await territory('Bay', { ParentTerritory2Id: west, AccountAccessLevel: 'Edit' });
  await org.create('UserTerritory2Association', { UserId: ids.eve, Territory2Id: west });
  const [open, closed] = (await org.createAll('Account', [
    { Name: 'in bay', OwnerId: ids.ann },
    { Name: 'in west', OwnerId: ids.ann },
  ])) as [string, string];
  await org.createAll('ObjectTerritory2Association', [
    { ObjectId: open, Territory2Id: bay, AssociationCause: 'Territory2Manual' },
    { ObjectId: closed, Territory2Id: west, AssociationCause: 'Territory2Manual' },
  ]);
  await org.createAll(
    'Opportunity',
    [open, closed].map((AccountId) => ({
      Name: AccountId === open ? 'bay deal' : 'west deal',
      StageName: 'Prospecting',
      CloseDate: '2027-01-01',
      AccountId,
      OwnerId: ids.ann,
    })),
  );
  const eve = await as('eve');
  expect(await names(eve, 'Account')).toEqual([]);
  expect((await org.update('Territory2Model', model, { State: 'Active' })).status).toBe(204);
  await until(async () => (await state()) === 'Active');
  expect(await names(eve, 'Account')).toEqual(['in bay', 'in west']);
  expect(await names(eve, 'Opportunity')).toEqual(['bay deal']);
  expect((await eve.update('Account', open, { Rating: 'Hot' })).status).toBe(204);
  expect((await eve.update('Account', closed, { Rating: 'Hot' })).body[0]?.errorCode).toBe('INSUFFICIENT_ACCESS_OR_READONLY');
  expect((await eve.update('Account', open, { OwnerId: ids.eve })).body[0]?.errorCode).toBe('INSUFFICIENT_ACCESS_OR_READONLY');
});

test('without Manage Territories a planned model and all in it are not there, and nothing of it can be written', async () => {
  const org = await openOrg();
  const { ids, as } = await team(org);
  const { model, territory } = await territoryBasics(org);
  const id = await territory('West');
  await org.create('UserTerritory2Association', { UserId: ids.ann, Territory2Id: id });
  const ann = await as('ann');
  for (const object of ['Territory2Model', 'Territory2', 'UserTerritory2Association'])
    expect(await ann.query(`SELECT Id FROM ${object}`)).toEqual([]);
  expect((await ann.call<unknown[]>('POST', 'composite/sobjects/Territory2', { ids: [id], fields: ['Name'] })).body).toEqual([null]);
  expect((await ann.update('Territory2', id, { Name: 'x' })).body[0]?.errorCode).toBe('INSUFFICIENT_ACCESS_OR_READONLY');
  expect((await ann.update('Territory2Model', model, { State: 'Active' })).body[0]?.errorCode).toBe('INSUFFICIENT_ACCESS_OR_READONLY');
});

test('set-up is closed to a standard user, object by object, and its permissions say so beforehand', async () => {
  const org = await openOrg();
  const { ids, as } = await team(org);
  const ann = await as('ann');
  const [rights] = await ann.query(
    `SELECT PermissionsApiEnabled, PermissionsManageTerritories, PermissionsManageUsers, PermissionsModifyAllData FROM PermissionSet WHERE Id IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '${ids.ann}')`,
  );
  expect(rights).toMatchObject({
    PermissionsApiEnabled: true,
    PermissionsManageTerritories: false,
    PermissionsManageUsers: false,
    PermissionsModifyAllData: false,
  });
  for (const [type, fields] of [
    ['Group', { Name: 'x', Type: 'Queue' }],
    ['Territory2Type', { MasterLabel: 'x', DeveloperName: 'x', Priority: 1 }],
    ['PermissionSet', { Name: 'x', Label: 'x' }],
    ['UserRole', { Name: 'x', OpportunityAccessForAccountOwner: 'Edit' }],
  ] as const) {
    const refused = await ann.call<RowError[]>('POST', `sobjects/${type}`, fields);
    expect([type, refused.body[0]?.errorCode]).toEqual([type, 'INSUFFICIENT_ACCESS_OR_READONLY']);
  }
  const field = { FullName: 'Lead.X__c', Metadata: { type: 'Text', label: 'X', length: 10 } };
  expect((await ann.call<RowError[]>('POST', 'tooling/sobjects/CustomField', field)).body[0]?.errorCode).toBe(
    'INSUFFICIENT_ACCESS_OR_READONLY',
  );
  expect((await ann.call('GET', 'limits')).status).toBe(403);
});

test('a permission set gives what the profile does not, from the moment of its assignment to its end', async () => {
  const org = await openOrg();
  const { ids, as } = await team(org);
  const ann = await as('ann');
  const PermissionSetId = await org.create('PermissionSet', {
    Name: 'Territory_Admin',
    Label: 'Territory admin',
    PermissionsManageTerritories: true,
  });
  const type = (Priority: number) =>
    ann.call('POST', 'sobjects/Territory2Type', { MasterLabel: `t${Priority}`, DeveloperName: `t${Priority}`, Priority });
  const assignment = await org.create('PermissionSetAssignment', { PermissionSetId, AssigneeId: ids.ann });
  expect((await type(1)).status).toBe(201);
  await org.call('DELETE', `sobjects/PermissionSetAssignment/${assignment}`);
  expect((await type(2)).status).toBe(400);
});

test('an inactive user has no session any more', async () => {
  const org = await openOrg();
  const { ids, as } = await team(org);
  const ann = await as('ann');
  await org.update('User', ids.ann, { IsActive: false });
  expect((await ann.call('GET', 'sobjects')).status).toBe(401);
});
