// Pools and pauses from the command line, here and through a controller: the same words.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { home, loopctl, orgProcess, startLoopctl, temporary } from './command.ts';

const COMMERCIAL = {
  company: 'Bayside Software',
  email: 'q@bayside-software.example',
  title: 'VP of Sales',
  employee_count: 800,
  industry: 'Software',
  lead_source: 'Demo Request',
  billing_country: 'US',
  billing_state: 'CA',
  billing_city: 'San Francisco',
  technologies: 'crm; marketing automation',
};

test('a seat is paused and comes back; the pool says who is there, how fair it was, and that the ledger has it so', async () => {
  const org = await orgProcess(fixtureUsers());
  const place = home();
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: place.data };
  const here = (...args: readonly string[]) => loopctl([...args, '--config', place.root], { env });
  expect(here('pool', 'show').stderr).toMatch(/Nothing was reconciled in sandbox yet/);
  const controller = await startLoopctl(['controller', '--config', place.root, '--port', '0'], { env });
  const server = String(controller.ready['url']);
  for (let at = 0; at < 300 && (await fetch(`${server}/readyz`)).status !== 200; at += 1)
    await new Promise((wake) => void setTimeout(wake, 100));
  const tokenOf = (role: string) => here('token', 'create', '--name', role, '--role', role, '-o', 'json').json<{ token: string }>().token;
  const away = temporary('away');
  const as =
    (token: string) =>
    (...args: readonly string[]) =>
      loopctl(args, { cwd: away, env: { LOOPCTL_SERVER: server, LOOPCTL_TOKEN: token, LOOPCTL_DATA: join(away, 'data') } });
  const there = as(tokenOf('manager'));

  expect(there('pause', 'ae-east-1', '--until', '2099-01-01', '--reason', 'training').stdout).toBe(
    'ae-east-1 takes nothing in sandbox until 2099-01-01.\nBack: loopctl unpause ae-east-1\n',
  );
  expect(here('pause', '--list').stdout).toMatch(/^ae-east-1 {2}since \S+ by token:manager, until 2099-01-01: training\n$/);
  expect(there('pause', '--list').stdout).toBe(here('pause', '--list').stdout);
  expect(there('pause', 'ae-est-1').stderr).toMatch(/Did you mean "ae-east-1"\?/);
  for (const args of [['ae-east-1', '--until', 'tomorrow'], ['ae-east-1', '--until', '2020-01-01'], [], ['ae-east-1', '--list']]) {
    expect([there('pause', ...args).code, here('pause', ...args).code]).toEqual([1, 1]);
  }
  expect(as(tokenOf('rep'))('pause', 'ae-sf-bay-1').stderr).toMatch(/manager/);

  const headers = { authorization: `Bearer ${tokenOf('ops')}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ object: 'Lead', record: COMMERCIAL });
  for (let at = 0; at < 6; at += 1)
    expect((await fetch(`${server}/api/loops/route/resolve`, { method: 'POST', headers, body })).status).toBe(200);
  const shown = here('pool', 'show', 'na-commercial', '-o', 'json').json<{
    readonly members: readonly { readonly seat: string; readonly eligible: boolean; readonly because: string; readonly total: number }[];
    readonly last: readonly unknown[];
  }>();
  expect(shown.members.map(({ seat, eligible, total }) => [seat, eligible, total])).toEqual([
    ['ae-sf-bay-1', true, 3],
    ['ae-sf-bay-2', true, 3],
    ['ae-east-1', false, 0],
  ]);
  expect(shown.members[2]?.because).toBe('was paused by token:manager: training');
  expect(shown.last).toHaveLength(6);
  expect(there('pool', 'show', 'na-commercial').stdout).toBe(here('pool', 'show', 'pool/na-commercial').stdout);
  expect(there('pool', 'show').stdout).toBe(here('pool', 'show').stdout);
  expect(here('pool', 'report', 'na-commercial', '--since', '1d', '-o', 'json').json()).toMatchObject({
    pools: [{ pool: 'na-commercial', assignments: 6, maxDeviation: 0, grades: [{ grade: 'A', n: 6 }] }],
  });
  expect(there('pool', 'report', 'na-commercial').stdout).toMatch(/furthest off 0\.0 %; chi-square 0\.00 of 1/);
  expect(here('pool', 'check')).toMatchObject({ code: 0, stdout: 'same    pool/na-commercial: 6 turns made anew from the ledger\n' });
  expect(here('pool', 'show', 'nowhere').stderr).toMatch(/There are: na-commercial/);
  expect(there('pool', 'report', 'nowhere').code).toBe(1);

  expect(here('unpause', 'ae-east-1').stdout).toBe('ae-east-1 takes part again in sandbox.\n');
  expect(there('unpause', 'ae-east-1').stderr).toMatch(/ae-east-1 is not paused in sandbox/);
  expect(there('pause', '--list').stdout).toBe('Nobody is paused.\n');
});
