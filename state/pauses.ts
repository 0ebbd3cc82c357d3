// Seats that were paused by hand.
import type { Kysely, Transaction } from 'kysely';
import type { Pause, PausePlace, Pauses } from '../ports/pauses.ts';
import type { Tables } from './schema.ts';
import { readThenWrite } from './transaction.ts';

export function pauses(db: Kysely<Tables>): Pauses {
  return {
    async open({ project, environment }) {
      const rows = await db
        .selectFrom('pauses')
        .selectAll()
        .where('project', '=', project)
        .where('environment', '=', environment)
        .where('ended_at', 'is', null)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(toPause);
    },
    begin: (place, { id, seat, at, by, until, reason }) =>
      readThenWrite(db, async (trx) => {
        await endAll(trx, place, seat, by, at);
        const { project, environment } = place;
        const row = { id, project, environment, seat, at, by, until: until ?? null, reason: reason ?? null };
        await trx
          .insertInto('pauses')
          .values({ ...row, ended_at: null, ended_by: null })
          .execute();
      }),
    end: (place, seat, by, at) => readThenWrite(db, (trx) => endAll(trx, place, seat, by, at)),
  };
}

async function endAll(
  trx: Transaction<Tables>,
  { project, environment }: PausePlace,
  seat: string,
  by: string,
  at: string,
): Promise<boolean> {
  const ended = await trx
    .updateTable('pauses')
    .set({ ended_at: at, ended_by: by })
    .where('project', '=', project)
    .where('environment', '=', environment)
    .where('seat', '=', seat)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return ended.numUpdatedRows > 0n;
}

function toPause({ id, seat, at, by, until, reason }: Tables['pauses']): Pause {
  return { id, seat, at, by, ...(until !== null && { until }), ...(reason !== null && { reason }) };
}
