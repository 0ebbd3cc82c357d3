// A transaction that reads before it writes: another process may have written in between, in which case it is done once more.
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './schema.ts';

/** What was read is no longer so. */
export class Overtaken extends Error {}

const ATTEMPTS = 20;
/** SQLite's snapshot that cannot be written on any more; Postgres' serialisation failure and deadlock. */
const AGAIN = ['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', '40001', '40P01'];

export async function readThenWrite<T>(db: Kysely<Tables>, body: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  return again(() => db.transaction().execute(body));
}

/** The same where what is written hangs on what is not there: on a server that lets two readers see the same gap, one of them begins anew. */
export async function lookThenWrite<T>(db: Kysely<Tables>, body: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  return again(() => db.transaction().setIsolationLevel('serializable').execute(body));
}

async function again<T>(attemptOnce: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce();
    } catch (error) {
      if (attempt === ATTEMPTS || !isOvertaken(error)) throw error;
    }
  }
}

function isOvertaken(error: unknown): boolean {
  return error instanceof Overtaken || (error instanceof Error && 'code' in error && AGAIN.includes(String(error.code)));
}
