// Answers given under an idempotency key.
import type { Kysely } from 'kysely';
import type { Repeats } from '../ports/decisions.ts';
import type { Tables } from './schema.ts';

export function repeats(db: Kysely<Tables>): Repeats {
  return {
    async begin(key, fingerprint, at) {
      const result = await db
        .insertInto('repeats')
        .values({ key, fingerprint, at, status: null, body: null })
        .onConflict((oc) => oc.column('key').doNothing())
        .executeTakeFirst();
      if (result.numInsertedOrUpdatedRows === 1n) return { kind: 'new' };
      const row = await db.selectFrom('repeats').selectAll().where('key', '=', key).executeTakeFirst();
      // Released between the two looks: the caller may begin again.
      if (row === undefined) return { kind: 'busy' };
      if (row.fingerprint !== fingerprint) return { kind: 'differs' };
      return row.status === null ? { kind: 'busy' } : { kind: 'answered', status: row.status, body: row.body ?? '' };
    },
    async end(key, status, body) {
      await db.updateTable('repeats').set({ status, body }).where('key', '=', key).execute();
    },
    async release(key) {
      await db.deleteFrom('repeats').where('key', '=', key).where('status', 'is', null).execute();
    },
  };
}
