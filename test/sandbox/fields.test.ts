// Custom fields through the Tooling API, and who may see them.
import { expect, test } from 'vitest';
import { type Caller, type Row, type RowError, type TestOrg, openOrg } from './org.ts';

const CREATE = 'tooling/sobjects/CustomField';

async function addField(org: Caller, FullName: string, Metadata: object): Promise<string> {
  const answer = await org.call<{ id: string }>('POST', CREATE, { FullName, Metadata: { label: FullName, ...Metadata } });
  expect(answer.text).toContain('"success":true');
  return answer.body.id;
}

async function grant(org: TestOrg, field: string, AssigneeIds: readonly string[], edit = true): Promise<string> {
  const [object = ''] = field.split('.');
  const ParentId = await org.create('PermissionSet', {
    Name: `P${field.replace(/\W/g, '')}${edit ? 'w' : 'r'}`.replace(/_+/g, '_'),
    Label: field,
  });
  await org.create('FieldPermissions', { ParentId, SobjectType: object, Field: field, PermissionsRead: true, PermissionsEdit: edit });
  for (const AssigneeId of AssigneeIds) await org.create('PermissionSetAssignment', { PermissionSetId: ParentId, AssigneeId });
  return ParentId;
}

async function me(org: Caller): Promise<string> {
  return String((await org.call('GET', '/services/oauth2/userinfo')).body['user_id']);
}

async function described(org: Caller, object: string): Promise<string[]> {
  const { body } = await org.call<{ fields: { name: string }[] }>('GET', `sobjects/${object}/describe`);
  return body.fields.map(({ name }) => name);
}

test('a new field is there for nobody, its maker included, until FieldPermissions say so', async () => {
  const org = await openOrg();
  await addField(org, 'Lead.Score__c', { type: 'Number', precision: 5, scale: 0 });
  expect(await described(org, 'Lead')).not.toContain('Score__c');
  const refused = await org.call<RowError[]>('GET', 'query?q=SELECT+Score__c+FROM+Lead');
  expect(refused.body[0]?.message).toContain("No such column 'Score__c'");
  expect((await org.call<RowError[]>('POST', 'sobjects/Lead', { LastName: 'x', Company: 'x', Score__c: 1 })).body[0]?.errorCode).toBe(
    'INVALID_FIELD',
  );
  const user = await me(org);
  await grant(org, 'Lead.Score__c', [user]);
  expect(await described(org, 'Lead')).toContain('Score__c');
  await org.create('Lead', { LastName: 'x', Company: 'x', Score__c: 7 });
  expect(await org.query('SELECT Score__c FROM Lead')).toMatchObject([{ Score__c: 7 }]);
});

test('to read is not to edit, and each user has their own', async () => {
  const org = await openOrg();
  const ann = await org.addUser('ann@example.com');
  await addField(org, 'Lead.Score__c', { type: 'Number', precision: 5, scale: 0 });
  await grant(org, 'Lead.Score__c', [await me(org)]);
  await grant(org, 'Lead.Score__c', [ann], false);
  await org.addUser('ben@example.com');
  const id = await org.create('Lead', { LastName: 'x', Company: 'x', Score__c: 7, OwnerId: ann });
  const [asAnn, asBen] = [await org.as('ann@example.com'), await org.as('ben@example.com')];
  expect(await asAnn.query('SELECT Score__c FROM Lead')).toMatchObject([{ Score__c: 7 }]);
  expect((await asAnn.update('Lead', id, { Score__c: 8 })).body[0]).toMatchObject({
    errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE',
    fields: ['Score__c'],
  });
  expect(await described(asBen, 'Lead')).not.toContain('Score__c');
});

test("a profile's own permission set takes field permissions for all its users", async () => {
  const org = await openOrg();
  await org.addUser('ann@example.com');
  await addField(org, 'Account.Tier__c', { type: 'Text', length: 10 });
  const [set] = await org.query("SELECT Id FROM PermissionSet WHERE Profile.Name = 'Standard User'");
  await org.create('FieldPermissions', {
    ParentId: set?.['Id'],
    SobjectType: 'Account',
    Field: 'Account.Tier__c',
    PermissionsRead: true,
    PermissionsEdit: false,
  });
  expect(await described(await org.as('ann@example.com'), 'Account')).toContain('Tier__c');
  const [right] = await org.query('SELECT Parent.IsOwnedByProfile, Parent.Profile.Name, Field, PermissionsEdit FROM FieldPermissions');
  expect(right).toMatchObject({
    Parent: { IsOwnedByProfile: true, Profile: { Name: 'Standard User' } },
    Field: 'Account.Tier__c',
    PermissionsEdit: false,
  });
});

