// Backups of the state in the data folder: made beside whatever runs, put back while nothing does.
import { randomInt } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Found, StateFile, StateFiles } from '../ports/backup.ts';
import { type Lease, StoreUnavailable } from '../ports/store.ts';
import { copyFile, isDamage, overwriteFile, syncFile, withDatabase } from './file-copy.ts';
import { fileLease } from './lease.ts';
import { migrationNames } from './migrations.ts';
import { fileRefused } from './refusal.ts';

export function stateFiles(folder: string): StateFiles {
  const live = join(folder, 'state.db');
  return {
    look: (path) => look(path, live),
    copyTo: (path) => telling(live, () => copyTo(live, path)),
    claim: (holder) => claim(folder, holder),
    keepAside: (at) => telling(live, () => keepAside(live, at)),
    replaceBy: (path) => telling(live, () => replaceBy(live, path)),
  };
}

/** What SQLite refuses, in the words of the store. */
async function telling<T>(live: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileRefused(live, error);
  }
}

function look(path: string, live: string): Found {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { kind: 'absent' };
  if (existsSync(live) && realpathSync(path) === realpathSync(live)) return { kind: 'live' };
  if (!found.isFile()) return { kind: 'useless', message: `${path} is no file.`, hint: 'Name a file.' };
  try {
    return inspect(path);
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    const message = `${path} can not be read as a backup (${error.message}).`;
    return { kind: 'useless', message, hint: 'Is it whole? Take another that loopctl backup made.' };
  }
}

/** Reads every page of a file. */
function inspect(path: string): Found {
  return withDatabase(path, { readonly: true }, (db) => {
    const useless = (message: string, hint: string): Found => ({ kind: 'useless', message: `${path} ${message}`, hint });
    const damage = db.pragma('integrity_check(1)', { simple: true });
    if (damage !== 'ok') return useless(`is damaged (${String(damage)}).`, 'Take another backup.');
    const steps = hasTable(db, 'kysely_migration') ? db.prepare('SELECT name FROM kysely_migration ORDER BY name').pluck().all() : [];
    const schema = steps.map(String);
    const newest = schema.at(-1);
    if (newest === undefined || schema[0] !== migrationNames[0])
      return useless('is no state of loopctl.', 'Name a file that loopctl backup made.');
    const unknown = schema.filter((name) => !migrationNames.includes(name));
    if (unknown.length > 0) return useless(`is of a newer loopctl than this one (${unknown.join(', ')}).`, 'Use that version here too.');
    return { kind: 'state', file: { path, bytes: statSync(path).size, schema: newest } };
  });
}

function hasTable(db: Database.Database, name: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(name) !== undefined;
}

async function copyTo(live: string, path: string): Promise<StateFile> {
  if (!existsSync(live)) throw new StoreUnavailable('no-state', `There is no state at ${live} yet.`, 'LOOPCTL_DATA names the data folder.');
  accessSync(dirname(path));
  const part = `${path}.part-${process.pid}`;
  try {
    await copyFile(live, part);
    const found = inspect(part);
    // What is wrong with a fresh copy is wrong with what it was copied from.
    if (found.kind === 'useless') throw new StoreUnavailable('unfit-state', found.message.replace(part, live), found.hint);
    if (found.kind !== 'state') throw new Error(`a copy that was just made is ${found.kind}`);
    renameSync(part, path);
    syncFile(dirname(path));
    return { ...found.file, path };
  } finally {
    rmSync(part, { force: true });
  }
}

/** The leases that there are. An apply of another scope, whose lease is made later, reads the state once it has it. */
async function claim(folder: string, holder: string): Promise<Lease | { readonly heldBy: string }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const applies = readdirSync(folder).filter((name) => /^apply-.*\.lock$/.test(name));
  const held: Lease[] = [];
  const release = async () => {
    for (const lease of held) await lease.release();
  };
  for (const name of ['controller', ...applies.map((file) => basename(file, '.lock'))]) {
    const lease = fileLease(folder, name, holder);
    if ('heldBy' in lease) {
      await release();
      return lease;
    }
    held.push(lease);
  }
  return { release };
}

async function keepAside(live: string, at: Date): Promise<string | undefined> {
  if (!existsSync(live)) return undefined;
  const aside = `${live}.before-restore-${at.toISOString().replace(/[:.]/g, '-')}`;
  try {
    await copyFile(live, aside);
  } catch (error) {
    if (!isDamage(error)) throw error;
    // As it is, with what was not yet written back.
    for (const rest of ['', '-wal']) {
      if (!existsSync(live + rest)) continue;
      copyFileSync(live + rest, aside + rest);
      chmodSync(aside + rest, 0o600);
      syncFile(aside + rest);
    }
  }
  return aside;
}

async function replaceBy(live: string, path: string): Promise<void> {
  const staging = `${live}.restoring`;
  try {
    await copyFile(path, staging);
    const mark = prepare(staging);
    if (isUsable(live)) await overwriteFile(staging, live, mark);
    else {
      // Nobody can have it open. A journal of the old file would be taken for one of the new.
      for (const rest of ['-wal', '-shm', '-journal']) rmSync(live + rest, { force: true });
      renameSync(staging, live);
      syncFile(dirname(live));
    }
  } finally {
    rmSync(staging, { force: true });
  }
}

/** What waited to be sent was sent since, or is old: at most once is the promise. Gives a number that this copy alone bears. */
function prepare(staging: string): number {
  const mark = randomInt(1, 2 ** 31 - 1);
  withDatabase(staging, {}, (db) => {
    if (hasTable(db, 'messages'))
      db.exec("UPDATE messages SET status = 'unknown', error = 'the state was restored' WHERE status IN ('waiting', 'sending')");
    db.pragma(`user_version = ${mark}`);
  });
  syncFile(staging);
  return mark;
}

function isUsable(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    return withDatabase(path, {}, (db) => db.prepare('SELECT count(*) FROM sqlite_master').get() !== undefined);
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
