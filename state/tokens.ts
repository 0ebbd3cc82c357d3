// Bearer tokens, by hash.
import type { Kysely } from 'kysely';
import type { Role, TokenRow, Tokens } from '../ports/tokens.ts';
import type { Tables } from './schema.ts';

export function tokens(db: Kysely<Tables>): Tokens {
  return {
    async add({ id, name, role, user, hash, createdAt, createdBy }) {
      await db
        .insertInto('tokens')
        .values({ id, name, role, username: user ?? null, hash, created_at: createdAt, created_by: createdBy, revoked_at: null })
        .execute();
    },
    async find(id) {
      const row = await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : toRow(row);
    },
    async list() {
      return (await db.selectFrom('tokens').selectAll().orderBy('created_at').orderBy('id').execute()).map(toRow);
    },
    async revoke(id, at) {
      const result = await db
        .updateTable('tokens')
        .set({ revoked_at: at })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}

function toRow(row: Tables['tokens']): TokenRow {
  const { id, name, role, username, hash, created_at: createdAt, created_by: createdBy, revoked_at: revokedAt } = row;
  return {
    id,
    name,
    role: role as Role,
    ...(username !== null && { user: username }),
    hash,
    createdAt,
    createdBy,
    ...(revokedAt !== null && { revokedAt }),
  };
}
