// Taking an org over from the command line: drift --adopt and import, as a person or a program runs them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { home, loopctl, orgProcess, temporary } from './command.ts';

async function applied() {
  const org = await orgProcess(fixtureUsers());
  const place = home();
  place.git('config', 'user.name', 'Ada');
  place.git('config', 'user.email', 'ada@acme.example');
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: place.data };
  const run = (...args: readonly string[]) => loopctl([...args, '--config', place.root], { env });
  expect(run('apply', '--yes').code).toBe(0);
  const change = async (type: string, where: string, fields: object) => {
    const [row] = await org.query(`SELECT Id FROM ${type} WHERE ${where}`);
    expect((await org.update(type, String(row?.['Id']), fields)).status).toBe(204);
  };
  return { org, place, env, run, change };
}

test('drift --adopt: exit 0 when all is taken over, 2 when some is left, 1 when nothing can be, 0 when nothing is there', async () => {
  const { place, run, change } = await applied();
  const none = run('drift', '--adopt', '-o', 'json');
  expect([none.code, none.json()]).toEqual([0, { changes: 0, adopted: [], files: [], problems: [] }]);
  await change('Territory2', "DeveloperName = 'ams_east'", { Name: 'East' });
  const taken = run('drift', '--adopt', '-o', 'json');
  expect(taken.code).toBe(0);
  expect(taken.json()).toMatchObject({
    branch: expect.stringMatching(/^loopctl\/adopt-[0-9a-f]{8}$/),
    commit: expect.stringMatching(/^[0-9a-f]{40}$/),
    changes: 1,
    adopted: [
      {
        ref: { kind: 'Territory', name: 'ams/east' },
        says: 'label: "AMS East" → "East"',
        of: [{ kind: 'drift', path: 'Name', live: 'East' }],
      },
    ],
    files: [{ path: 'design/territories/ams.yaml', gone: false }],
    problems: [],
  });
  await change('UserTerritory2Association', "User.Username = 'ae.east1@acme.example'", { RoleInTerritory2: 'Closer' });
  const some = run('drift', '--adopt');
  expect(some.code).toBe(2);
  expect(some.stdout).toMatch(/1 change taken over on the branch loopctl\/adopt-.*\n.*git show.*\n.*git merge/);
  expect(some.stderr).toMatch(/fy27-base\.yaml:19:31 error Scenario\/fy27-base: .*"Closer".*\[no-such-role\]\n.*--revert/);
  const [branch = ''] = place.git('branch', '--list', '--format=%(refname:short)', 'loopctl/*').split('\n');
  place.git('merge', '-q', branch);
  const left = run('drift', '--adopt');
  expect([left.code, left.stdout]).toEqual([1, '']);
  expect(left.stderr).toContain('no-such-role');
});

test('import: a folder that is a configuration at once; beside one, what it does not declare', async () => {
  const { org, place, env, run } = await applied();
  const folder = join(temporary('out'), 'acme');
  const data = temporary('data');
  const made = run('import', '--out', folder, '-o', 'json');
  expect(made.code).toBe(0);
  expect(made.json()).toMatchObject({
    folder,
    adopts: 42,
    creates: [],
    resources: { Territory: 7 },
    problems: [{ severity: 'warning', code: 'say-owner' }],
  });
  const other = { ...env, LOOPCTL_DATA: data };
  const plan = loopctl(['plan', '--config', folder, '-o', 'json'], { env: other });
  expect([plan.code, plan.json()['summary']]).toEqual([
    2,
    { create: 0, adopt: 42, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0 },
  ]);
  expect(loopctl(['apply', '--yes', '--config', folder], { env: other }).code).toBe(0);
  expect(loopctl(['plan', '--config', folder], { env: other }).code).toBe(0);

  expect(run('import', '--quiet').stdout).toMatch(/^Nothing was written/);
  const queue = await org.create('Group', { Name: 'Later', DeveloperName: 'later', Type: 'Queue' });
  await org.create('QueueSobject', { QueueId: queue, SobjectType: 'Lead' });
  const beside = run('import', '--kind', 'Queue');
  expect([beside.code, existsSync(join(place.root, 'imported/deploy/queues.yaml'))]).toEqual([0, true]);
  expect(run('validate').code).toBe(0);
});

test('import writes over nothing, and refuses what it cannot read', async () => {
  const org = await orgProcess(fixtureUsers());
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: temporary('data') };
  const cwd = temporary('empty');
  const empty = loopctl(['import'], { cwd, env });
  expect([empty.code, existsSync(join(cwd, 'imported'))]).toEqual([0, false]);
  await org.create('Territory2Type', { MasterLabel: 'Area', DeveloperName: 'Area', Priority: 1 });
  mkdirSync(join(cwd, 'imported/design/territories'), { recursive: true });
  writeFileSync(join(cwd, 'imported/design/territories/model.yaml'), 'mine\n');
  const taken = loopctl(['import'], { cwd, env });
  expect(taken.code).toBe(1);
  expect(taken.stderr).toMatch(/model\.yaml.*nothing was written/);
  expect([
    readFileSync(join(cwd, 'imported/design/territories/model.yaml'), 'utf8'),
    existsSync(join(cwd, 'imported/loopctl.yaml')),
  ]).toEqual(['mine\n', false]);
  expect(loopctl(['import', '--kind', 'Qeue'], { cwd, env }).stderr).toContain('Did you mean "Queue"?');
  expect(loopctl(['import', '--kind', 'Pool'], { cwd, env }).stderr).toContain('A Pool is not read from an org');
});
