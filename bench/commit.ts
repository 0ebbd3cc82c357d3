// From a commit on the remote to the record in the org, by a controller in a process of its own on the starter organisation: told by a
// signed webhook, and found by polling. Beside it the floor: git fetch, and one PATCH that somebody wrote by hand for this record.
// node bin/with-node.js bench/commit.ts [rounds]
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { median, startControllerProcess, startOrgProcess } from './program.ts';
import { openStoreOf, tokenIn } from './token.ts';

const ROUNDS = Number(process.argv[2] ?? 10);
const SECRET = 'a secret of the bench';
const POLL_SECONDS = 2;
const TERRITORY = 'ams';
const FILE = 'design/territories/ams.yaml';
const LABEL = /label: [^,]*, type: Region/;
const LOOK_MS = 5;

const org = await startOrgProcess('demo');
const folder = mkdtempSync(join(tmpdir(), 'loopctl-bench-commit-'));
const [work, bare, clone, data] = ['work', 'remote.git', 'floor', 'data'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
  string,
];
cpSync(join(import.meta.dirname, '..', 'config'), work, { recursive: true });
edit('loopctl.yaml', /poll: 30s/, `poll: ${POLL_SECONDS}s`);
git(folder, 'init', '-q', '--bare', '-b', 'main', bare);
git(work, 'init', '-q', '-b', 'main');
git(work, 'remote', 'add', 'origin', bare);
let commit = push('The organisation');

const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: data, LOOPCTL_WEBHOOK_SECRET: SECRET };
const controller = await startControllerProcess(['--repo', bare], env);
const store = await openStoreOf(data);
const token = await tokenIn(store, 'bench');
await store.close();
await applied();
const id = String((await query(`SELECT Id FROM Territory2 WHERE DeveloperName = '${TERRITORY}'`))[0]?.['Id']);

const ways = {
  'told by webhook': () => announce(),
  [`found by polling every ${POLL_SECONDS} s`]: async () => undefined,
};
for (const [name, tell] of Object.entries(ways)) {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const label = `${name} ${round}`;
    edit(FILE, LABEL, `label: ${label}, type: Region`);
    commit = push(label);
    const started = performance.now();
    await tell();
    await untilNamed(label);
    times.push(performance.now() - started);
    await applied();
  }
  told(name, times);
}
await controller.stop();

git(folder, 'clone', '-q', '--bare', bare, clone);
const floor: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const label = `floor ${round}`;
  edit(FILE, LABEL, `label: ${label}, type: Region`);
  commit = push(label);
  const started = performance.now();
  git(clone, 'fetch', '-q', 'origin', 'main:main');
  await call('PATCH', `sobjects/Territory2/${id}`, { Name: label });
  floor.push(performance.now() - started);
  if ((await nameOf()) !== label) throw new Error('the floor did not change it');
}
told('floor: git fetch, one PATCH', floor);
process.exit(0);

function told(name: string, times: readonly number[]): void {
  const range = `${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)}`;
  console.log(`${name.padEnd(28)} ${median(times).toFixed(0).padStart(6)} ms (median of ${times.length}, ${range})`);
}

function edit(file: string, from: RegExp, to: string): void {
  const text = readFileSync(join(work, file), 'utf8');
  const next = text.replace(from, to);
  if (next === text) throw new Error(`${file} was not changed`);
  writeFileSync(join(work, file), next);
}

function push(message: string): string {
  git(work, 'add', '-A');
  git(work, 'commit', '-q', '-m', message);
  git(work, 'push', '-q', 'origin', 'main');
  return git(work, 'rev-parse', 'HEAD');
}

function git(cwd: string, ...args: readonly string[]): string {
  const run = spawnSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@acme.example', ...args], { cwd, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}`);
  return run.stdout.trim();
}

/** As GitHub does it. */
async function announce(): Promise<void> {
  const body = JSON.stringify({ ref: 'refs/heads/main', after: commit });
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-github-event': 'push', 'x-hub-signature-256': signature };
  const response = await fetch(`${controller.url}/webhooks/git`, { method: 'POST', headers, body });
  if (response.status !== 202) throw new Error(`the webhook was answered with ${response.status}`);
}

async function untilNamed(label: string): Promise<void> {
  while ((await nameOf()) !== label) await pause(LOOK_MS);
}

/** The run that brought it has ended too: the next round does not meet it. */
async function applied(): Promise<void> {
  for (;;) {
    const response = await fetch(`${controller.url}/api/status`, { headers: { authorization: `Bearer ${token}` } });
    const text = await response.text();
    if (response.status === 200) {
      const { sync } = JSON.parse(text) as { sync: { state: string; lastApplied?: { commit: string } } };
      if (sync.state === 'synced' && sync.lastApplied?.commit === commit) return;
      if (sync.state === 'held' || sync.state === 'failed') throw new Error(text);
    } else if (response.status !== 503) throw new Error(text);
    await pause(LOOK_MS * 10);
  }
}

async function nameOf(): Promise<unknown> {
  return ((await call('GET', `sobjects/Territory2/${id}?fields=Name`)) as { readonly Name?: unknown }).Name;
}

async function query(soql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return ((await call('GET', `query?q=${encodeURIComponent(soql)}`)) as { readonly records: readonly Record<string, unknown>[] }).records;
}

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${org.token}`, 'content-type': 'application/json' };
  const response = await fetch(`${org.url}/services/data/v64.0/${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text === '' ? undefined : JSON.parse(text);
}
