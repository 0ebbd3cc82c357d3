// assign and test at the command line: exit codes, what is said, and what is only done when somebody says so.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { home, loopctl, orgProcess } from './command.ts';

test('assign: saved, carried out, stale, held, and never unasked', async () => {
  const org = await orgProcess(fixtureUsers());
  const place = home();
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: place.data };
  const run = (...args: readonly string[]) => loopctl([...args, '--config', place.root], { cwd: place.data, env });
  expect(run('assign', '-o', 'json').json()).toMatchObject({ error: { code: 'no-snapshot' } });
  expect(run('apply', '--yes').code).toBe(0);
  const ids = await org.createAll(
    'Account',
    Array.from({ length: 12 }, (_, at) => ({ Name: `Account ${at}`, BillingCountry: 'US', BillingState: 'NY' })),
  );

  const saved = run('assign', '--out', 'moves.json', '-o', 'json');
  expect([saved.code, saved.json()]).toEqual([2, expect.objectContaining({ outcome: 'planned', account_moves: 0 })]);
  const { changes } = JSON.parse(readFileSync(join(place.data, 'moves.json'), 'utf8')) as { changes: unknown[] };
  expect(changes).toHaveLength(12);
  expect(changes[0]).toMatchObject({
    record: ids[0],
    action: 'assign',
    to: 'ams/east',
    why: expect.stringContaining('state is NY') as string,
  });

  const unasked = run('assign', 'moves.json');
  expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining('--yes')]);
  expect(await org.query('SELECT Id FROM ObjectTerritory2Association')).toEqual([]);
  const done = run('assign', 'moves.json', '--yes');
  expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('12 of 12 records done')]);
  expect(run('assign', 'moves.json', '--yes').code).toBe(4);
  expect(run('assign', '--out', 'none.json').code).toBe(0);

  for (const id of ids.slice(0, 6)) await org.update('Account', id, { BillingState: 'OR' });
  const held = run('assign', '--yes');
  expect(held.code).toBe(5);
  const [, plan = ''] = /Plan ([0-9a-f]+)\./.exec(held.stdout) ?? [];
  expect(held.stdout).toContain(`loopctl approve ${plan}`);
  expect(run('approve', plan, '--reason', 'they moved').code).toBe(0);
  expect(run('assign', '--yes').code).toBe(0);
  writeFileSync(join(place.data, 'moves.json'), '{"kind":"plan"}');
  expect(run('assign', 'moves.json', '-o', 'json').json()).toMatchObject({ error: { code: 'plan-unreadable' } });
});

test('cases of packs, by test and by validate: those that hold, and one that does not', () => {
  const place = home();
  const pack = (queue: string) =>
    `apiVersion: loopctl/v1\nkind: RoutingTestPack\nmetadata: {name: inbound-leads}\nspec:\n  rule_set: inbound-leads\n  cases:\n    - name: nothing is known\n      record: {company: Acme}\n      expect: {rule: default, queue: ${queue}}\n`;
  const run = (...args: readonly string[]) =>
    loopctl([...args, '--config', place.root], { cwd: place.data, env: { LOOPCTL_DATA: place.data } });
  expect(run('test', '-o', 'json').json()).toMatchObject({ error: { code: 'no-packs' } });
  writeFileSync(join(place.root, 'route', 'tests.yaml'), pack('general'));
  expect([run('test').code, run('validate').code]).toEqual([0, 0]);
  writeFileSync(join(place.root, 'route', 'tests.yaml'), pack('triage'));
  const failed = run('test');
  expect([failed.code, failed.stdout]).toEqual([
    1,
    expect.stringMatching(/fails nothing is known[^]*queue {2}triage → general[^]*1 case, 1 not as expected/),
  ]);
  expect(run('test', 'other').code).toBe(1);
  const { code, json } = run('validate', '-o', 'json');
  expect([code, json()]).toEqual([
    1,
    expect.objectContaining({
      ok: false,
      problems: [expect.objectContaining({ code: 'case-failed', severity: 'error', path: 'route/tests.yaml', line: 9 })],
    }),
  ]);
});
