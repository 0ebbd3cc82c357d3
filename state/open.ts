// Opens the store: SQLite in the data folder, or Postgres where an address is given. The schema is brought up to date on the way.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { NextId } from '../ports/clock.ts';
import type { Lease, Store } from '../ports/store.ts';
import { agentCalls, pruneAgentCalls } from './agent-calls.ts';
import { assigned } from './assigned.ts';
import { claimsOf, inventoryOf, rowsOf } from './inventory.ts';
import { decisions } from './decisions.ts';
import { divergences, messages } from './divergences.ts';
import {
  appliesOf,
  beginApply,
  beginBatch,
  doneAt,
  endBatch,
  finishApply,
  finishDeadApplies,
  hasOpenApply,
  openBatches,
  switchSnapshot,
} from './journal.ts';
import { enrichments } from './enrichments.ts';
import { fileLease, leaseName, sessionLease } from './lease.ts';
import { migrationNames, migrationProvider } from './migrations.ts';
import { addVerdict, findPlan, isUsed, plansOf, savePlan, useSerial, verdictsOn } from './plans.ts';
import type { Tables } from './schema.ts';
import { checkedUrl, fileRefused, newerSchema, serverRefused } from './refusal.ts';
import { engagements } from './engagements.ts';
import { inbox } from './inbox.ts';
import { loopStates } from './loop-states.ts';
import { lookups } from './lookups.ts';
import { jobs } from './jobs.ts';
import { outbox } from './outbox.ts';
import { outcomes } from './outcomes.ts';
import { reviews } from './reviews.ts';
import { repeats } from './repeats.ts';
import { activeSnapshot, rebind, scopesOf, snapshotMark, snapshotOf } from './snapshots.ts';
import { allStandings, standingOf, updateStanding } from './standing.ts';
import { pauses } from './pauses.ts';
import { proposals } from './proposals.ts';
import { makePrivate } from './private-file.ts';
import { remembering } from './statements.ts';
import { tally } from './tally.ts';
import { tokens } from './tokens.ts';

export interface StoreOptions {
  /** The data folder: holds the database and the lock files. */
  readonly folder: string;
  /** `postgres://…`: the store lives there instead. */
  readonly databaseUrl?: string;
  readonly nextId: NextId;
  readonly now: () => Date;
}

/** Throws `StoreUnavailable` where it can not be used. */
export async function openStore(options: StoreOptions): Promise<Store> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const path = join(options.folder, 'state.db');
  const url = options.databaseUrl === undefined ? undefined : checkedUrl(options.databaseUrl);
  const refused = (error: unknown) => (url === undefined ? fileRefused(path, error) : serverRefused(url, error));
  let db: Kysely<Tables> | undefined;
  try {
    db = url === undefined ? openFile(path) : await openServer(url);
    await migrate(db, url === undefined ? path : 'the database of DATABASE_URL');
    return storeOn(db, options);
  } catch (error) {
    await db?.destroy();
    throw refused(error);
  }
}

function openFile(path: string): Kysely<Tables> {
  makePrivate(path);
  const database = new Database(path, { timeout: 10_000 });
  try {
    // WAL lets the command line read beside a controller that writes; FULL: what was acknowledged is on disk.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
  } catch (error) {
    database.close();
    throw error;
  }
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: remembering(database) }) });
}

async function openServer(url: string): Promise<Kysely<Tables>> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: url, max: 5, connectionTimeoutMillis: 30_000 });
  // A connection that breaks while nobody uses it: the next query gets a new one, or says why not.
  pool.on('error', () => undefined);
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

async function migrate(db: Kysely<Tables>, where: string): Promise<void> {
  const known = await stepsTaken(db);
  const unknown = known.filter((name) => !migrationNames.includes(name));
  if (unknown.length > 0) throw newerSchema(unknown, where);
  if (known.length === migrationNames.length) return;
  const { error } = await new Migrator({ db, provider: migrationProvider }).migrateToLatest();
  if (error !== undefined) throw error;
}

/** One look instead of the migrator's several, as nearly every start finds nothing to do. A new store has no such table. */
async function stepsTaken(db: Kysely<Tables>): Promise<readonly string[]> {
  try {
    const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db);
    return rows.map(({ name }) => name);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === '42P01' || /no such table/.test(message)) return [];
    throw error;
  }
}

