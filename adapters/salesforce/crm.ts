// Salesforce behind the CRM port: the real client over HTTP.
import { setTimeout as pause } from 'node:timers/promises';
import type { CrmTypes } from '../../plans/plan.ts';
import type { Crm } from '../../ports/crm.ts';
import type { Credentials } from './credentials.ts';
import { bulkWrites } from './bulk.ts';
import { pollState } from './models.ts';
import { inTerritories } from './in-territories.ts';
import { lacking, type Standing, standing } from './preflight.ts';
import { ownedBy } from './owned-by.ts';
import { listRecords, readRecords } from './read.ts';
import { salesforceRecords } from './records.ts';
import { type Call, openSession } from './session.ts';
import { streamFeed } from './stream.ts';
import { typeTable } from './types.ts';
import { failure, writeRecords } from './write.ts';

export const salesforceTypes: CrmTypes = {
  ...Object.fromEntries(Object.entries(typeTable).map(([type, row]) => [type, row.facts])),
  CustomField: { createOnly: ['type'], updateable: true, holdsData: true, batch: 1 },
};

/** Rights and users change while a process runs for weeks. */
const KNOWN_FOR_MS = 5 * 60_000;

/** Reconnections are not part of anybody's plan: they go by the machine's own clock. */
const STREAM_CLOCK = { sleep: (milliseconds: number) => pause(milliseconds), random: Math.random };

export function salesforce(credentials: Credentials, options: { readonly onCall?: (call: Call) => void } = {}): Crm {
  const session = openSession(credentials, options);
  let known: { readonly since: number; readonly answer: Promise<Standing> } | undefined;
  const about = () => {
    if (known === undefined || Date.now() - known.since > KNOWN_FOR_MS) {
      const answer = standing(session).catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      known = { since: Date.now(), answer };
    }
    return known.answer;
  };
  return {
    types: salesforceTypes,
    async identify() {
      const { userId: _, userActive: __, ...org } = (await about()).org;
      return org;
    },
    preflight: async (types) => lacking(await about(), types),
    async read(addresses) {
      const { org } = await about();
      return readRecords(session, addresses, { id: org.userId, username: org.user.toLowerCase() });
    },
    async list(types, objects = []) {
      const { org } = await about();
      return listRecords(session, types, objects, { id: org.userId, username: org.user.toLowerCase() });
    },
    ownedBy: (queues, objects) => ownedBy(session, queues, objects),
    inTerritories: (territories) => inTerritories(session, territories),
    records: salesforceRecords(session),
    bulk: bulkWrites(session),
    changes: streamFeed(credentials, STREAM_CLOCK),
    calls: () => session.usage(),
    write: (batch) => writeRecords(session, batch),
    poll: (_type, row) => pollState(session, row).catch(failure),
  };
}
