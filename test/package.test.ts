// What a team installs: the package that `npm pack` makes, in an empty folder, on what `init` writes.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopctl-package-'));
  npm(ROOT, 'pack', '--pack-destination', folder);
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), '{"name": "acme-revenue", "private": true}');
  npm(folder, 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', `./${file}`);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('it carries compiled JavaScript and no source of ours', () => {
  const installed = join(folder, 'node_modules', 'loopctl');
  expect(existsSync(join(installed, 'dist', 'main.js'))).toBe(true);
  const files = readdirSync(installed, { recursive: true }).map(String);
  expect(files.filter((name) => name.endsWith('.ts'))).toEqual([]);
});

test('init, validate, fmt, plan, apply and a second plan, without the clone', () => {
  expect(loopctl('init', 'config')).toMatchObject({ status: 0 });
  expect(loopctl('validate', '--strict')).toMatchObject({ status: 0 });
  expect(loopctl('fmt', '--check')).toMatchObject({ status: 0 });
  expect(loopctl('plan')).toMatchObject({ status: 2, stdout: expect.stringContaining('to create') as string });
  expect(loopctl('apply', '--yes')).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing is left to do') as string });
  expect(loopctl('plan')).toMatchObject({ status: 0, stdout: expect.stringContaining('Nothing to do') as string });
});

test.each([
  ['SIGTERM, to the program alone', (pid: number) => process.kill(pid, 'SIGTERM')],
  ['Ctrl-C, which everybody at the terminal gets', (pid: number) => process.kill(-pid, 'SIGINT')],
])('the controller, by the Node of this machine, and its end: %s', async (_how, end) => {
  // An older Node starts the packaged one, and both hear of the end.
  const program = join(folder, 'node_modules', 'loopctl', 'bin', 'loopctl.js');
  const child = spawn('node', [program, 'controller', '--port', '0', '-o', 'json'], { cwd: folder, env: environment(), detached: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  const ended = new Promise((found) => void child.on('exit', (code) => found(code)));
  const line = await new Promise<string>((found) => {
    child.stdout.on('data', (text: Buffer) => found(text.toString()));
    void ended.then(() => found('{}'));
  });
  const { url } = JSON.parse(line) as { url: string };
  expect((await fetch(`${url}/healthz`)).status, output).toBe(200);
  end(child.pid ?? 0);
  expect(await ended, output).toBe(0);
});

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(loopctl('--version').stdout.trim()).toBe(version);
});

function loopctl(...args: readonly string[]) {
  const run = spawnSync(process.execPath, [join(folder, 'node_modules', '.bin', 'loopctl'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: environment(),
  });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

function npm(cwd: string, ...args: readonly string[]): void {
  const run = spawnSync('npm', args, { cwd, encoding: 'utf8', env: environment(), shell: process.platform === 'win32' });
  if (run.status !== 0) throw new Error(`npm ${args.join(' ')}: ${run.stdout}${run.stderr}`);
}

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/SALESFORCE_|^LOOPCTL_|^DATABASE_URL$|^npm_/.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}
