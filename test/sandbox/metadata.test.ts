// The Metadata API for custom fields, as jsforce and the Salesforce CLI use it.
import { deflateRawSync } from 'node:zlib';
import { Connection } from 'jsforce';
import { expect, test } from 'vitest';
import { type TestOrg, openOrg } from './org.ts';

function connect(org: TestOrg): Connection {
  const connection = new Connection({ instanceUrl: org.url, accessToken: org.token, version: '64.0', logLevel: 'NONE' });
  connection.metadata.pollInterval = 10;
  return connection;
}

/** A zip archive: every second file is deflated, the others stored. */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [index, [name, text]] of Object.entries(files).entries()) {
    const method = index % 2 === 0 ? 8 : 0;
    const content = method === 8 ? deflateRawSync(text) : Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(content.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(local, Buffer.from(name), content);
    directory.push(entry, Buffer.from(name));
    at += 30 + name.length + content.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

const field = (name: string, length: number) =>
  `<fields><fullName>${name}</fullName><label>${name}</label><length>${length}</length><type>Text</type></fields>`;
const object = (...fields: string[]) =>
  `<?xml version="1.0"?><CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">${fields.join('')}</CustomObject>`;
const pack = (...fields: string[]) => zip({ 'package.xml': '<Package/>', 'objects/Lead.object': object(...fields) });

async function fields(org: TestOrg): Promise<unknown[]> {
  const { body } = await org.call<{ records: { DeveloperName: string; Length: number }[] }>(
    'GET',
    `tooling/query?q=${encodeURIComponent('SELECT DeveloperName, Length FROM CustomField ORDER BY DeveloperName')}`,
  );
  return body.records.map(({ DeveloperName, Length }) => `${DeveloperName} ${Length}`);
}

test('a deployment creates fields and changes those that are there, over SOAP and over REST', async () => {
  const org = await openOrg();
  const { metadata } = connect(org);
  const first = await metadata.deploy(pack(field('A__c', 10), field('B__c', 20)), { rollbackOnError: true }).complete(true);
  expect(first).toMatchObject({ success: true, numberComponentsDeployed: 2 });
  const second = await metadata.deployRest(pack(field('B__c', 30), field('C__c', 40)), { rollbackOnError: true }).complete(true);
  expect(second).toMatchObject({ success: true, status: 'Succeeded' });
  expect(await fields(org)).toEqual(['A 10', 'B 30', 'C 40']);
});

test('one bad field takes the whole deployment back, the definition that it changed included', async () => {
  const org = await openOrg();
  const { metadata } = connect(org);
  await metadata.deploy(pack(field('A__c', 10)), {}).complete();
  const result = await metadata
    .deploy(pack(field('A__c', 50), field('B__c', 20), field('Bad__c', 500)), { rollbackOnError: true })
    .complete(true);
  expect(result.success).toBe(false);
  expect(result.details.componentFailures).toMatchObject([{ fullName: 'Lead.Bad__c', success: false }]);
  expect(await fields(org)).toEqual(['A 10']);
  const created = await metadata.deploy(pack(field('B__c', 20)), {}).complete();
  expect(created.success).toBe(true);
});

test('a check deploys nothing', async () => {
  const org = await openOrg();
  const result = await connect(org)
    .metadata.deploy(pack(field('A__c', 10)), { checkOnly: true })
    .complete();
  expect([result.success, await fields(org)]).toEqual([true, []]);
});

test('what is no custom field is refused by name', async () => {
  const org = await openOrg();
  const archive = zip({ 'package.xml': '<Package/>', 'queues/Triage.queue': '<Queue/>' });
  const result = await connect(org).metadata.deploy(archive, { rollbackOnError: true }).complete(true);
  expect(result.details.componentFailures).toMatchObject([
    { fullName: 'queues/Triage.queue', problem: expect.stringContaining('not served by this double') },
  ]);
});

test('jsforce writes fields one by one, and removes them', async () => {
  const org = await openOrg();
  const { metadata } = connect(org);
  const wish = { fullName: 'Lead.A__c', label: 'A', type: 'Text', length: 10 };
  expect(await metadata.create('CustomField', wish)).toMatchObject({ success: true, fullName: 'Lead.A__c' });
  expect(await metadata.upsert('CustomField', { ...wish, length: 20 })).toMatchObject({ success: true, created: false });
  expect(await metadata.create('CustomField', { ...wish, fullName: 'Lead.No' })).toMatchObject({ success: false });
  expect(await fields(org)).toEqual(['A 20']);
  expect(await metadata.list([{ type: 'CustomField' }])).toMatchObject([{ fullName: 'Lead.A__c', createdByName: 'Admin' }]);
  expect(await metadata.delete('CustomField', 'Lead.A__c')).toMatchObject({ success: true });
  expect(await fields(org)).toEqual([]);
});
