// What waits for people.
import type { Kysely, Transaction } from 'kysely';
import type { NewEvent } from '../ports/live.ts';
import type { NewReview, ReviewRow, Reviews } from '../ports/reviews.ts';
import type { Scope } from '../ports/store.ts';
import { addEvents } from './inbox.ts';
import type { Tables } from './schema.ts';
import { chunks, inScope, scopeRow } from './sql.ts';
import { lookThenWrite } from './transaction.ts';

export function reviews(db: Kysely<Tables>): Reviews {
  return {
    async list(project, environment, { status, limit, loop }) {
      const rows = await db
        .selectFrom('reviews')
        .selectAll()
        .where('project', '=', project)
        .where('environment', '=', environment)
        .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'open'))
        .$if(loop !== undefined, (query) => query.where('loop', '=', loop ?? ''))
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toRow);
    },
    async find(project, environment, id) {
      const rows = await db
        .selectFrom('reviews')
        .selectAll()
        .where('project', '=', project)
        .where('environment', '=', environment)
        .where('id', '>=', id)
        .where('id', '<', `${id}\u{10FFFF}`)
        .limit(2)
        .execute();
      const exact = rows.find((row) => row.id === id) ?? (rows.length === 1 ? rows[0] : undefined);
      return exact === undefined ? undefined : toRow(exact);
    },
    answer: (project, environment, id, { status, choice, by, reason, at }) =>
      lookThenWrite(db, async (trx) => {
        const row = await trx
          .selectFrom('reviews')
          .selectAll()
          .where('project', '=', project)
          .where('environment', '=', environment)
          .where('id', '=', id)
          .where('status', '=', 'open')
          .executeTakeFirst();
        if (row === undefined) return false;
        const verdict = JSON.stringify({ choice, reason });
        await trx.updateTable('reviews').set({ status, verdict, by, answered_at: at }).where('id', '=', id).execute();
        const { loop, object, record, topic, decision } = row;
        const payload = { review: id, decision, topic, choice, by, reason };
        const event: NewEvent = { id: `review/${id}`, loop, object, record, at, source: 'review', payload };
        await addEvents(trx, { project, environment, orgId: row.org_id }, [event]);
        return true;
      }),
  };
}

/** What a decision asks people; nothing where it asks nothing, and what an earlier one of the loop asked of the record is settled by it. */
export interface Asking {
  readonly loop: string;
  readonly object: string;
  readonly record: string;
  readonly decision: string;
  readonly at: string;
  readonly review?: NewReview;
}

/** Inside the caller's transaction. One question is open at a time on a record and topic: a newer decision puts its own in the place. */
export async function ask(trx: Transaction<Tables>, scope: Scope, asking: readonly Asking[]): Promise<void> {
  for (const some of chunks(asking, 200)) {
    const open = await trx
      .selectFrom('reviews')
      .select(['id', 'loop', 'record', 'topic'])
      .where(inScope(scope))
      .where('status', '=', 'open')
      .where(
        'record',
        'in',
        some.map(({ record }) => record),
      )
      .execute();
    for (const { loop, object, record, decision, at, review } of some) {
      const question = JSON.stringify(review?.question ?? null);
      const before = open.filter((row) => row.loop === loop && row.record === record);
      const same = before.find(({ topic }) => topic === review?.topic);
      for (const { id } of before.filter((row) => row !== same))
        await trx.updateTable('reviews').set({ status: 'superseded' }).where('id', '=', id).execute();
      if (review === undefined) continue;
      if (same === undefined) {
        const row = { id: review.id, loop, object, record, topic: review.topic, decision, question, at, status: 'open' as const };
        await trx
          .insertInto('reviews')
          .values({ ...scopeRow(scope), ...row, verdict: null, by: null, answered_at: null })
          .execute();
      } else await trx.updateTable('reviews').set({ decision, question }).where('id', '=', same.id).execute();
    }
  }
}

function toRow({
  id,
  loop,
  object,
  record,
  topic,
  decision,
  question,
  at,
  status,
  verdict,
  by,
  answered_at,
}: Tables['reviews']): ReviewRow {
  const said = verdict === null ? undefined : (JSON.parse(verdict) as { readonly choice: unknown; readonly reason: string });
  return {
    id,
    loop,
    object,
    record,
    topic,
    decision,
    question: JSON.parse(question) as unknown,
    at,
    status,
    ...(said !== undefined && { answer: { ...said, by: by ?? '', at: answered_at ?? '' } }),
  };
}