test('a required field is open to all, as it could not be filled otherwise', async () => {
  const org = await openOrg();
  await addField(org, 'Lead.Region__c', { type: 'Text', length: 10, required: true });
  expect(await described(org, 'Lead')).toContain('Region__c');
  expect((await org.call<RowError[]>('POST', 'sobjects/Lead', { LastName: 'x', Company: 'x' })).body[0]).toMatchObject({
    errorCode: 'REQUIRED_FIELD_MISSING',
    fields: ['Region__c'],
  });
});

test('field permissions are for fields that have some, and editing is not without reading', async () => {
  const org = await openOrg();
  await addField(org, 'Lead.Score__c', { type: 'Number', precision: 5, scale: 0 });
  const ParentId = await org.create('PermissionSet', { Name: 'P', Label: 'P' });
  const give = async (more: object) =>
    (
      await org.call<RowError[]>('POST', 'sobjects/FieldPermissions', {
        ParentId,
        SobjectType: 'Lead',
        Field: 'Lead.Score__c',
        PermissionsRead: true,
        ...more,
      })
    ).body[0]?.errorCode;
  expect(await give({ Field: 'Lead.Nonsense__c' })).toBe('INVALID_FIELD');
  expect(await give({ SobjectType: 'Account' })).toBe('INVALID_FIELD');
  expect(await give({ Field: 'Lead.Company' })).toBe('FIELD_INTEGRITY_EXCEPTION');
  expect(await give({ PermissionsRead: false, PermissionsEdit: true })).toBe('FIELD_INTEGRITY_EXCEPTION');
  expect(await give({})).toBeUndefined();
  expect(await give({})).toBe('DUPLICATE_VALUE');
});

test('fields are listed with who changed them last; their metadata one at a time only', async () => {
  const org = await openOrg();
  await org.addUser('sam@example.com', {
    ProfileId: (await org.query("SELECT Id FROM Profile WHERE Name = 'System Administrator'"))[0]?.['Id'],
  });
  const score = await addField(org, 'Lead.Score__c', { type: 'Number', precision: 5, scale: 0 });
  await addField(org, 'Lead.Grade__c', { type: 'Text', length: 1 });
  await addField(org, 'Account.Tier__c', { type: 'Text', length: 10 });
  const sam = await org.as('sam@example.com');
  await sam.call('PATCH', `${CREATE}/${score}`, { Metadata: { type: 'Number', label: 'Points', precision: 5, scale: 0 } });
  const tooling = <Body>(soql: string) => org.call<Body>('GET', `tooling/query?q=${encodeURIComponent(soql)}`);
  const listed = await tooling<{ records: Row[] }>(
    "SELECT Id, DeveloperName, NamespacePrefix, TableEnumOrId, EntityDefinition.QualifiedApiName, LastModifiedBy.Username, LastModifiedDate FROM CustomField WHERE EntityDefinition.QualifiedApiName = 'Lead' ORDER BY DeveloperName",
  );
  expect(
    listed.body.records.map((row) => [
      row['DeveloperName'],
      (row['LastModifiedBy'] as Row)['Username'],
      (row['EntityDefinition'] as Row)['QualifiedApiName'],
    ]),
  ).toEqual([
    ['Grade', 'admin@example.com', 'Lead'],
    ['Score', 'sam@example.com', 'Lead'],
  ]);
  const many = await tooling<RowError[]>("SELECT Metadata FROM CustomField WHERE TableEnumOrId = 'Lead'");
  expect(many.body[0]).toMatchObject({ errorCode: 'MALFORMED_QUERY' });
  const one = await tooling<{ records: Row[] }>(`SELECT FullName, Metadata FROM CustomField WHERE Id = '${score}'`);
  expect(one.body.records[0]).toMatchObject({ FullName: 'Lead.Score__c', Metadata: { label: 'Points', precision: 5 } });
  expect((await org.call<RowError[]>('GET', 'query?q=SELECT+Id+FROM+CustomField')).body[0]?.errorCode).toBe('INVALID_TYPE');
});

