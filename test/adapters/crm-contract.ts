// What every implementation of the CRM port must do, whatever stands behind it.
import { expect, test } from 'vitest';
import type { Crm, RowOutcome, WriteRow } from '../../ports/crm.ts';
import type { LiveObject } from '../../plans/plan.ts';
import { addressText, type Address, type Fields, linkTo, parseAddress } from '../../resources/core.ts';

export interface ContractOrg {
  readonly crm: Crm;
  /** A user of the org, by username. */
  readonly username: string;
}

export function crmContract(open: () => Promise<ContractOrg>): void {
  test('says which org it is and who we are in it', async () => {
    const { crm } = await open();
    expect(await crm.identify()).toMatchObject({
      id: expect.stringMatching(/^00D/),
      sandbox: expect.any(Boolean),
      user: expect.stringContaining('@'),
    });
  });

  test('nothing is lacking for an administrator', async () => {
    const { crm } = await open();
    expect(await crm.preflight(['Territory2Model', 'Territory2', 'Group', 'CustomField', 'PermissionSet'])).toEqual([]);
  });

  test('a record that is written is read by its natural key, with its lookups as links', async () => {
    const { crm } = await open();
    await tree(crm, ['ams', 'ams_west']);
    const live = await crm.read([address('Territory2', 'FY27/ams_west')]);
    const west = live.find((object) => object.address.key === 'FY27/ams_west');
    expect(west?.fields).toMatchObject({
      Name: 'ams_west',
      Territory2ModelId: linkTo('Territory2Model', 'FY27'),
      Territory2TypeId: linkTo('Territory2Type', 'Area'),
      ParentTerritory2Id: linkTo('Territory2', 'FY27/ams'),
    });
    expect(west).toMatchObject({ id: expect.stringMatching(/^0MI/), by: expect.stringContaining('@'), at: expect.stringMatching(/Z$/) });
  });

  test('what is not there is not in the answer', async () => {
    const { crm } = await open();
    const live = await crm.read([address('Group', 'nobody'), address('Territory2', 'FY99/x'), address('User', 'nobody@acme.example')]);
    expect(live.filter(({ address: { key } }) => ['nobody', 'FY99/x', 'nobody@acme.example'].includes(key))).toEqual([]);
  });

  test('people are found whatever the case of their name, and so are we', async () => {
    const { crm, username } = await open();
    const live = await crm.read([address('User', username.toLowerCase()), address('User', '$me')]);
    expect(live.map((object) => object.address.key).sort()).toEqual(['$me', username.toLowerCase()]);
    expect(live.every((object) => object.fields.IsActive === true)).toBe(true);
  });

  test('250 records are read with as many calls as 2', async () => {
    const { crm } = await open();
    await tree(crm, ['ams', 'emea']);
    const cost = async () => {
      const before = crm.calls().read;
      await crm.read([address('Territory2', 'FY27/ams')]);
      return crm.calls().read - before;
    };
    const few = await cost();
    for (let from = 0; from < 250; from += 125)
      await write(
        crm,
        'create',
        Array.from({ length: 125 }, (_, index) => territory(`t${from + index}`, null)),
        await idsOf(crm),
      );
    expect(await cost()).toBe(few);
  });

  test('200 rows are written in one call, with an outcome each, in order', async () => {
    const { crm } = await open();
    await tree(crm, []);
    const before = crm.calls().write;
    const rows = Array.from({ length: 200 }, (_, index) => territory(index === 7 ? 'bad name' : `t${index}`, null));
    const outcomes = await write(crm, 'create', rows, await idsOf(crm));
    expect(crm.calls().write - before).toBe(1);
    expect(outcomes.map(({ status }) => status)).toEqual(rows.map((_, index) => (index === 7 ? 'failed' : 'done')));
    expect(outcomes[7]).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  });

  test('a row is changed field by field, and taken away', async () => {
    const { crm } = await open();
    await tree(crm, ['ams']);
    const [ams] = await find(crm, 'Territory2', 'FY27/ams');
    const row = (fields: Fields): WriteRow => ({ address: address('Territory2', 'FY27/ams'), id: ams?.id ?? '', fields, ids: new Map() });
    expect((await crm.write({ type: 'Territory2', operation: 'update', rows: [row({ Name: 'Americas' })] }))[0]?.status).toBe('done');
    expect((await find(crm, 'Territory2', 'FY27/ams'))[0]?.fields).toMatchObject({ Name: 'Americas', AccountAccessLevel: 'Edit' });
    expect((await crm.write({ type: 'Territory2', operation: 'delete', rows: [row({})] }))[0]?.status).toBe('done');
    expect(await find(crm, 'Territory2', 'FY27/ams')).toEqual([]);
    expect((await crm.write({ type: 'Territory2', operation: 'delete', rows: [row({})] }))[0]?.status, 'a second time: look').toBe(
      'unknown',
    );
  });

  test('text that could break a query is text', async () => {
    const { crm } = await open();
    const odd = "O'Brien\\' OR Name LIKE '%";
    await write(crm, 'create', [{ ...queue('odd'), fields: { Name: odd, DeveloperName: 'odd', Type: 'Queue' } }], new Map());
    await write(crm, 'create', [queue('even')], new Map());
    expect((await find(crm, 'Group', 'odd'))[0]?.fields.Name).toBe(odd);
    const hostile = await crm.read([address('Group', "x') OR DeveloperName LIKE ('%"), address('User', "a@b' OR Username LIKE '%")]);
    expect(hostile).toEqual([]);
  });

  test('members of a queue are read by username, also when nobody asks for the user', async () => {
    const { crm, username } = await open();
    await write(crm, 'create', [queue('general')], new Map());
    const ids = await idsOf(crm, [address('Group', 'general'), address('User', username)]);
    const key = `general/${username}`;
    const member: WriteRow = {
      address: address('GroupMember', key),
      fields: { GroupId: linkTo('Group', 'general'), UserOrGroupId: linkTo('User', username) },
      ids,
    };
    expect((await crm.write({ type: 'GroupMember', operation: 'create', rows: [member] }))[0]?.status).toBe('done');
    expect((await crm.read([address('GroupMember', key)])).map((object) => addressText(object.address))).toContain(`GroupMember/${key}`);
  });

  test('a listing is every record of a type, with the same addresses and fields as a read', async () => {
    const { crm, username } = await open();
    await tree(crm, ['ams', 'ams_west']);
    await write(crm, 'create', [queue('general'), queue('review')], new Map());
    const ids = await idsOf(crm, [address('Group', 'general'), address('User', username), address('Territory2', 'FY27/ams')]);
    const links: Fields[] = [
      { QueueId: linkTo('Group', 'general'), SobjectType: 'Lead' },
      { GroupId: linkTo('Group', 'general'), UserOrGroupId: linkTo('User', username) },
      { UserId: linkTo('User', username), Territory2Id: linkTo('Territory2', 'FY27/ams'), RoleInTerritory2: 'AE' },
    ];
    const keys = ['QueueSobject/general/Lead', `GroupMember/general/${username}`, `UserTerritory2Association/FY27/ams/${username}`];
    for (const [index, fields] of links.entries()) {
      const to = parseAddress(keys[index] ?? '');
      expect((await crm.write({ type: to.type, operation: 'create', rows: [{ address: to, fields, ids }] }))[0]?.status).toBe('done');
    }
    const types = ['Territory2Model', 'Territory2Type', 'Territory2', 'UserTerritory2Association', 'Group', 'QueueSobject', 'GroupMember'];
    const listed = await crm.list(types);
    expect(listed.map((object) => addressText(object.address)).sort()).toEqual(
      [
        'Group/general',
        'Group/review',
        'Territory2/FY27/ams',
        'Territory2/FY27/ams_west',
        'Territory2Model/FY27',
        'Territory2Type/Area',
        ...keys,
      ].sort(),
    );
    const read = await crm.read(listed.map((object) => object.address));
    const byAddress = (objects: readonly LiveObject[]) =>
      objects
        .filter(({ address: at }) => at.type !== 'User')
        .toSorted((a, b) => (addressText(a.address) < addressText(b.address) ? -1 : 1));
    expect(byAddress(listed)).toEqual(byAddress(read));
  });

  test('a listing costs as many calls whatever there is', async () => {
    const { crm } = await open();
    await tree(crm, ['ams']);
    const cost = async () => {
      const before = crm.calls().read;
      await crm.list(['Territory2Model', 'Territory2', 'Group', 'GroupMember']);
      return crm.calls().read - before;
    };
    const few = await cost();
    const rows = Array.from({ length: 200 }, (_, index) => territory(`t${index}`, null));
    await write(crm, 'create', rows, await idsOf(crm));
    expect(await cost()).toBe(few);
    expect((await crm.list(['Territory2'])).length).toBe(201);
  });

  test('a member of a queue that is no user is listed as what it is', async () => {
    const { crm } = await open();
    const team: WriteRow = {
      address: address('Group', 'Team'),
      fields: { Name: 'Team', DeveloperName: 'Team', Type: 'Regular' },
      ids: new Map(),
    };
    const [made] = await crm.write({ type: 'Group', operation: 'create', rows: [team] });
    await write(crm, 'create', [queue('general')], new Map());
    const ids = new Map([...(await idsOf(crm, [address('Group', 'general')])), ['Regular/Team', made?.status === 'done' ? made.id : '']]);
    const member: WriteRow = {
      address: address('GroupMember', 'general/Regular/Team'),
      fields: { GroupId: linkTo('Group', 'general'), UserOrGroupId: linkTo('Regular', 'Team') },
      ids,
    };
    expect((await crm.write({ type: 'GroupMember', operation: 'create', rows: [member] }))[0]?.status).toBe('done');
    expect(await crm.list(['GroupMember'])).toMatchObject([{ address: member.address, fields: member.fields }]);
  });

  test('custom fields and who may see them are listed by object', async () => {
    const { crm } = await open();
    for (const key of ['Lead.Score__c', 'Lead.Why__c', 'Account.Tier__c']) {
      const rows: WriteRow[] = [{ address: address('CustomField', key), fields: { label: 'L', type: 'Text', length: 20 }, ids: new Map() }];
      expect((await crm.write({ type: 'CustomField', operation: 'create', rows }))[0]?.status).toBe('done');
    }
    const profile = address('ProfilePermissionSet', 'Standard User');
    const ids = new Map((await crm.read([profile])).map((object) => [addressText(object.address), object.id]));
    const right = (field: string): WriteRow => ({
      address: address('FieldPermissions', `Profile:Standard User/${field}`),
      fields: {
        ParentId: linkTo(profile.type, profile.key),
        SobjectType: 'Lead',
        Field: field,
        PermissionsRead: true,
        PermissionsEdit: false,
      },
      ids,
    });
    expect((await crm.write({ type: 'FieldPermissions', operation: 'create', rows: [right('Lead.Score__c')] }))[0]?.status).toBe('done');
    const listed = await crm.list(['CustomField', 'FieldPermissions'], ['Lead', 'Case']);
    expect(
      listed
        .filter(({ address: at }) => at.type === 'CustomField')
        .map(({ address: at }) => at.key)
        .sort(),
    ).toEqual(['Lead.Score__c', 'Lead.Why__c']);
    expect(listed.find(({ address: at }) => at.key === 'Profile:Standard User/Lead.Score__c')?.fields).toMatchObject({
      PermissionsRead: true,
      PermissionsEdit: false,
    });
    expect(listed.every(({ address: at }) => at.key.includes('Lead.'))).toBe(true);
  });

  test('the state of a model is asked for, and then told when it is asked again', async () => {
    const { crm } = await open();
    await tree(crm, ['ams']);
    const [model] = await find(crm, 'Territory2Model', 'FY27');
    const row: WriteRow = { address: address('Territory2Model', 'FY27'), id: model?.id ?? '', fields: { State: 'Active' }, ids: new Map() };
    expect((await crm.write({ type: 'Territory2Model', operation: 'update', rows: [row] }))[0]?.status).toBe('pending');
    expect((await crm.write({ type: 'Territory2Model', operation: 'update', rows: [row] }))[0]?.status, 'asked again').toMatch(
      /pending|done/,
    );
    let outcome: RowOutcome = await crm.poll('Territory2Model', row);
    for (let polls = 0; outcome.status === 'pending' && polls < 2_000; polls += 1) outcome = await crm.poll('Territory2Model', row);
    expect(outcome.status).toBe('done');
    expect((await find(crm, 'Territory2Model', 'FY27'))[0]?.fields.State).toBe('Active');
  });

  test('a custom field is made, seen once it may be seen, and changed without losing what was not said', async () => {
    const { crm } = await open();
    const at = address('CustomField', 'Lead.Why__c');
    const field = (fields: Fields, id?: string): WriteRow => ({ address: at, fields, ids: new Map(), ...(id !== undefined && { id }) });
    const [made] = await crm.write({
      type: 'CustomField',
      operation: 'create',
      rows: [field({ label: 'Why', type: 'LongTextArea', length: 5000, visibleLines: 4 })],
    });
    expect(made?.status).toBe('done');
    expect((await crm.read([at]))[0]?.fields, 'nobody may see it yet, and it is read all the same').toMatchObject({
      label: 'Why',
      type: 'LongTextArea',
    });
    const id = made?.status === 'done' ? made.id : '';
    expect((await crm.write({ type: 'CustomField', operation: 'update', rows: [field({ label: 'Reason' }, id)] }))[0]?.status).toBe('done');
    expect((await crm.read([at]))[0]?.fields).toMatchObject({ label: 'Reason', type: 'LongTextArea', length: 5000 });
  });

  test('a queue that owns records says how many', async () => {
    const { crm } = await open();
    await write(crm, 'create', [queue('general')], new Map());
    const [group] = await find(crm, 'Group', 'general');
    expect(await crm.ownedBy([{ address: address('Group', 'general'), id: group?.id ?? '' }], ['Lead', 'Case'])).toEqual(new Map());
  });
}

