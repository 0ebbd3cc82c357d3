// A store that can not be used says why, where and what to do, and never a password.
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { StoreUnavailable } from '../../ports/store.ts';
import { openStore } from '../../state/open.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopctl-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});
const open = (databaseUrl?: string) =>
  openStore({ folder, nextId: () => 'id', now: () => new Date(0), ...(databaseUrl !== undefined && { databaseUrl }) });
async function refusal(databaseUrl?: string): Promise<StoreUnavailable> {
  const error = await open(databaseUrl).catch((caught: unknown) => caught);
  if (!(error instanceof StoreUnavailable)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

test('a state that a newer version wrote is refused, and left as it is', async () => {
  await (await open()).close();
  const db = new Database(join(folder, 'state.db'));
  db.prepare("INSERT INTO kysely_migration (name, timestamp) VALUES ('0099-future', '2027-01-01')").run();
  db.close();
  const error = await refusal();
  expect(error).toMatchObject({ code: 'newer-state', message: expect.stringContaining('0099-future') as string });
  expect(error.message).toContain(folder);
});

test('a damaged file is named, with the way out', async () => {
  writeFileSync(join(folder, 'state.db'), 'this is no database, and long enough to be taken for one'.repeat(40));
  const error = await refusal();
  expect(error).toMatchObject({ code: 'damaged-state', hint: expect.stringContaining('adopts') as string });
  expect(error.message).toContain(join(folder, 'state.db'));
});

test('a server that is away is told by host and database, without the password', async () => {
  const server = createServer();
  const port = await new Promise<number>((found) => {
    server.listen(0, '127.0.0.1', () => found((server.address() as { port: number }).port));
  });
  await new Promise((closed) => server.close(closed));
  const error = await refusal(`postgres://loopctl:hush@127.0.0.1:${port}/state`);
  expect(error).toMatchObject({ code: 'store-unreachable', message: expect.stringContaining(`127.0.0.1:${port}/state`) as string });
  expect(`${String(error.stack)} ${error.hint}`).not.toContain('hush');
});

test.each(['garbage-hush', 'mysql://user:hush@host/name'])('%s is no address of a database, and is not told', async (url) => {
  const error = await refusal(url);
  expect(error.code).toBe('bad-database-url');
  expect(error.message).not.toContain('hush');
});

test.skipIf(process.platform === 'win32')('a folder that everybody may look into still shows nobody the state', async () => {
  chmodSync(folder, 0o755);
  const readable = () => readdirSync(folder).filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);
  const hold = async () => {
    const store = await open();
    const lease = await store.controllerLease('ada');
    if ('heldBy' in lease) throw new Error('it is free');
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['state.db', 'state.db-wal', 'state.db-shm', 'controller.lock']));
    expect(readable()).toEqual([]);
    await lease.release();
    await store.close();
  };
  await hold();
  // As an earlier version left them.
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
  await hold();
});
