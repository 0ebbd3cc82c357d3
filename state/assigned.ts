// What was put into territories from here, a row a record and territory.
import type { Kysely } from 'kysely';
import type { AssignedRecords } from '../ports/assigned.ts';
import type { Tables } from './schema.ts';
import { chunks, inScope, scopeRow } from './sql.ts';

/** A statement bears so many values. */
const AT_ONCE = 100;

export function assigned(db: Kysely<Tables>): AssignedRecords {
  return {
    all: (scope) => db.selectFrom('assigned').select(['record', 'territory', 'association']).where(inScope(scope)).execute(),
    async claim(scope, rows, at) {
      await db.transaction().execute(async (trx) => {
        for (const some of chunks(rows, AT_ONCE)) {
          await trx
            .insertInto('assigned')
            .values(some.map(({ record, territory }) => ({ ...scopeRow(scope), record, territory, at, association: null })))
            .onConflict((oc) =>
              oc.columns(['project', 'environment', 'org_id', 'record', 'territory']).doUpdateSet({ at, association: null }),
            )
            .execute();
        }
      });
    },
    async name(scope, rows) {
      await db.transaction().execute(async (trx) => {
        for (const { record, territory, association } of rows) {
          await trx
            .updateTable('assigned')
            .set({ association })
            .where(inScope(scope))
            .where('record', '=', record)
            .where('territory', '=', territory)
            .execute();
        }
      });
    },
    async release(scope, rows) {
      await db.transaction().execute(async (trx) => {
        for (const { record, territory } of rows) {
          await trx.deleteFrom('assigned').where(inScope(scope)).where('record', '=', record).where('territory', '=', territory).execute();
        }
      });
    },
  };
}
