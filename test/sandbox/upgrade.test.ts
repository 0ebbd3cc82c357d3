// Data that an older version of the program made: it gains what is new and keeps what it has.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { startOrg } from '../../sandbox/server.ts';
import { openOrg } from './org.ts';

test('a file without a column, a table and an index is brought up to date, custom fields included', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-upgrade-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, 'org.db');
  const before = await openOrg({ data });
  await before.call('POST', 'tooling/sobjects/CustomField', {
    FullName: 'Account.Tier__c',
    Metadata: { type: 'Text', label: 'Tier', length: 10, required: true },
  });
  await before.create('Account', { Name: 'kept', Tier__c: 'gold' });
  await before.close();

  const older = new Database(data);
  older.exec('ALTER TABLE "Account" DROP COLUMN "Site"; DROP TABLE "CampaignMember"; DROP INDEX "Territory2#0"');
  older.prepare(`UPDATE "_note" SET text = 'of an older version' WHERE key IN ('definitions', 'defined')`).run();
  older.close();

  const after = await openOrg({ data });
  const id = await after.create('Account', { Name: 'new', Site: 'HQ', Tier__c: 'silver' });
  expect(await after.query('SELECT Name, Site, Tier__c FROM Account ORDER BY Name')).toMatchObject([
    { Name: 'kept', Site: null, Tier__c: 'gold' },
    { Name: 'new', Site: 'HQ', Tier__c: 'silver' },
  ]);
  expect(await after.query('SELECT Id FROM CampaignMember')).toEqual([]);
  expect(
    await after.query(
      "SELECT QualifiedApiName FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Account' AND QualifiedApiName IN ('Site', 'Tier__c')",
    ),
  ).toHaveLength(2);
  expect(id).toMatch(/^001/);
});

test('a file that is something else is named, and left as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-upgrade-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, 'notes.txt');
  writeFileSync(data, 'no database, but a text that is long enough to look like one'.repeat(100), { mode: 0o644 });
  await expect(startOrg({ data, seed: 'empty' })).rejects.toThrow(
    /notes\.txt can not be opened as the data of an embedded org: .*not a database/,
  );
  expect(statSync(data).mode & 0o777).toBe(0o644);
});
