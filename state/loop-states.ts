// States of loops, a page at a time.
import { type Kysely, sql } from 'kysely';
import type { LoopStates } from '../ports/loop-states.ts';
import type { Tables } from './schema.ts';

export function loopStates(db: Kysely<Tables>): LoopStates {
  return {
    async page({ project, environment, orgId }, prefix, { limit, after }) {
      // Beginnings are compared as text: how a database sorts letters has no say in what begins how.
      const rows = await db
        .selectFrom('loop_state')
        .select(['key', 'value'])
        .where('project', '=', project)
        .where('environment', '=', environment)
        .where('org_id', '=', orgId)
        .where(sql<string>`substr(key, 1, ${prefix.length})`, '=', prefix)
        .$if(after !== undefined, (query) => query.where('key', '>', after ?? ''))
        .orderBy('key')
        .limit(limit)
        .execute();
      return rows.map(({ key, value }) => ({ key, value: JSON.parse(value) as unknown }));
    },
  };
}
