// A restore under the feet of a command that has the state open, and what it does to messages.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { stateFiles } from '../../state/backup.ts';
import { migrationProvider } from '../../state/migrations.ts';
import { openStore } from '../../state/open.ts';

let folder: string;
let ids = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopctl-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

async function open() {
  const store = await openStore({ folder, nextId: () => `id-${(ids += 1)}`, now: () => new Date('2026-11-21T12:00:00Z') });
  onTestFinished(() => store.close());
  return store;
}

const message = (key: string) =>
  ({ key, topic: 'drift', environment: 'sandbox', channel: 'slack', text: key, at: '2026-11-21T12:00:00Z' }) as const;

test('a store that is open reads and writes what was restored', async () => {
  const store = await open();
  await store.useSerial('before', 'plan', '2026-11-21T12:00:00Z');
  const files = stateFiles(folder);
  await files.copyTo(join(folder, 'copy'));
  await store.useSerial('after', 'plan', '2026-11-21T12:00:00Z');
  await files.replaceBy(join(folder, 'copy'));
  expect([await store.isUsed('before'), await store.isUsed('after')]).toEqual([true, false]);
  await store.useSerial('later', 'plan', '2026-11-21T12:00:00Z');
  const another = await open();
  expect([await another.isUsed('before'), await another.isUsed('after'), await another.isUsed('later')]).toEqual([true, false, true]);
});

test('messages that waited when the backup was made are not sent again; new ones are', async () => {
  const store = await open();
  await store.messages.add([message('one')]);
  const files = stateFiles(folder);
  await files.copyTo(join(folder, 'copy'));
  expect(await store.messages.take(10)).toHaveLength(1);
  await files.replaceBy(join(folder, 'copy'));
  expect(await store.messages.take(10)).toEqual([]);
  await store.messages.add([message('two')]);
  expect((await store.messages.take(10)).map(({ key }) => key)).toEqual(['two']);
});

test('an older schema is a backup too, and is brought up to date by the next start', async () => {
  const old = new Kysely({ dialect: new SqliteDialect({ database: new Database(join(folder, 'state.db')) }) });
  const { error } = await new Migrator({ db: old, provider: migrationProvider }).migrateTo('0002-controller');
  expect(error).toBeUndefined();
  await old.destroy();
  const files = stateFiles(folder);
  const { schema } = await files.copyTo(join(folder, 'copy'));
  expect(schema).toBe('0002-controller');
  expect(files.look(join(folder, 'copy'))).toMatchObject({ kind: 'state', file: { schema } });
  rmSync(join(folder, 'state.db'));
  await files.replaceBy(join(folder, 'copy'));
  const again = await open();
  expect(await again.tokens.list()).toEqual([]);
});

test('leases: whoever restores keeps controllers and applies out, and lets them in again', async () => {
  const store = await open();
  const scope = { project: 'acme', environment: 'sandbox', orgId: '00D1' };
  const apply = await store.lease(scope, 'ada@laptop');
  if ('heldBy' in apply) throw new Error('taken');
  const files = stateFiles(folder);
  expect(await files.claim('a restore')).toEqual({ heldBy: 'ada@laptop' });
  // Refused halfway, nothing is left behind.
  const controller = await store.controllerLease('controller@server');
  if ('heldBy' in controller) throw new Error('taken');
  await apply.release();
  expect(await files.claim('a restore')).toEqual({ heldBy: 'controller@server' });
  await controller.release();
  const claim = await files.claim('a restore');
  if ('heldBy' in claim) throw new Error('taken');
  expect(await store.lease(scope, 'ada@laptop')).toEqual({ heldBy: 'a restore' });
  expect(await store.controllerLease('controller@server')).toEqual({ heldBy: 'a restore' });
  await claim.release();
  expect(await store.controllerLease('controller@server')).toHaveProperty('release');
});
