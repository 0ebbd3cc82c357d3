// The REST resources: rows and their refusals, collections, composites, paging, replication, versions.
import { describe, expect, test } from 'vitest';
import { normalizeId } from '../../sandbox/ids.ts';
import { type Row, type RowError, type SaveResult, openOrg, territoryBasics } from './org.ts';

const V = '/services/data/v64.0';

describe('ids', () => {
  test.each([
    ['001D000000K0fXO', '001D000000K0fXOIAZ'],
    ['001D000000K0fXOIAZ', '001D000000K0fXOIAZ'],
    ['001d000000k0fxoIAZ', '001D000000K0fXOIAZ'],
    ['001D000000K0fX', undefined],
    ['not an id at all!', undefined],
  ])('%s is %s in full', (given, wanted) => {
    expect(normalizeId(given)).toBe(wanted);
  });
});

describe('rows', () => {
  test('all that is wrong with a kind is said at once, and nothing is stored', async () => {
    const org = await openOrg();
    const refusals = async (fields: object) =>
      (await org.call<RowError[]>('POST', 'sobjects/Lead', fields)).body.map(({ errorCode, fields: names }) => [errorCode, names]);
    expect(await refusals({ FirstName: 'x' })).toEqual([['REQUIRED_FIELD_MISSING', ['LastName', 'Company']]]);
    expect(await refusals({ Nope: 1, Neither__c: 2 })).toEqual([
      ['INVALID_FIELD', []],
      ['INVALID_FIELD', []],
    ]);
    expect(await refusals({ LastName: 'x', Company: 'x', IsConverted: true, Name: 'y' })).toEqual([
      ['INVALID_FIELD_FOR_INSERT_UPDATE', ['IsConverted', 'Name']],
    ]);
    expect(await refusals({ LastName: 'x'.repeat(81), Company: 'x', Email: 'nobody', NumberOfEmployees: 'many' })).toEqual([
      ['STRING_TOO_LONG', ['LastName']],
      ['INVALID_EMAIL_ADDRESS', ['Email']],
      ['JSON_PARSER_ERROR', ['NumberOfEmployees']],
    ]);
    expect(await org.query('SELECT Id FROM Lead')).toEqual([]);
  });

  test('a text is no number and a number no text: what a client mixes up is told', async () => {
    const org = await openOrg();
    const answer = await org.call<RowError[]>('POST', 'sobjects/Account', { Name: 5 });
    expect(answer.body[0]).toMatchObject({ errorCode: 'JSON_PARSER_ERROR', fields: ['Name'] });
  });

  test('names of fields are taken in any case', async () => {
    const org = await openOrg();
    await org.create('Account', { name: 'a', NUMBEROFEMPLOYEES: 3 });
    expect(await org.query('SELECT NAME, numberofemployees FROM account')).toMatchObject([{ Name: 'a', NumberOfEmployees: 3 }]);
  });

  test('a parent may be given by its external id', async () => {
    const org = await openOrg();
    await org.call('POST', 'tooling/sobjects/CustomField', {
      FullName: 'Account.Key__c',
      Metadata: { type: 'Text', label: 'Key', length: 20, externalId: true, unique: true, required: true },
    });
    const AccountId = await org.create('Account', { Name: 'a', Key__c: 'K1' });
    await org.create('Contact', { LastName: 'c', Account: { Key__c: 'k1' } });
    expect(await org.query('SELECT AccountId FROM Contact')).toMatchObject([{ AccountId }]);
    const dangling = await org.call<RowError[]>('POST', 'sobjects/Contact', { LastName: 'c', Account: { Key__c: 'K2' } });
    expect(dangling.body[0]?.message).toContain('K2 not found for field Key__c in entity Account');
  });

  test('deleting an account takes contacts and opportunities along, but not while it has cases', async () => {
    const org = await openOrg();
    const AccountId = await org.create('Account', { Name: 'a' });
    await org.create('Contact', { LastName: 'c', AccountId });
    await org.create('Opportunity', { Name: 'o', StageName: 'Prospecting', CloseDate: '2027-01-01', AccountId });
    const help = await org.create('Case', { Subject: 's', AccountId });
    const refused = await org.call<RowError[]>('DELETE', `sobjects/Account/${AccountId}`);
    expect(refused.body[0]?.errorCode).toBe('DELETE_FAILED');
    expect(await org.query('SELECT Id FROM Contact')).toHaveLength(1);
    await org.call('DELETE', `sobjects/Case/${help}`);
    expect((await org.call('DELETE', `sobjects/Account/${AccountId}`)).status).toBe(204);
    expect(await org.query('SELECT Id FROM Contact')).toEqual([]);
    expect(await org.query('SELECT Id FROM Opportunity')).toEqual([]);
  });

  test('LastActivityDate follows its activities back when they go', async () => {
    const org = await openOrg();
    const WhoId = await org.create('Lead', { LastName: 'l', Company: 'x' });
    const last = async () => (await org.query('SELECT LastActivityDate FROM Lead'))[0]?.['LastActivityDate'];
    const event = (date: string) => org.create('Event', { Subject: 'e', WhoId, StartDateTime: `${date}T12:00:00Z`, DurationInMinutes: 30 });
    await event('2026-03-01');
    const later = await event('2026-04-01');
    expect(await last()).toBe('2026-04-01');
    await org.call('DELETE', `sobjects/Event/${later}`);
    expect(await last()).toBe('2026-03-01');
  });

  test('history of an opportunity is kept by the org, with what was before', async () => {
    const org = await openOrg();
    const id = await org.create('Opportunity', { Name: 'o', StageName: 'Prospecting', CloseDate: '2027-01-01', Amount: 100 });
    await org.update('Opportunity', id, { Amount: 250 });
    await org.update('Opportunity', id, { NextStep: 'Call' });
    await org.update('Opportunity', id, { StageName: 'Closed Won' });
    expect(await org.query('SELECT StageName, Amount, PrevAmount, ExpectedRevenue FROM OpportunityHistory')).toMatchObject([
      { StageName: 'Prospecting', Amount: 100, PrevAmount: null, ExpectedRevenue: 10 },
      { StageName: 'Prospecting', Amount: 250, PrevAmount: 100 },
      { StageName: 'Closed Won', Amount: 250, ExpectedRevenue: 250 },
    ]);
    const fields = await org.query("SELECT Field, OldValue, NewValue FROM OpportunityFieldHistory WHERE Field != 'created'");
    expect(fields.map(({ Field }) => Field)).toEqual(['Amount', 'NextStep', 'StageName', 'ForecastCategoryName']);
  });

  test('two changes of one second can not be told apart, those of another second can', async () => {
    let now = Date.parse('2026-11-21T12:00:00.700Z');
    const org = await openOrg({ clock: () => now });
    const id = await org.create('Account', { Name: 'a' });
    const read = (await org.call('GET', `sobjects/Account/${id}`)).headers.get('last-modified') ?? '';
    const change = (Name: string) => org.call('PATCH', `sobjects/Account/${id}`, { Name }, { 'If-Unmodified-Since': read });
    now += 200;
    expect((await change('b')).status).toBe(204);
    now += 1000;
    await org.update('Account', id, { Name: 'c' });
    expect((await change('d')).status).toBe(412);
  });
});

