// The embedded org of a folder: one owner at a time, found by the others, and nothing left to clean up after a kill.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type EmbeddedOrg, openEmbedded, startOwned } from '../../sandbox/embedded.ts';
import { callerOn } from './org.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'loopctl-embedded-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function open(path: string): Promise<EmbeddedOrg> {
  const org = await openEmbedded({ folder: path, seed: 'empty' });
  onTestFinished(() => org.close());
  return org;
}

/** Another process that owns the org of the folder. */
async function otherOwner(path: string): Promise<{ process: ChildProcess; url: string; ended: Promise<unknown> }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'owner.mjs'), path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise((resolve) => {
    child.on('exit', resolve);
  });
  const line = await new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
  });
  return { process: child, url: (JSON.parse(line) as { url: string }).url, ended };
}

test('who comes second finds the first, with the same rights, and closing leaves it alone', async () => {
  const path = folder();
  const first = await open(path);
  const second = await open(path);
  expect([first.started, second.started]).toEqual([true, false]);
  expect({ ...second, close: 0, started: 0, pid: 0 }).toEqual({ ...first, close: 0, started: 0, pid: 0 });
  await second.close();
  expect((await callerOn(first.url, first.token).call('GET', 'sobjects')).status).toBe(200);
});

test('org.json is for its owner alone, and goes with the org', async () => {
  const path = folder();
  const org = await openEmbedded({ folder: path, seed: 'empty' });
  const published = join(path, 'org.json');
  expect(statSync(published).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(published, 'utf8'))).toMatchObject({ url: org.url, token: org.token, pid: process.pid });
  await org.close();
  expect(existsSync(published)).toBe(false);
});

test('the token is in org.json and in no other file', async () => {
  const path = folder();
  const org = await open(path);
  await callerOn(org.url, org.token).create('Account', { Name: 'x' });
  const secret = org.token.split('!')[1] ?? '';
  expect(secret.length).toBeGreaterThan(20);
  const holding = readdirSync(path).filter((name) => readFileSync(join(path, name)).includes(secret));
  expect(holding).toEqual(['org.json']);
});

test('an org of another process is used; when that is killed the next one takes over with all that was answered', async () => {
  const path = folder();
  const owner = await otherOwner(path);
  const guest = await openEmbedded({ folder: path, seed: 'empty' });
  expect([guest.started, guest.url]).toEqual([false, owner.url]);
  const id = await callerOn(guest.url, guest.token).create('Account', { Name: 'Acknowledged' });
  owner.process.kill('SIGKILL');
  await owner.ended;
  const heir = await open(path);
  expect(heir.started).toBe(true);
  const caller = callerOn(heir.url, guest.token);
  expect(await caller.query(`SELECT Name FROM Account WHERE Id = '${id}'`)).toMatchObject([{ Name: 'Acknowledged' }]);
});

test('two that start at once: one owns, the other finds it', async () => {
  const path = folder();
  const orgs = await Promise.all([open(path), otherOwner(path)]);
  expect(orgs[1].url).toBe(orgs[0].url);
});

test('a second owner is refused with the address of the first', async () => {
  const path = folder();
  const first = await open(path);
  const second = startOwned({ data: join(path, 'org.db'), seed: 'empty' });
  await expect(second).rejects.toMatchObject({ name: 'OrgInUse' });
  await expect(second).rejects.toThrow(first.url);
});

test('memory is nobody’s: no lock, no org.json', async () => {
  const one = await startOwned({ data: ':memory:', seed: 'empty' });
  const two = await startOwned({ data: ':memory:', seed: 'empty' });
  expect(one.organizationId).not.toBe(two.organizationId);
  await Promise.all([one.close(), two.close()]);
});
