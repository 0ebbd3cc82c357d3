// The embedded org: a server that answers as Salesforce's API does, with its data in one SQLite file. It is a double, not Salesforce.
import { readFileSync } from 'node:fs';
import { resumeIngest } from './bulk2/ingest.ts';
import { createJobTables, stopJobs } from './bulk2/jobs.ts';
import { resumeQueries } from './bulk2/query.ts';
import { callerOf } from './access/caller.ts';
import { createChangeTables, publishChanges } from './changes/publish.ts';
import { beginWatching } from './changes/touched.ts';
import { listen } from './http/listen.ts';
import { addCertificate, createTokenTables, credentialsOf } from './http/tokens.ts';
import { type Org, openOrg } from './org.ts';
import { deliverMessages } from './outbound/deliver.ts';
import { defineStandard, loadCustomFields } from './rest/fields.ts';
import { beginWork, createLedgers } from './rows/begin.ts';
import { emptyRecycleBin } from './rows/recycle.ts';
import { seedBase } from './seeds/base.ts';
import { type DemoPerson, seedDemo } from './seeds/demo.ts';

export type { DemoPerson } from './seeds/demo.ts';

export interface OrgOptions {
  /** A free one where absent or 0. */
  readonly port?: number;
  readonly host?: string;
  /** The SQLite file, or `:memory:`. */
  readonly data: string;
  /** For data that is new; a file that has data keeps it. */
  readonly seed: 'empty' | 'demo';
  /** The people of the demo seed; a small roster of its own without. */
  readonly people?: readonly DemoPerson[];
  /** Opens the control paths for the bearer of this token. */
  readonly control?: string;
  /** Files with public keys or certificates (PEM) whose JWT bearer assertions are taken, from any client. */
  readonly publicKeys?: readonly string[];
  /** A line for each request, and for each bug. Never holds a token. */
  readonly log?: (line: string) => void;
  /** What time it is, for tests; milliseconds since 1970. */
  readonly clock?: () => number;
}

export interface RunningOrg {
  readonly url: string;
  /** The administrator's; valid as long as the data lives. */
  readonly token: string;
  readonly organizationId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  close(): Promise<void>;
}

/** Starts the org; it answers when the promise is fulfilled. Rejects where the port is taken or the file is no database. */
export async function startOrg(options: OrgOptions): Promise<RunningOrg> {
  const log = options.log ?? (() => undefined);
  const host = options.host ?? '127.0.0.1';
  const org = openOrg(options.data, { log, wall: options.clock });
  try {
    prepare(org, options);
    beginWatching(org);
    publishChanges(org);
    const listening = await listen(org, { port: options.port ?? 0, host, control: options.control, log });
    resumeIngest(org);
    resumeQueries(org);
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${listening.port}`;
    const delivery = deliverMessages(org, url, log);
    log(`loopctl's embedded org listens on ${url}: a double of Salesforce's API, not Salesforce. Data: ${options.data}`);
    const close = async () => {
      stopJobs(org);
      delivery.close();
      await listening.close();
      org.store.close();
    };
    return { url, organizationId: org.organizationId, ...credentialsOf(org), close };
  } catch (cause) {
    org.store.close();
    throw cause;
  }
}

function prepare(org: Org, options: OrgOptions): void {
  org.store.atomically(() => {
    createLedgers(org);
    createTokenTables(org);
    createJobTables(org);
    createChangeTables(org);
    loadCustomFields(org);
    if (org.store.note('seed') === undefined) {
      const seeded = seedBase(org);
      if (options.seed === 'demo') seedDemo(seeded, options.people);
      org.store.setNote('seed', options.seed);
    }
    bringUpToDate(org);
    for (const file of options.publicKeys ?? []) addCertificate(org, readFileSync(file, 'utf8'));
  });
}

/** What follows from definitions and from time, not from any request. */
function bringUpToDate(org: Org): void {
  const caller = callerOf(org, org.store.note('administrator') ?? '');
  if (!caller) return;
  const work = beginWork(org, caller);
  emptyRecycleBin(work);
  const definitions = org.store.note('definitions') ?? '';
  if (org.store.note('defined') === definitions) return;
  defineStandard(work);
  org.store.setNote('defined', definitions);
}
