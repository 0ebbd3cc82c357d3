// The accounts of a list in a real embedded org: by domain, by name, by rule; in few calls; what is not there is named.
import { expect, test } from 'vitest';
import { accountsOf } from '../../../controller/generate/accounts.ts';
import { salesforce } from '../../../adapters/salesforce/crm.ts';
import { fieldNames } from '../../../loops/facts.ts';
import { compileList } from '../../../loops/generate/lists.ts';
import { TargetAccountList } from '../../../resources/target-account-list/schema.ts';
import { snapshotOfFixture } from '../../loops/snapshot.ts';
import { openOrg } from '../../sandbox/org.ts';

const SNAPSHOT = snapshotOfFixture();
const NOW = Date.parse('2026-11-21T12:00:00Z');

async function org(accounts: readonly object[]) {
  const running = await openOrg();
  const ids = await running.createAll('Account', accounts);
  const crm = salesforce({ kind: 'token', instanceUrl: running.url, accessToken: running.token });
  const names = fieldNames(SNAPSHOT, 'Account');
  if (names === undefined) throw new Error('no FieldMap of Account');
  const listed = async (spec: object) => {
    const list = compileList(TargetAccountList.schema.parse({ tier: 1, ...spec }), SNAPSHOT, names.policy);
    const score = (fields: Readonly<Record<string, unknown>>) => Number(fields['NumberOfEmployees'] ?? 0);
    const before = crm.calls().read;
    const found = await accountsOf(list, { records: crm.records, names, now: NOW, score });
    return { accounts: found.accounts.map((id) => ids.indexOf(id)), problems: found.problems, calls: crm.calls().read - before };
  };
  return { listed };
}

test('by domain and by name whatever its legal form; of several the one with more to it; what is not there is named', async () => {
  const { listed } = await org([
    { Name: 'Globex Holding', Website: 'https://www.globex.example/en' },
    { Name: 'Globex', Website: 'globex.example', Type: 'Customer' },
    { Name: 'The Initech Company Inc.' },
    { Name: 'Initech Gardening' },
    { Name: 'Globex Travel', Website: 'globex-travel.example' },
  ]);
  const { accounts, problems, calls } = await listed({ accounts: ['globex.example', 'Initech GmbH', 'nowhere.example', 'Nobody & Sons'] });
  expect(accounts).toEqual([1, 2]);
  expect(problems).toEqual([
    'nowhere.example: no account of the org has this website',
    'Nobody & Sons: no account of the org has this name',
  ]);
  expect(calls).toBeLessThanOrEqual(4);
});

test('a hundred of them in few calls', async () => {
  const hosts = Array.from({ length: 100 }, (_, at) => `company-${at}.example`);
  const { listed } = await org(hosts.map((host, at) => ({ Name: `Company ${at}`, Website: `https://${host}` })));
  const { accounts, calls } = await listed({ accounts: hosts });
  expect(accounts).toHaveLength(100);
  expect(calls).toBeLessThanOrEqual(16);
});

test('by rule, the best where the list takes only so many', async () => {
  const sizes = [50, 5_000, 900, 12_000, 3_000];
  const { listed } = await org(sizes.map((size, at) => ({ Name: `Company ${at}`, NumberOfEmployees: size })));
  expect(new Set((await listed({ when: 'employee_count >= 1000' })).accounts)).toEqual(new Set([1, 3, 4]));
  expect((await listed({ when: 'employee_count >= 1000', max: 2 })).accounts).toEqual([3, 1]);
});