function address(type: string, key: string): Address {
  return { type, key };
}

function territory(name: string, parent: string | null): WriteRow {
  return {
    address: address('Territory2', `FY27/${name}`),
    fields: {
      Name: name,
      DeveloperName: name,
      Territory2ModelId: linkTo('Territory2Model', 'FY27'),
      Territory2TypeId: linkTo('Territory2Type', 'Area'),
      ParentTerritory2Id: parent === null ? null : linkTo('Territory2', `FY27/${parent}`),
      AccountAccessLevel: 'Edit',
      OpportunityAccessLevel: 'Edit',
      CaseAccessLevel: 'Read',
    },
    ids: new Map(),
  };
}

function queue(name: string): WriteRow {
  return { address: address('Group', name), fields: { Name: name, DeveloperName: name, Type: 'Queue' }, ids: new Map() };
}

/** A model, a type, and territories of which each is the parent of the next that begins with its name. */
async function tree(crm: Crm, names: readonly string[]): Promise<void> {
  await write(
    crm,
    'create',
    [{ address: address('Territory2Type', 'Area'), fields: { MasterLabel: 'Area', DeveloperName: 'Area', Priority: 1 }, ids: new Map() }],
    new Map(),
  );
  await write(
    crm,
    'create',
    [{ address: address('Territory2Model', 'FY27'), fields: { Name: 'FY27', DeveloperName: 'FY27' }, ids: new Map() }],
    new Map(),
  );
  for (const name of names) {
    const parent = names.find((other) => other !== name && name.startsWith(`${other}_`)) ?? null;
    await write(crm, 'create', [territory(name, parent)], await idsOf(crm));
  }
}

async function write(
  crm: Crm,
  operation: 'create',
  rows: readonly WriteRow[],
  ids: ReadonlyMap<string, string>,
): Promise<readonly RowOutcome[]> {
  return crm.write({ type: rows[0]?.address.type ?? '', operation, rows: rows.map((row) => ({ ...row, ids })) });
}

async function idsOf(
  crm: Crm,
  addresses = [address('Territory2Model', 'FY27'), address('Territory2Type', 'Area'), address('Territory2', 'FY27/ams')],
) {
  return new Map((await crm.read(addresses)).map((object) => [addressText(object.address), object.id]));
}

async function find(crm: Crm, type: string, key: string) {
  return (await crm.read([address(type, key)])).filter((object) => object.address.type === type && object.address.key === key);
}