describe('collections', () => {
  test('set-up objects go alone, groups excepted; types alternate ten times at most', async () => {
    const org = await openOrg();
    const send = async (...records: object[]) => (await org.call<SaveResult[]>('POST', 'composite/sobjects', { records })).body;
    const account = { attributes: { type: 'Account' }, Name: 'a' };
    const group = { attributes: { type: 'Group' }, Name: 'g' };
    const role = { attributes: { type: 'UserRole' }, Name: 'r', OpportunityAccessForAccountOwner: 'Edit' };
    expect((await send(account, role)).map(({ errors }) => errors[0]?.statusCode)).toEqual(['MIXED_DML_OPERATION', 'MIXED_DML_OPERATION']);
    expect((await send(account, group)).map(({ success }) => success)).toEqual([true, true]);
    const contact = { attributes: { type: 'Contact' }, LastName: 'c' };
    const eleven = Array.from({ length: 11 }, (_, index) => (index % 2 === 0 ? account : contact));
    expect((await org.call('POST', 'composite/sobjects', { records: eleven })).status).toBe(400);
  });

  test('an id that was given to a row that was rolled back is no other row’s later', async () => {
    const org = await openOrg();
    const records = [{ attributes: { type: 'Account' }, Name: 'a' }, { attributes: { type: 'Account' } }];
    const rolledBack = (await org.call<SaveResult[]>('POST', 'composite/sobjects', { allOrNone: true, records })).body[0]?.id;
    expect(rolledBack).toMatch(/^001/);
    expect(await org.create('Account', { Name: 'b' })).not.toBe(rolledBack);
  });

  test('a level of a territory tree refers to the level above it, and children go first', async () => {
    const org = await openOrg();
    const { model, type, territory } = await territoryBasics(org);
    const top = await territory('Top');
    const common = {
      Territory2ModelId: model,
      Territory2TypeId: type,
      AccountAccessLevel: 'Edit',
      OpportunityAccessLevel: 'Read',
      CaseAccessLevel: 'Read',
    };
    const below = await org.createAll(
      'Territory2',
      ['A', 'B'].map((Name) => ({ ...common, Name, DeveloperName: Name, ParentTerritory2Id: top })),
    );
    const gone = async (...ids: string[]) =>
      (await org.call<SaveResult[]>('DELETE', `composite/sobjects?ids=${ids.join(',')}`)).body.map(({ success }) => success);
    expect(await gone(top, ...below)).toEqual([false, true, true]);
    expect(await gone(top)).toEqual([true]);
  });
});

