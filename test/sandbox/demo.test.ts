// The demo seed: the same every time, whole, and true to the rules that the org enforces.
import { expect, test } from 'vitest';
import { type SaveResult, type TestOrg, openOrg } from './org.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const demo = (more = {}) => openOrg({ seed: 'demo', clock: () => NOW, ...more });

async function count(org: TestOrg, from: string): Promise<unknown> {
  return (await org.query(`SELECT COUNT(Id) n FROM ${from}`))[0]?.['n'];
}

async function picture(org: TestOrg): Promise<unknown> {
  const plain = (rows: unknown) => JSON.parse(JSON.stringify(rows, (key, value) => (key === 'attributes' ? undefined : value)));
  return plain([
    await org.query(
      'SELECT Name, Industry, NumberOfEmployees, BillingCity, Owner.Username, CreatedDate, LastActivityDate FROM Account ORDER BY Name',
    ),
    await org.query(
      'SELECT Name, Company, Email, Status, LeadSource, Owner.Username, CreatedDate, IsConverted FROM Lead ORDER BY Email, CreatedDate',
    ),
    await org.query(
      'SELECT Name, StageName, Amount, CloseDate, Owner.Username, CreatedDate FROM Opportunity ORDER BY Name, CreatedDate, Amount',
    ),
  ]);
}

test('is the same every time', async () => {
  expect(await picture(await demo())).toEqual(await picture(await demo()));
});

test('has what it promises, with history that ends where each deal stands', async () => {
  const org = await demo();
  expect([await count(org, 'Account'), await count(org, 'Lead'), await count(org, 'Opportunity')]).toEqual([200, 500, 150]);
  const deals = await org.query<{
    StageName: string;
    IsClosed: boolean;
    OpportunityHistories: { records: { StageName: string; CreatedDate: string }[] };
  }>('SELECT StageName, IsClosed, (SELECT StageName, CreatedDate FROM OpportunityHistories ORDER BY CreatedDate) FROM Opportunity');
  for (const deal of deals) expect(deal.OpportunityHistories.records.at(-1)?.StageName).toBe(deal.StageName);
  expect(deals.some(({ IsClosed }) => IsClosed) && deals.some(({ IsClosed }) => !IsClosed)).toBe(true);
  expect(await count(org, 'OpportunityHistory WHERE CreatedDate > TODAY')).toBe(0);
  expect(await count(org, 'OpportunityContactRole')).toBeGreaterThan(150);
  expect(await count(org, 'Lead WHERE IsConverted = true AND ConvertedAccountId != null')).toBeGreaterThan(0);
});

test('gives each person of a roster what is in their territory, and managers what is below them', async () => {
  const people = [
    { username: 'boss@acme.example', name: 'Joanna Park', role: 'Manager', territory: 'ams/west' },
    { username: 'bay@acme.example', name: 'Mei Lin', role: 'AE', manager: 'boss@acme.example', territory: 'ams/west/norcal/sf-bay' },
    { username: 'dach@acme.example', name: 'Lukas Brandt', role: 'AE', territory: 'emea/dach' },
  ];
  const org = await demo({ people });
  const bay = await org.as('bay@acme.example');
  const states = await bay.query('SELECT BillingState s, COUNT(Id) n FROM Account GROUP BY BillingState');
  expect(states).toMatchObject([{ s: 'CA', n: 100 }]);
  const boss = await org.as('boss@acme.example');
  expect(await boss.query('SELECT COUNT(Id) n FROM Account')).toMatchObject([{ n: 100 }]);
  const [user] = await org.query("SELECT Manager.Username, UserRole.Name, Profile.Name FROM User WHERE Username = 'bay@acme.example'");
  expect(user).toMatchObject({ Manager: { Username: 'boss@acme.example' }, Profile: { Name: 'Standard User' } });
});

test('every record of the demo could have been written by a client: its own values are taken from it again', async () => {
  const org = await demo();
  for (const object of ['Account', 'Contact', 'Lead', 'Opportunity', 'Case', 'Task', 'Event', 'User', 'UserRole']) {
    const { body } = await org.call<{ fields: { name: string; updateable: boolean }[] }>('GET', `sobjects/${object}/describe`);
    const names = body.fields.filter(({ updateable }) => updateable).map(({ name }) => name);
    const open = object === 'Lead' ? 'WHERE IsConverted = false' : '';
    const rows = await org.query(`SELECT Id, ${names.join(', ')} FROM ${object} ${open} LIMIT 200`);
    const written = await org.call<SaveResult[]>('PATCH', 'composite/sobjects', { records: rows });
    const refused = written.body.filter(({ success }) => !success);
    expect([object, refused]).toEqual([object, []]);
  }
});

test('another start on the same data keeps them', async () => {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const folder = mkdtempSync('/tmp/loopctl-demo-');
  const first = await demo({ data: `${folder}/org.db` });
  await first.create('Account', { Name: 'Kept' });
  const { token, organizationId, clientSecret } = first;
  await first.close();
  const second = await demo({ data: `${folder}/org.db`, seed: 'empty' });
  expect(await count(second, 'Account')).toBe(201);
  expect({ token: second.token, organizationId: second.organizationId, clientSecret: second.clientSecret }).toEqual({
    token,
    organizationId,
    clientSecret,
  });
  await second.close();
  rmSync(folder, { recursive: true });
});
