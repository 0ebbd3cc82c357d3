// The controller as a process: how it starts, who may start, how it ends, and what it says of itself.
import { createServer } from 'node:http';
import { createServer as createPort } from 'node:net';
import type { AddressInfo } from 'node:net';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fixtureUsers } from '../controller/product.ts';
import { serveGit } from '../git-remote.ts';
import { eventually, home, loopctl, type OrgProcess, orgProcess, type Running, startLoopctl, temporary } from './command.ts';

async function ready() {
  const org = await orgProcess(fixtureUsers());
  const place = home();
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: place.data };
  const run = (...args: readonly string[]) => loopctl([...args, '--config', place.root], { env });
  const start = (more: Readonly<Record<string, string>> = {}) =>
    startLoopctl(['controller', '--config', place.root, '--port', '0'], { env: { ...env, ...more } });
  return { org, place, env, run, start };
}

const get = (controller: Running, path: string) => fetch(`${String(controller.ready['url'])}${path}`, { headers: { connection: 'close' } });
const isReady = (controller: Running) => eventually(async () => (await get(controller, '/readyz')).ok);

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly event?: string;
  readonly run?: string;
  readonly plan?: string;
}

/** Every line on stderr is JSON: a line that is none fails. */
function logOf(controller: Running): readonly Line[] {
  const lines = controller.stderr().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}

async function territories(org: OrgProcess): Promise<readonly string[]> {
  const rows = await org.query<{ DeveloperName: string }>('SELECT DeveloperName FROM Territory2');
  return rows.map((row) => row.DeveloperName).toSorted();
}

const ALL = ['ams', 'ams_east', 'ams_west', 'ams_west_norcal', 'ams_west_norcal_sf_bay'];

describe('one controller a data folder', () => {
  test('the ready line is the first and only one on stdout; a second is refused by name, and the first goes on', async () => {
    const { run, start } = await ready();
    const controller = await start();
    await isReady(controller);
    expect(controller.stdout()).toBe(`${JSON.stringify({ ready: true, url: controller.ready['url'] })}\n`);
    const second = run('controller', '--port', '0', '-o', 'json');
    expect(second.code).toBe(1);
    expect(second.json()).toMatchObject({
      error: { code: 'controller-running', message: expect.stringMatching(/already runs on this data folder: controller@/) },
    });
    expect(run('controller', '--once', '-o', 'json').json()).toMatchObject({ error: { code: 'controller-running' } });
    expect((await get(controller, '/healthz')).status).toBe(200);
    expect(await controller.stop('SIGINT')).toBe(0);
    const next = await start();
    expect(await next.stop('SIGHUP')).toBe(0);
  });

  test('a killed one is no obstacle', async () => {
    const { start } = await ready();
    const controller = await start();
    await controller.stop('SIGKILL');
    const next = await start();
    expect((await get(next, '/healthz')).status).toBe(200);
  });
});

describe('ending in the middle of an apply', () => {
  test('SIGTERM: the call that is out is ended, nothing more is sent, 0; the next start does the rest once', async () => {
    const { org, run, start } = await ready();
    await org.fault({ mutating: true, path: 'composite/sobjects', times: 1 }, { delayMs: 1500 });
    const controller = await start();
    await org.hanging();
    const sent = await mutations(org);
    expect(await controller.stop()).toBe(0);
    expect(await mutations(org)).toBe(sent);
    expect(run('history', '-o', 'json').json<{ entries: { outcome?: string }[] }>().entries[0]?.outcome).toBe('partial');
    await goesOn(org, await start(), run);
  });

  test('SIGKILL: what nobody has the answer of is looked for first', async () => {
    const { org, run, start } = await ready();
    await org.fault({ mutating: true, nth: 4, times: 1 }, { delayMs: 500, drop: 'after' });
    const controller = await start();
    await org.hanging();
    expect(await controller.stop('SIGKILL')).toBeNull();
    await goesOn(org, await start(), run);
  });

  test('a second signal does not wait for the org', async () => {
    const { org, run, start } = await ready();
    await org.fault({ mutating: true, nth: 4, times: 1 }, { delayMs: 60_000, drop: 'before' });
    const controller = await start();
    await org.hanging();
    let hasEnded = false;
    const ended = controller.stop('SIGINT').finally(() => {
      hasEnded = true;
    });
    await eventually(async () => {
      await org.control('GET', 'calls');
      controller.signal('SIGINT');
      return hasEnded;
    });
    expect(await ended).toBe(130);
    await goesOn(org, await start(), run);
  });
});

async function mutations(org: OrgProcess): Promise<number> {
  const { calls } = await org.control<{ calls: { mutating: boolean }[] }>('GET', 'calls');
  return calls.filter(({ mutating }) => mutating).length;
}