describe('composites', () => {
  test('references reach into bodies, URLs and answers of queries; what depends on a failure is halted', async () => {
    const org = await openOrg();
    const compositeRequest = [
      { method: 'POST', url: `${V}/sobjects/Account`, referenceId: 'acc', body: { Name: 'a' } },
      { method: 'POST', url: `${V}/sobjects/Contact`, referenceId: 'con', body: { LastName: 'c', AccountId: '@{acc.id}' } },
      { method: 'GET', url: `${V}/query?q=SELECT+AccountId+FROM+Contact+WHERE+Id='@{con.id}'`, referenceId: 'found' },
      { method: 'PATCH', url: `${V}/sobjects/Account/@{found.records[0].AccountId}`, referenceId: 'upd', body: { Site: 'of @{acc.id}' } },
      { method: 'POST', url: `${V}/sobjects/Account`, referenceId: 'bad', body: {} },
      { method: 'POST', url: `${V}/sobjects/Contact`, referenceId: 'halted', body: { LastName: 'c', AccountId: '@{bad.id}' } },
    ];
    const { body } = await org.call<{ compositeResponse: { httpStatusCode: number; body: RowError[] }[] }>('POST', 'composite', {
      compositeRequest,
    });
    expect(body.compositeResponse.map(({ httpStatusCode }) => httpStatusCode)).toEqual([201, 201, 200, 204, 400, 400]);
    expect(body.compositeResponse[5]?.body[0]?.errorCode).toBe('PROCESSING_HALTED');
    const [account] = await org.query('SELECT Id, Site FROM Account');
    expect(account?.['Site']).toBe(`of ${String(account?.['Id'])}`);
  });

  test('a permission that is rolled back is not had afterwards', async () => {
    const org = await openOrg();
    await org.call('POST', 'tooling/sobjects/CustomField', { FullName: 'Lead.X__c', Metadata: { type: 'Text', label: 'X', length: 5 } });
    const me = (await org.call('GET', '/services/oauth2/userinfo')).body['user_id'];
    const set = await org.create('PermissionSet', { Name: 'P', Label: 'P' });
    await org.create('PermissionSetAssignment', { PermissionSetId: set, AssigneeId: me });
    const compositeRequest = [
      {
        method: 'POST',
        url: `${V}/sobjects/FieldPermissions`,
        referenceId: 'a',
        body: { ParentId: set, SobjectType: 'Lead', Field: 'Lead.X__c', PermissionsRead: true, PermissionsEdit: true },
      },
      { method: 'GET', url: `${V}/query?q=SELECT+X__c+FROM+Lead`, referenceId: 'b' },
      { method: 'POST', url: `${V}/sobjects/Account`, referenceId: 'c', body: {} },
    ];
    await org.call('POST', 'composite', { allOrNone: true, compositeRequest });
    expect((await org.call('GET', 'query?q=SELECT+X__c+FROM+Lead')).status).toBe(400);
  });
});

describe('long answers', () => {
  test('a page stays what it was while rows come and go', async () => {
    const org = await openOrg();
    const names = Array.from({ length: 600 }, (_, index) => `n${String(index).padStart(3, '0')}`);
    const ids: string[] = [];
    for (let from = 0; from < 600; from += 200)
      ids.push(
        ...(await org.createAll(
          'Account',
          names.slice(from, from + 200).map((Name) => ({ Name })),
        )),
      );
    interface Page {
      readonly totalSize: number;
      readonly done: boolean;
      readonly nextRecordsUrl: string;
      readonly records: Row[];
    }
    const headers = { 'Sforce-Query-Options': 'batchSize=200' };
    const first = (await org.call<Page>('GET', 'query?q=SELECT+Name+FROM+Account+ORDER+BY+Name', undefined, headers)).body;
    await org.create('Account', { Name: 'a, before all others' });
    const second = (await org.call<Page>('GET', first.nextRecordsUrl, undefined, headers)).body;
    const third = (await org.call<Page>('GET', second.nextRecordsUrl, undefined, headers)).body;
    expect([first, second, third].flatMap(({ records }) => records.map(({ Name }) => Name))).toEqual(names);
    expect([first.totalSize, third.done]).toEqual([600, true]);
    expect(ids).toHaveLength(600);
  });

  test('a locator is good for who asked, and for nobody else', async () => {
    const org = await openOrg();
    await org.addUser('ann@example.com');
    await org.createAll(
      'Account',
      Array.from({ length: 200 }, (_, index) => ({ Name: `a${index}` })),
    );
    await org.create('Account', { Name: 'one more' });
    const { body } = await org.call('GET', 'query?q=SELECT+Id+FROM+Account', undefined, { 'Sforce-Query-Options': 'batchSize=200' });
    const ann = await org.as('ann@example.com');
    expect((await ann.call<RowError[]>('GET', String(body['nextRecordsUrl']))).body[0]?.errorCode).toBe('INVALID_QUERY_LOCATOR');
  });
});

test('versions: listed from 50, served from 31, gone before, unknown after', async () => {
  const org = await openOrg();
  const status = async (version: string) => (await org.call('GET', `/services/data/v${version}/limits`)).status;
  expect(await Promise.all(['68.0', '50.0', '31.0', '30.0', '69.0', '64'].map(status))).toEqual([200, 200, 200, 410, 404, 404]);
  const { body } = await org.call<{ label: string; version: string }[]>('GET', '/services/data');
  expect([body[0]?.version, body.at(-1)?.label]).toEqual(['50.0', "Winter '27"]);
});
