// Answers of providers. They belong to the project: what is known of a company is the same in each of its environments.
import type { Kysely } from 'kysely';
import type { Enrichments } from '../ports/enrichments.ts';
import type { Kept } from '../resources/enrichment-policy/found.ts';
import type { Tables } from './schema.ts';
import { chunks } from './sql.ts';

export function enrichments(db: Kysely<Tables>): Enrichments {
  return {
    async find(project, keys) {
      const rows = [];
      for (const [provider, ofProvider] of Map.groupBy(keys, (one) => one.provider)) {
        for (const some of chunks(ofProvider, 500)) {
          const found = db.selectFrom('enrichments').select(['provider', 'key', 'kept']).where('project', '=', project);
          const wanted = some.map(({ key }) => key);
          rows.push(...(await found.where('provider', '=', provider).where('key', 'in', wanted).execute()));
        }
      }
      return rows.map(({ provider, key, kept }) => ({ provider, key, kept: JSON.parse(kept) as Kept }));
    },
    async keep(project, { provider, key }, kept, at) {
      const row = { at, kept: JSON.stringify(kept) };
      await db
        .insertInto('enrichments')
        .values({ project, provider, key, ...row })
        .onConflict((oc) => oc.columns(['project', 'provider', 'key']).doUpdateSet(row))
        .execute();
    },
    async prune(project, before) {
      await db.deleteFrom('enrichments').where('project', '=', project).where('at', '<', before).execute();
    },
  };
}