/** Everything is there in the end, once, and nothing is left to do. */
async function goesOn(org: OrgProcess, controller: Running, run: (...args: readonly string[]) => ReturnType<typeof loopctl>) {
  await isReady(controller);
  expect(await controller.stop()).toBe(0);
  const plan = run('plan');
  expect(plan.code, plan.stdout).toBe(0);
  const names = await territories(org);
  expect(names).toEqual([...new Set(names)]);
  expect(names).toEqual(expect.arrayContaining(ALL));
  expect(names).toHaveLength(7);
}

describe('starts that do not go well', () => {
  test('a port that is taken is told', async () => {
    const { run } = await ready();
    const taken = createPort().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await new Promise((listening) => void taken.on('listening', listening));
    const { port } = taken.address() as AddressInfo;
    const refused = run('controller', '--port', String(port), '-o', 'json');
    expect([refused.code, refused.json()]).toEqual([
      1,
      { error: { code: 'port-taken', message: expect.stringMatching(new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is taken.*--port 0`)) } },
    ]);
    expect(run('history', '-o', 'json').json()).toEqual({ entries: [] });
  });

  test('a configuration that is broken from the start: alive, not ready, the log says where; mended, it goes on', async () => {
    const { place, start } = await ready();
    place.edit('design/territories/ams.yaml', 'label: AMS East\n  type: Area', 'label: AMS East\n  type: Nonsense');
    place.commit('Broken');
    const controller = await start();
    const log = await eventually(async () => {
      await get(controller, '/healthz');
      return controller.stderr().includes('ams.yaml') && controller.stderr();
    });
    expect(log).toMatch(/design\/territories\/ams\.yaml:\d+:\d+ .*Nonsense/);
    const answer = await get(controller, '/readyz');
    expect([answer.status, await answer.json()]).toEqual([503, { ready: false, waiting: 'broken-configuration' }]);
    place.edit('design/territories/ams.yaml', 'type: Nonsense', 'type: Area');
    place.commit('Mended');
    await isReady(controller);
  });

  test('a remote that is not there: once it is an error, for long it is waited for', async () => {
    const { env } = await ready();
    const nowhere = join(temporary('remote'), 'nothing.git');
    const once = loopctl(['controller', '--repo', nowhere, '--once', '-o', 'json'], { env });
    expect(once.code).toBe(1);
    expect(once.json()).toMatchObject({ error: { message: expect.stringContaining(nowhere) } });
    const controller = await startLoopctl(['controller', '--repo', nowhere, '--port', '0'], { env });
    expect((await get(controller, '/healthz')).status).toBe(200);
    const answer = await get(controller, '/readyz');
    expect([answer.status, await answer.json()]).toEqual([503, { ready: false, waiting: 'no-configuration' }]);
    expect(await controller.stop()).toBe(0);
  });

  test('usage', async () => {
    const { run } = await ready();
    expect(run('controller', '--branch', 'main').stderr).toMatch(/--branch and --path belong to --repo/);
    expect(run('controller', '--as-of', '2027-01-01').stderr).toMatch(/lives today/);
    expect(loopctl(['controller', '--config', temporary('empty')]).stderr).toMatch(/There is no .*loopctl\.yaml/);
  });
});

test('--once ends with the code of apply: done, nothing, partial, held, broken', async () => {
  const { org, place, run } = await ready();
  const once = (...args: readonly string[]) => run('controller', '--once', ...args, '-o', 'json');
  const done = once();
  expect([done.code, done.json()['outcome']]).toEqual([0, 'done']);
  const nothing = once();
  expect([nothing.code, nothing.json()['outcome']]).toEqual([0, 'nothing']);
  place.edit('design/territories/ams.yaml', 'label: AMS East', 'label: East');
  place.commit('East');
  await org.fault({ mutating: true, times: 1 }, { status: 400, errorCode: 'INVALID_FIELD', message: 'not today' });
  const partial = once();
  expect([partial.code, partial.json()['outcome']]).toEqual([3, 'partial']);
  place.edit('loopctl.yaml', 'sync: automatic', 'sync: manual   ');
  place.commit('By hand');
  const held = once();
  expect([held.code, held.json()['outcome']]).toEqual([5, 'held']);
  place.edit('design/territories/ams.yaml', 'label: East\n  type: Area', 'label: East\n  type: Nonsense');
  place.commit('Broken');
  const broken = once();
  expect([broken.code, broken.json()]).toMatchObject([1, { error: { problems: [{ path: 'design/territories/ams.yaml' }] } }]);
});

describe('the log', () => {
  test('is JSON; the lines of a run carry its id, and those of another run another', async () => {
    const { org, place, start } = await ready();
    place.edit('loopctl.yaml', 'drift: {check: 5m, grace: 2m', 'drift: {check: 1s, grace: 0s');
    place.commit('Look often');
    const chat = createServer((_request, response) => response.writeHead(400).end('no_service')).listen(0, '127.0.0.1');
    onTestFinished(() => void chat.close());
    await new Promise((listening) => void chat.on('listening', listening));
    const address = `http://127.0.0.1:${(chat.address() as AddressInfo).port}/services/T000/B000/hidden-in-the-path`;
    const controller = await start({ SLACK_WEBHOOK_URL: address });
    await isReady(controller);
    const [row] = await org.query("SELECT Id FROM Territory2 WHERE DeveloperName = 'ams_east'");
    await org.update('Territory2', String(row?.['Id']), { Name: 'By hand' });
    const lines = await eventually(async () => {
      await get(controller, '/healthz');
      const found = logOf(controller);
      return found.some(({ event }) => event === 'message') && found;
    });
    const applied = lines.find(({ event }) => event === 'reconciled');
    expect(applied).toMatchObject({ level: 'info', outcome: 'done', run: expect.any(String), plan: expect.any(String) });
    const drift = lines.find(({ event }) => event === 'drift');
    expect(drift).toMatchObject({ level: 'warn', ref: 'Territory/ams/east', path: 'Name', live: 'By hand', run: expect.any(String) });
    expect(drift?.run).not.toBe(applied?.run);
    expect(lines.find(({ event }) => event === 'message')).toMatchObject({
      level: 'warn',
      channel: 'slack',
      topic: 'drift',
      run: drift?.run,
    });
    expect(controller.output()).not.toContain('hidden-in-the-path');
    expect(await controller.stop()).toBe(0);
    expect(logOf(controller).at(-1)).toMatchObject({ event: 'stopping' });
  });

  test('no secret of the environment or of an address is ever in it', async () => {
    const { place, env } = await ready();
    const bare = join(temporary('remotes'), 'acme.git');
    expect(spawnSync('git', ['clone', '-q', '--bare', place.root, bare]).status).toBe(0);
    const remote = await serveGit(join(bare, '..'), 'acme.git');
    remote.behave({ password: 'deploy:another-password-here' });
    const secrets = {
      SALESFORCE_ACCESS_TOKEN: '00D!secret-of-the-org-000000000000',
      PROD_SALESFORCE_CLIENT_SECRET: 'secret-of-production-11111111',
      GITHUB_TOKEN: 'ghp_secretOfTheForge2222222222222222222222',
      LOOPCTL_WEBHOOK_SECRET: 'secret-of-the-webhook-3333333',
      ANTHROPIC_API_KEY: 'sk-ant-secret-of-the-agent-4444',
      SLACK_WEBHOOK_URL: 'http://127.0.0.1:1/services/secret-of-the-chat-5555',
    };
    const url = remote.url.replace('http://', 'http://deploy:password-in-the-address@');
    const controller = await startLoopctl(['controller', '--repo', url, '--port', '0'], { env: { ...env, ...secrets } });
    const told = await eventually(async () => {
      await get(controller, '/healthz');
      return logOf(controller).find(({ level }) => level === 'error');
    });
    expect(told.msg).toContain('127.0.0.1');
    remote.behave({});
    // The org refuses its token: what it says goes through the log too.
    const refused = await eventually(async () => {
      await get(controller, '/healthz');
      return logOf(controller).find(({ msg }) => msg.startsWith('refused'));
    });
    expect(refused.msg).toMatch(/session|token|INVALID_SESSION/i);
    expect(await controller.stop()).toBe(0);
    for (const secret of [...Object.values(secrets), 'password-in-the-address', 'another-password-here'])
      expect(controller.output()).not.toContain(secret);
  });

  test('a fault that nobody caught is logged, and the process ends with 1', () => {
    const folder = temporary('fault');
    const root = join(import.meta.dirname, '..', '..');
    const file = join(folder, 'fault.mjs');
    writeFileSync(
      file,
      `import { endOnFault } from ${JSON.stringify(join(root, 'adapters', 'process', 'ending.ts'))};
       import { processLog } from ${JSON.stringify(join(root, 'adapters', 'log', 'log.ts'))};
       endOnFault(processLog({ level: 'info', version: '1', secrets: ['secret-of-the-org', 'pass"word with \\\\'] }));
       void Promise.reject(new Error('the token secret-of-the-org was no good, nor was pass"word with \\\\, nor pass%22word%20with%20%5C'));
       setInterval(() => undefined, 1000);`,
    );
    const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      level: 'error',
      event: 'fault',
      error: { message: 'the token [secret] was no good, nor was [secret], nor [secret]' },
    });
    expect(stderr).not.toContain('secret-of-the-org');
  });
});
