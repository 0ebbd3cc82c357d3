// Tokens and suspensions at the command line, beside a working tree that is broken.
import { expect, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { home, loopctl, orgProcess, temporary } from './command.ts';

test('tokens are made, listed without their secrets and revoked while the tree is broken and the org away', () => {
  const place = home();
  place.edit('design/territories/ams.yaml', 'kind: Territory', 'kind: Nonsense');
  const run = (...args: readonly string[]) =>
    loopctl(['token', ...args, '--config', place.root], {
      env: { LOOPCTL_DATA: place.data, SALESFORCE_INSTANCE_URL: 'http://127.0.0.1:1', SALESFORCE_ACCESS_TOKEN: 'x' },
    });
  const made = run('create', '--name', 'ada', '--role', 'leadership', '--user', 'ada@acme.example', '-o', 'json').json<
    Record<string, string>
  >();
  expect(made).toEqual({
    id: made['id'],
    name: 'ada',
    role: 'leadership',
    user: 'ada@acme.example',
    token: expect.stringMatching(/^lctl_[\w-]+_[\w-]{43}$/) as string,
  });
  const quiet = run('create', '--name', 'ci', '--role', 'ops');
  expect(quiet.stdout).toMatch(/^lctl_\S+\n$/);
  expect(run('create', '--name', 'ci', '--role', 'rep').stderr).toMatch(/There is a token ci already/);
  expect(run('create', '--name', 'a b', '--role', 'rep').code).toBe(1);
  expect(run('create', '--name', 'x', '--role', 'king').stderr).toMatch(/Allowed choices are eng, ops, leadership, manager, rep/);
  const list = run('list');
  expect(list.stdout).toMatch(/^ada {2}leadership of ada@acme\.example/);
  expect(list.stdout + run('list', '-o', 'json').stdout).not.toContain(made['token']?.split('_').at(-1));
  expect(run('revoke', 'ci').stdout).toBe('Revoked: ci.\n');
  expect(run('revoke', 'ci').stderr).toMatch(/There is no token ci/);
  // The name is free again.
  expect(run('create', '--name', 'ci', '--role', 'rep').code).toBe(0);
});

test('a suspended resource is held at the command line too, and goes on when it is resumed; a misspelt one is refused', async () => {
  const org = await orgProcess(fixtureUsers());
  const place = home();
  const env = { LOOPCTL_DATA: place.data, SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token };
  const run = (...args: readonly string[]) => loopctl([...args, '--config', place.root], { env });
  expect(run('apply', '--yes').code).toBe(0);
  expect(run('suspend', 'Territory/ams/wset', '--reason', 'x').stderr).toMatch(/Did you mean Territory\/ams\/west\?/);
  expect(run('suspend', 'Territory/ams/west', '--reason', ' ').stderr).toMatch(/A reason is needed/);
  const suspended = run('suspend', 'Territory/ams/west', '--reason', 'With sales', '-o', 'json').json();
  expect(suspended).toMatchObject({ environment: 'sandbox', ref: 'Territory/ams/west', suspended: { reason: 'With sales' } });
  place.edit('design/territories/ams.yaml', 'label: AMS West', 'label: West');
  const held = run('plan', '-o', 'json').json<{ holds: { code: string; message: string }[] }>();
  expect(held.holds).toMatchObject([{ code: 'suspended', message: expect.stringContaining('With sales') as string }]);
  expect(run('resume', 'Territory/ams/west').stdout).toBe('Territory/ams/west in sandbox goes on.\n');
  expect(run('resume', 'Territory/ams/west').stderr).toMatch(/is not suspended/);
  expect(run('apply', '--yes').code).toBe(0);
  // On another machine, which has applied nothing, the same org can only be adopted.
  const elsewhere = loopctl(['plan', '--config', place.root], { env: { ...env, LOOPCTL_DATA: temporary('elsewhere') } });
  expect(elsewhere.stdout).toMatch(/to adopt/);
  expect(elsewhere.stderr).toMatch(/has applied nothing yet.*can only be adopted.*--server URL/);
});
