// SQLite files, copied by SQLite's own backup: nobody has to stop for it, a reader sees the file as it was or as it is, and a process that
// dies in the middle leaves what was there before.
import { closeSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { StoreUnavailable } from '../ports/store.ts';

const TRIES = 50;
const PAUSE_MS = 200;
const PATIENCE_MS = 10_000;
const ALL_PAGES = 2 ** 31 - 1;

/** Into a new file that needs no other beside it, for its owner alone. */
export async function copyFile(from: string, to: string): Promise<void> {
  rmSync(to, { force: true });
  closeSync(openSync(to, 'wx', 0o600));
  await pour(from, to, () => statSync(to).size > 0);
  withDatabase(to, {}, (db) => db.pragma('journal_mode = DELETE'));
  syncFile(to);
}

/**
 * Over a file that others may have open, in one transaction: they go on with the new content.
 * @param mark The `user_version` of `from`, which no other file has.
 */
export async function overwriteFile(from: string, to: string, mark: number): Promise<void> {
  await pour(from, to, () => withDatabase(to, {}, (db) => db.pragma('user_version', { simple: true })) === mark);
}

/** A backup that finds a file locked ends without a word, so it is asked whether it `arrived`. */
async function pour(from: string, to: string, arrived: () => boolean): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const source = new Database(from, { fileMustExist: true, timeout: PATIENCE_MS });
    try {
      // All pages at once: what is written meanwhile does not make it begin anew.
      await source.backup(to, { progress: () => ALL_PAGES });
    } finally {
      source.close();
    }
    if (arrived()) return;
    await pause(PAUSE_MS);
  }
  throw new StoreUnavailable('busy-state', `${from} or ${to} is held by another process.`, 'Wait until it is done, and try again.');
}

export function withDatabase<T>(path: string, options: Database.Options, use: (db: Database.Database) => T): T {
  const db = new Database(path, { fileMustExist: true, timeout: PATIENCE_MS, ...options });
  try {
    return use(db);
  } finally {
    db.close();
  }
}

export function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(NOTADB|CORRUPT)/.test(error.code);
}

/** On disk, not only on its way there. Windows syncs no folders. */
export function syncFile(path: string): void {
  if (process.platform === 'win32' && statSync(path).isDirectory()) return;
  const file = openSync(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