function storeOn(db: Kysely<Tables>, options: StoreOptions): Store {
  const at = () => options.now().toISOString();
  return {
    inventory: (scope) => inventoryOf(db, scope),
    claims: (scope, ids) => claimsOf(db, scope, ids),
    rowsOf: (project, environment, ref) => rowsOf(db, project, environment, ref),
    savePlan: (scope, plan) => savePlan(db, scope, plan, at()),
    findPlan: (project, id) => findPlan(db, project, id),
    plans: (project, environment, limit) => plansOf(db, project, environment, limit),
    addVerdict: (verdict) => addVerdict(db, options.nextId(), verdict),
    verdicts: (plan) => verdictsOn(db, plan),
    useSerial: (serial, plan, when) => useSerial(db, serial, plan, when),
    isUsed: (serial) => isUsed(db, serial),
    beginApply: (scope, record, settled) => beginApply(db, scope, record, settled),
    beginBatch: (scope, batch, when) => beginBatch(db, scope, batch, when),
    endBatch: (scope, batch, results, changes, when) => endBatch(db, scope, batch, results, changes, when),
    openBatches: (scope) => openBatches(db, scope),
    hasOpenApply: (scope) => hasOpenApply(db, scope),
    finishDeadApplies: (scope, when) => finishDeadApplies(db, scope, when),
    finishApply: (_scope, apply, outcome, results, when) => finishApply(db, apply, outcome, results, when),
    applies: (project, environment, limit) => appliesOf(db, project, environment, limit),
    doneAt: (project, plan) => doneAt(db, project, plan),
    activeSnapshot: (scope) => activeSnapshot(db, scope),
    snapshotMark: (scope) => snapshotMark(db, scope),
    rebind: (scope, bindings, when) => rebind(db, scope, bindings, when),
    snapshot: (scope, id) => snapshotOf(db, scope, id),
    switchSnapshot: (scope, batch, snapshot, results, started) => switchSnapshot(db, scope, batch, snapshot, results, started),
    standing: (project, environment) => standingOf(db, project, environment),
    standings: () => allStandings(db),
    updateStanding: (scope, change) => updateStanding(db, scope, change),
    lease: (scope, holder) => takeLease(leaseName(scope), holder, options),
    controllerLease: (holder) => takeLease('controller', holder, options),
    scopes: (project, environment) => scopesOf(db, project, environment),
    divergences: divergences(db, options.nextId),
    messages: messages(db, options.nextId),
    tokens: tokens(db),
    decisions: decisions(db),
    loopStates: loopStates(db),
    repeats: repeats(db),
    enrichments: enrichments(db),
    inbox: inbox(db),
    outbox: outbox(db),
    agentCalls: agentCalls(db),
    jobs: jobs(db),
    engagements: engagements(db),
    lookups: lookups(db),
    reviews: reviews(db),
    outcomes: outcomes(db),
    tally: tally(db),
    prune: (before) => prune(db, before),
    pauses: pauses(db),
    proposals: proposals(db),
    assigned: assigned(db),
    close: () => db.destroy(),
  };
}

async function takeLease(name: string, holder: string, options: StoreOptions): Promise<Lease | { readonly heldBy: string }> {
  return options.databaseUrl === undefined ? fileLease(options.folder, name, holder) : sessionLease(options.databaseUrl, name, holder);
}

async function prune(db: Kysely<Tables>, before: { readonly plans: string; readonly journal: string }): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('plans').where('at', '<', before.plans).execute();
    await trx.deleteFrom('verdicts').where('at', '<', before.plans).execute();
    await trx.deleteFrom('repeats').where('at', '<', before.journal).execute();
    await pruneAgentCalls(trx, before.journal);
    await trx.deleteFrom('inbox').where('status', '=', 'done').where('at', '<', before.journal).execute();
    await trx.deleteFrom('lookups').where('status', '!=', 'waiting').where('at', '<', before.journal).execute();
    await trx.deleteFrom('journal').where('ended_at', 'is not', null).where('ended_at', '<', before.journal).execute();
  });
}
