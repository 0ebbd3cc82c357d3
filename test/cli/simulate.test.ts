// simulate at the command line: two revisions and a file, what is reconciled and the org's own records, and what it refuses.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { home, loopctl, orgProcess } from './command.ts';

const LEADS = `Id,Company,Title,NumberOfEmployees,Country,State,City
1,Bayside,VP of Sales,20,US,CA,San Francisco
2,Northwind,CEO,20,US,NY,New York
3,"Con|toso <b>",Vice President,5000,JP,,
`;

/** Whoever asks the org here hears nothing. */
const NO_ORG = { SALESFORCE_INSTANCE_URL: 'http://127.0.0.1:1', SALESFORCE_ACCESS_TOKEN: 'x' };

function workplace() {
  const place = home();
  writeFileSync(join(place.root, 'leads.csv'), LEADS);
  const run = (...args: readonly string[]) =>
    loopctl(['simulate', ...args], { cwd: place.root, env: { LOOPCTL_DATA: place.data, ...NO_ORG } });
  return { ...place, run };
}

test('a file through a revision and the working tree: nothing changes, or who does and why; neither org nor state is needed', () => {
  const { edit, run } = workplace();
  const args = ['--file', 'leads.csv', '--against', 'main'];
  const same = run(...args);
  expect([same.code, same.stderr]).toEqual([0, '']);
  expect(same.stdout).toMatch(/^3 records of leads\.csv through main \([0-9a-f]{7}\) and the working tree.*\nNothing changes\.\n$/);
  expect(run(...args, '-o', 'json').json()).toMatchObject({ same: true, records: 3, changed: 0, examples: [] });

  edit('qualify/scoring_model.yaml', 'in:vp,vice president", points: 12', 'in:vp,vice president", points: 14');
  const text = run(...args);
  expect(text.code).toBe(2);
  expect(text.stdout).toContain('2 of 3 records change.');
  expect(text.stdout).toContain('  Bayside: score 32 → 34\n    seniority 12 → 14\n');
  const json = run(...args, '-o', 'json', '--examples', '1');
  expect([json.code, json.stdout.trimEnd().split('\n').length]).toEqual([2, 1]);
  expect(json.json()).toMatchObject({
    same: false,
    changed: 2,
    score_changes: 2,
    owner_changes: 0,
    examples: [{ name: 'Bayside', object: 'Lead', score: [32, 34], why: ['seniority 12 → 14'] }],
  });
  const { stdout: markdown } = run(...args, '--format', 'markdown');
  expect(markdown).toMatch(/^### loopctl: 3 records of leads\.csv/);
  expect(markdown).toContain('| score | 2 |');
  // What a record is called is no markup.
  expect(markdown).toContain('- `Con|toso <b>`: score');
});

test.each([
  [[], /Say which records: --since 90d, or --file FILE/],
  [['--since', '90d', '--file', 'leads.csv'], /Say which records/],
  [['--since', 'long ago', '--against', 'main'], /"long ago" is no duration/],
  [['--file', 'nowhere.csv', '--against', 'main'], /nowhere\.csv can not be read/],
  [['--file', 'leads.csv', '--against', 'nowhere'], /git knows no revision "nowhere"/],
  [['--file', 'leads.csv'], /Nothing was reconciled yet.*--against main/],
  [['--file', 'leads.csv', '--against', 'main', '--examples', 'some'], /A whole number/],
  [['--since', '90d', '--against', 'main', '--limit', '0'], /At least 1/],
  [['--file', 'leads.csv', '--against', 'main', '--format', 'markdown', '-o', 'json'], /gives JSON alone/],
] as const)('%j is refused with what to do', (args, expected) => {
  const { run } = workplace();
  const { code, stdout, stderr } = run(...args);
  expect(code).toBe(1);
  expect(`${stdout}${stderr}`).toMatch(expected);
  expect(stderr).not.toMatch(/at .*\.ts/);
});

test('a revision with an error in it is refused with its place', () => {
  const { edit, commit, run } = workplace();
  edit('deploy/pools.yaml', 'strategy: least_open', 'strategy: by_mood');
  commit('A slip');
  edit('deploy/pools.yaml', 'strategy: by_mood', 'strategy: least_open');
  const { code, stderr } = run('--file', 'leads.csv', '--against', 'main');
  expect(code).toBe(1);
  expect(stderr).toMatch(/deploy\/pools\.yaml:5:\d+/);
});

test('the org’s records of late, by what is reconciled and the working tree: read, never written', { timeout: 60_000 }, async () => {
  const { root, data, edit } = home();
  const org = await orgProcess([...fixtureUsers(), 'ae.other@acme.example']);
  const env = { LOOPCTL_DATA: data, SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token };
  const run = (...args: readonly string[]) => loopctl([...args], { cwd: root, env });
  expect(run('apply', '--yes').code).toBe(0);
  for (const [company, state] of [
    ['Northwind', 'NY'],
    ['Bayside', 'CA'],
  ] as const) {
    const created = await org.call('POST', '/services/data/v64.0/sobjects/Lead', {
      LastName: 'Ana',
      Company: company,
      Country: 'US',
      State: state,
    });
    expect(created.status).toBe(201);
  }
  expect(run('simulate', '--since', '1d').code).toBe(0);
  await org.control('DELETE', 'calls');
  edit('design/scenarios/fy27-base.yaml', 'ae.east1@acme.example', 'ae.other@acme.example');
  const found = run('simulate', '--since', '1d', '-o', 'json');
  expect(found.code).toBe(2);
  expect(found.json()).toMatchObject({
    records: 2,
    owner_changes: 1,
    examples: [{ name: 'Northwind', owner: ['ae.east1@acme.example', 'ae.other@acme.example'] }],
  });
  const { calls } = await org.control<{ calls: readonly { mutating: boolean }[] }>('GET', 'calls');
  expect(calls.length).toBeGreaterThan(0);
  expect(calls.filter(({ mutating }) => mutating)).toEqual([]);
  // Nothing was decided yet: the ledger alone has nothing to say.
  expect(run('simulate', '--since', '1d', '--from', 'ledger').stdout).toContain('There is no record to go through');
});
