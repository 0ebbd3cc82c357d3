// One apply at a time in an environment. A lease dies with its process, so a kill leaves nothing to wait for:
// on SQLite an exclusive transaction on a file of its own, on Postgres an advisory lock of a session of its own.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Lease, Scope } from '../ports/store.ts';
import { makePrivate } from './private-file.ts';

type Taken = { readonly heldBy: string };

export function fileLease(folder: string, name: string, holder: string): Lease | Taken {
  const path = join(folder, `${name}.lock`);
  const note = `${path}.holder`;
  makePrivate(path);
  const db = new Database(path, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    return { heldBy: readNote(note) };
  }
  writeFileSync(note, holder, { mode: 0o600 });
  return {
    async release() {
      rmSync(note, { force: true });
      db.exec('ROLLBACK');
      db.close();
    },
  };
}

export async function sessionLease(url: string, name: string, holder: string): Promise<Lease | Taken> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, application_name: `loopctl: ${holder}`.slice(0, 60) });
  await client.connect();
  const key = createHash('sha256').update(name).digest().readBigInt64BE(0).toString();
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1::bigint) AS taken', [key]);
  if (rows[0]?.taken === true) {
    return {
      async release() {
        await client.end();
      },
    };
  }
  const high = BigInt.asIntN(64, BigInt(key)) >> 32n;
  const low = BigInt.asUintN(32, BigInt(key));
  const { rows: who } = await client.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.classid = $1::bigint::oid AND l.objid = $2::bigint::oid AND l.granted`,
    [BigInt.asUintN(32, high).toString(), low.toString()],
  );
  await client.end();
  return { heldBy: who[0]?.name.replace(/^loopctl: /, '') ?? 'another process' };
}

/** A name for files and lock keys that two scopes never share. */
export function leaseName(scope: Scope): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([scope.project, scope.environment, scope.orgId]))
    .digest('hex')
    .slice(0, 12);
  return `apply-${scope.environment.replace(/[^\w-]/g, '_')}-${hash}`;
}

function readNote(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return 'another process';
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
