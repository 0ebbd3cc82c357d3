// What was proposed last, by topic.
import type { Kysely } from 'kysely';
import type { ProposalRow, Proposals } from '../ports/proposals.ts';
import type { Tables } from './schema.ts';

export function proposals(db: Kysely<Tables>): Proposals {
  return {
    async find(project, topic) {
      const row = await db.selectFrom('proposals').selectAll().where('project', '=', project).where('topic', '=', topic).executeTakeFirst();
      return row === undefined ? undefined : toRow(row);
    },
    async put(project, { topic, branch, commit, digest, at, url }) {
      const values = { branch, commit, digest, at, url: url ?? null };
      await db
        .insertInto('proposals')
        .values({ project, topic, ...values })
        .onConflict((oc) => oc.columns(['project', 'topic']).doUpdateSet(values))
        .execute();
    },
    async list(project) {
      const rows = await db
        .selectFrom('proposals')
        .selectAll()
        .where('project', '=', project)
        .orderBy('at', 'desc')
        .orderBy('topic')
        .execute();
      return rows.map(toRow);
    },
  };
}

function toRow({ topic, branch, commit, digest, at, url }: Tables['proposals']): ProposalRow {
  return { topic, branch, commit, digest, at, ...(url !== null && { url }) };
}