test('a deleted field takes its values and permissions along, and its name is free again', async () => {
  const org = await openOrg();
  const id = await addField(org, 'Lead.Score__c', { type: 'Number', precision: 5, scale: 0 });
  await grant(org, 'Lead.Score__c', [await me(org)]);
  await org.create('Lead', { LastName: 'x', Company: 'x', Score__c: 7 });
  expect((await org.call('DELETE', `${CREATE}/${id}`)).status).toBe(204);
  expect(await org.query('SELECT Id FROM FieldPermissions')).toEqual([]);
  expect(await described(org, 'Lead')).not.toContain('Score__c');
  await addField(org, 'Lead.Score__c', { type: 'Text', length: 10, required: true });
  expect(await org.query('SELECT Score__c FROM Lead')).toMatchObject([{ Score__c: null }]);
});

test.each([
  ['Number', { precision: 5, scale: 2 }, 12.345, 12.35],
  ['Checkbox', { defaultValue: false }, true, true],
  ['Date', {}, '2027-01-31', '2027-01-31'],
  ['DateTime', {}, '2027-01-31T10:00:00.000+02:00', '2027-01-31T08:00:00.000+0000'],
  ['Email', {}, 'a@b.example', 'a@b.example'],
  ['Url', {}, 'https://a.example', 'https://a.example'],
  ['LongTextArea', { length: 1000, visibleLines: 3 }, 'long', 'long'],
  [
    'Picklist',
    { valueSet: { restricted: true, valueSetDefinition: { value: [{ fullName: 'A', default: false, label: 'A' }] } } },
    'a',
    'A',
  ],
  [
    'MultiselectPicklist',
    {
      visibleLines: 3,
      valueSet: {
        restricted: true,
        valueSetDefinition: {
          value: [
            { fullName: 'A', label: 'A' },
            { fullName: 'B', label: 'B' },
          ],
        },
      },
    },
    'A;B',
    'A;B',
  ],
] as const)('a field of type %s keeps its value', async (type, more, given, kept) => {
  const org = await openOrg();
  await addField(org, 'Account.F__c', { type, ...more });
  await grant(org, 'Account.F__c', [await me(org)]);
  await org.create('Account', { Name: 'a', F__c: given });
  expect(await org.query('SELECT F__c FROM Account')).toMatchObject([{ F__c: kept }]);
});

test('a lookup leads both ways by the names that it was given', async () => {
  const org = await openOrg();
  await addField(org, 'Lead.Partner__c', { type: 'Lookup', referenceTo: 'Account', relationshipName: 'Partner_Leads' });
  await grant(org, 'Lead.Partner__c', [await me(org)]);
  const account = await org.create('Account', { Name: 'Partner' });
  await org.create('Lead', { LastName: 'x', Company: 'x', Partner__c: account });
  expect(await org.query('SELECT Partner__r.Name FROM Lead')).toMatchObject([{ Partner__r: { Name: 'Partner' } }]);
  expect(await org.query('SELECT Id, (SELECT LastName FROM Partner_Leads__r) FROM Account')).toMatchObject([
    { Partner_Leads__r: { totalSize: 1 } },
  ]);
});

test.each([
  ['no type', { type: 'Nonsense' }, 'is not served'],
  ['no label', { type: 'Text', length: 5, label: '' }, 'label'],
  ['no length', { type: 'Text' }, 'length'],
  ['too long', { type: 'Text', length: 256 }, '1 to 255'],
  ['digits that do not fit', { type: 'Number', precision: 3, scale: 5 }, 'precision'],
  ['no values', { type: 'Picklist', valueSet: { valueSetDefinition: {} } }, 'list of values'],
  ['a date as a key', { type: 'Date', externalId: true }, 'external id'],
])('a field with %s is refused with a reason', async (_what, metadata, reason) => {
  const org = await openOrg();
  const answer = await org.call<RowError[]>('POST', CREATE, { FullName: 'Lead.F__c', Metadata: { label: 'F', ...metadata } });
  expect(answer.status).toBe(400);
  expect(answer.body[0]?.message).toContain(reason);
  expect(await described(org, 'Lead')).not.toContain('F__c');
});
