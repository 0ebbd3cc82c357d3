// match at the command line: the account of a lead from a file or from the org, its evidence, and what decides between several.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { home, loopctl, orgProcess } from './command.ts';

interface Found {
  readonly subject: { readonly object: string; readonly id?: string; readonly name?: string };
  readonly decision: string;
  readonly account: string | null;
  readonly tied: readonly string[];
  readonly tie_break: string | null;
  readonly owner_conflict: boolean;
  readonly candidates: readonly { readonly account: string; readonly account_name: string; readonly evidence: object }[];
  readonly cut: boolean;
}

const LEADS = `Company,Email,Country,PostalCode
Northwind Demo Inc.,ana@northwind-demo.com,United States,94105
Northwind Demo,bob@gmail.com,,
Tied Demo,x@tied-demo.com,,
Nobody Knows,x@nobody-knows.example,,
`;
const ACCOUNTS = `Id,Name,Website,BillingCountry,BillingPostalCode,owner,ParentId,Type
A1,"Northwind Demo, LLC",https://www.northwind-demo.com/about,USA,94105-1234,ae-1,,
T1,Tied Demo,tied-demo.com,,,ae-1,,Customer
T2,Tied Demo,tied-demo.com,,,ae-2,T1,
`;

/** Nothing listens where its org would be. */
function offline(files: Readonly<Record<string, string>>) {
  const place = home();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place.data, name), text);
  const env = { SALESFORCE_INSTANCE_URL: 'http://127.0.0.1:1', SALESFORCE_ACCESS_TOKEN: 'x', LOOPCTL_DATA: join(place.data, 'state') };
  return { place, run: (...args: readonly string[]) => loopctl(['match', '--config', place.root, ...args], { cwd: place.data, env }) };
}

test('leads and accounts of files: the org is not asked', () => {
  const { run } = offline({ 'leads.csv': LEADS, 'accounts.csv': ACCOUNTS });
  const args = ['--file', 'leads.csv', '--accounts', 'accounts.csv'];
  const { code, stdout } = run(...args, '-o', 'json');
  expect(code).toBe(0);
  const found = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Found);
  expect(found).toMatchObject([
    { subject: { object: 'Lead', name: 'Northwind Demo Inc.' }, decision: 'match', account: 'A1', tied: ['A1'], cut: false },
    { decision: 'review', account: 'A1', candidates: [{ account: 'A1', account_name: 'Northwind Demo, LLC', cap: 'name_only' }] },
    { decision: 'match', account: 'T1', tied: ['T1', 'T2'], tie_break: 'customer', owner_conflict: true },
    { decision: 'none', account: null, candidates: [] },
  ]);
  expect(found[0]?.candidates[0]?.evidence).toEqual({ domain: 1, name: 1, geo: 1 });
  const text = run(...args).stdout;
  expect(text).toMatch(/review: Northwind Demo, LLC \(A1\) 0\.89\n.*\n\s+A name alone is not enough/);
  expect(text).toMatch(/Of Tied Demo \(T1\), Tied Demo \(T2\) it was chosen because it is a customer/);
  expect(text).toMatch(/owner_conflict/);
});

test('the policy of the working tree decides', () => {
  const { place, run } = offline({ 'leads.csv': LEADS, 'accounts.csv': ACCOUNTS });
  writeFileSync(
    join(place.root, 'deploy', 'matching.yaml'),
    'apiVersion: loopctl/v1\nkind: MatchPolicy\nmetadata: {name: matching}\nspec: {free_mail: {add: [tied-demo.com]}}\n',
  );
  const lines = run('--file', 'leads.csv', '--accounts', 'accounts.csv', '-o', 'json').stdout.trim().split('\n');
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ decision: 'review', account: 'T1' });
});

test.each([
  [[], {}, /Name a record by its id, or records with --file/],
  [['--file', 'leads.csv', '--accounts', 'nowhere.csv'], {}, /nowhere\.csv can not be read/],
  [
    ['--file', 'leads.csv', '--accounts', 'accounts.csv'],
    { 'accounts.csv': `${ACCOUNTS}A1,Again\nT1,Again,,,,,,\n` },
    /accounts\.csv:5:1 error has 2 cells.*accounts\.csv:6:1 error is a second account with the id "T1"/s,
  ],
  [['--file', 'leads.csv', '--object', 'Case', '--accounts', 'accounts.csv'], {}, /No FieldMap is of Case.*Declare one/s],
])('%j is refused with a remedy', (args, files, message) => {
  const { run } = offline({ 'leads.csv': LEADS, 'accounts.csv': ACCOUNTS, ...files });
  const { code, stdout, stderr } = run(...args);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(message);
});

test('a lead of the org finds its account there, by its contacts too; fields that are only declared yet do not hinder it', async () => {
  const org = await orgProcess([]);
  const place = home();
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: place.data };
  const run = (...args: readonly string[]) => loopctl(['match', '--config', place.root, '-o', 'json', ...args], { env });
  const account = await org.create('Account', { Name: 'Northwind Demo', BillingPostalCode: '94105', BillingCountry: 'USA' });
  await org.create('Account', { Name: 'Northern Lights', Website: 'northern.example' });
  await org.create('Contact', { LastName: 'Lee', Email: 'lee@northwind-demo.com', AccountId: account });
  const lead = await org.create('Lead', { LastName: 'Ray', Company: 'Northwind Demos', Email: 'ray@northwind-demo.com' });
  const found = run(lead);
  expect(found.code, found.stderr).toBe(0);
  expect(found.json<Found>()).toMatchObject({
    subject: { object: 'Lead', id: lead, name: 'Northwind Demos' },
    decision: 'match',
    account,
    candidates: [{ evidence: { domain: 1 }, account_name: 'Northwind Demo' }],
  });
  expect(run('00Qxx0000000001AAA')).toMatchObject({ code: 1, stdout: expect.stringMatching(/there is no Lead 00Qxx/) as string });
});
