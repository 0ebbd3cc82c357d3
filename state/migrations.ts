// Forward migrations. A step that has been released is never edited: a change is a new step.
import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';

const migrations: Record<string, Migration> = {
  '0001-reconcile': { up: reconcile },
  '0002-controller': { up: controller },
  '0003-people-with-tokens': { up: peopleWithTokens },
  '0004-live': { up: live },
  '0005-lookups': { up: lookups },
  '0006-route': { up: route },
};

export const migrationProvider: MigrationProvider = {
  async getMigrations() {
    return migrations;
  },
};

/** The names of all steps, in their order. */
export const migrationNames: readonly string[] = Object.keys(migrations).sort();

const scope = ['project', 'environment', 'org_id'] as const;

function tablesOf(db: Kysely<unknown>) {
  return (name: string, texts: readonly string[], nullable: readonly string[] = []) => {
    let builder: CreateTableBuilder<string, string> = db.schema.createTable(name);
    for (const column of texts) builder = builder.addColumn(column, 'text', (c) => c.notNull());
    for (const column of nullable) builder = builder.addColumn(column, 'text');
    return builder;
  };
}

async function reconcile(db: Kysely<unknown>): Promise<void> {
  const table = tablesOf(db);
  await table('inventory', [...scope, 'type', 'key', 'record_id', 'kind', 'name', 'entry', 'by', 'at'], ['plan', 'commit_id'])
    .addPrimaryKeyConstraint('inventory_key', [...scope, 'type', 'key'])
    .execute();
  await db.schema.createIndex('inventory_record').on('inventory').columns(['org_id', 'record_id']).execute();
  await db.schema.createIndex('inventory_ref').on('inventory').columns(['project', 'environment', 'kind', 'name']).execute();
  await table('plans', [...scope, 'id', 'plan', 'at'])
    .addPrimaryKeyConstraint('plans_key', [...scope, 'id'])
    .execute();
  await db.schema.createIndex('plans_id').on('plans').columns(['project', 'id']).execute();
  await table('verdicts', ['id', 'plan', 'verdict', 'by', 'reason', 'at'], ['note'])
    .addPrimaryKeyConstraint('verdicts_key', ['id'])
    .execute();
  await db.schema.createIndex('verdicts_plan').on('verdicts').column('plan').execute();
  await table('serials', ['serial', 'plan', 'at']).addPrimaryKeyConstraint('serials_key', ['serial']).execute();
  await table('applies', [...scope, 'id', 'plan', 'by', 'started_at', 'summary', 'results'], ['commit_id', 'finished_at', 'outcome'])
    .addPrimaryKeyConstraint('applies_key', ['id'])
    .execute();
  await db.schema.createIndex('applies_time').on('applies').columns(['project', 'environment', 'started_at']).execute();
  await table('journal', [...scope, 'id', 'apply', 'type', 'operation', 'steps', 'begun_at'], ['ended_at', 'results'])
    .addColumn('level', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('journal_key', ['id'])
    .execute();
  await db.schema
    .createIndex('journal_open')
    .on('journal')
    .columns([...scope, 'ended_at'])
    .execute();
  await table('snapshots', [...scope, 'id', 'plan', 'at', 'content', 'bindings'], ['commit_id'])
    .addPrimaryKeyConstraint('snapshots_key', [...scope, 'id'])
    .execute();
  await table('active', [...scope, 'snapshot'])
    .addPrimaryKeyConstraint('active_key', [...scope])
    .execute();
  await table('standings', ['project', 'environment', 'standing'])
    .addPrimaryKeyConstraint('standings_key', ['project', 'environment'])
    .execute();
}

async function controller(db: Kysely<unknown>): Promise<void> {
  const table = tablesOf(db);
  await table('divergences', [...scope, 'key', 'drift', 'since'], ['told'])
    .addPrimaryKeyConstraint('divergences_key', [...scope, 'key'])
    .execute();
  await table('messages', ['id', 'key', 'channel', 'topic', 'environment', 'text', 'at', 'status'], ['error'])
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('messages_key', ['id'])
    .addUniqueConstraint('messages_once', ['key', 'channel'])
    .execute();
  await db.schema.createIndex('messages_waiting').on('messages').columns(['status', 'at']).execute();
  await table('tokens', ['id', 'name', 'role', 'hash', 'created_at', 'created_by'], ['revoked_at'])
    .addPrimaryKeyConstraint('tokens_key', ['id'])
    .execute();
  await table('decisions', [...scope, 'id', 'loop', 'at', 'decision', 'recorded'], ['subject'])
    .addPrimaryKeyConstraint('decisions_key', ['id'])
    .execute();
  await db.schema.createIndex('decisions_time').on('decisions').columns(['project', 'environment', 'id']).execute();
  await db.schema.createIndex('decisions_subject').on('decisions').columns(['project', 'environment', 'subject', 'id']).execute();
  await table('loop_state', [...scope, 'key', 'value'])
    .addColumn('version', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('loop_state_key', [...scope, 'key'])
    .execute();
  await db.schema.alterTable('snapshots').addColumn('bound', 'text').execute();
  await table('repeats', ['key', 'fingerprint', 'at'], ['body'])
    .addColumn('status', 'integer')
    .addPrimaryKeyConstraint('repeats_key', ['key'])
    .execute();
}

async function peopleWithTokens(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('tokens').addColumn('username', 'text').execute();
}

async function live(db: Kysely<unknown>): Promise<void> {
  const table = tablesOf(db);
  await table('inbox', [...scope, 'id', 'loop', 'object', 'record', 'at', 'source', 'due', 'status'], ['error'])
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('inbox_key', [...scope, 'id'])
    .execute();
  await db.schema
    .createIndex('inbox_due')
    .on('inbox')
    .columns([...scope, 'status', 'at'])
    .execute();
  await table('cursors', [...scope, 'name', 'value'])
    .addPrimaryKeyConstraint('cursors_key', [...scope, 'name'])
    .execute();
  await table('outbox', [...scope, 'id', 'decision', 'object', 'record', 'fields', 'status', 'due'], ['expect', 'error'])
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('outbox_key', ['id'])
    .execute();
  await db.schema
    .createIndex('outbox_due')
    .on('outbox')
    .columns([...scope, 'status', 'id'])
    .execute();
  await db.schema.createIndex('outbox_decision').on('outbox').column('decision').execute();
}

async function lookups(db: Kysely<unknown>): Promise<void> {
  const table = tablesOf(db);
  await db.schema.alterTable('inbox').addColumn('payload', 'text').execute();
  await db.schema.alterTable('outbox').addColumn('batch', 'integer').execute();
  await db.schema.dropIndex('outbox_due').execute();
  await db.schema
    .createIndex('outbox_due')
    .on('outbox')
    .columns([...scope, 'status', 'batch', 'id'])
    .execute();
  await db.schema.createIndex('outbox_record').on('outbox').columns(['record', 'status']).execute();
  await table('lookups', [...scope, 'id', 'loop', 'object', 'record', 'request', 'status', 'due', 'at'], ['error'])
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('lookups_key', [...scope, 'id'])
    .execute();
  await db.schema
    .createIndex('lookups_due')
    .on('lookups')
    .columns([...scope, 'status', 'due'])
    .execute();
  await table('enrichments', ['project', 'provider', 'key', 'at', 'kept'])
    .addPrimaryKeyConstraint('enrichments_key', ['project', 'provider', 'key'])
    .execute();
  await table('agent_calls', ['id', 'project', 'environment', 'prompt', 'question', 'model', 'at', 'day', 'status', 'until', 'answer'])
    .addColumn('tokens', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('agent_calls_key', ['id'])
    .execute();
  await db.schema.createIndex('agent_calls_day').on('agent_calls').columns(['project', 'environment', 'prompt', 'day']).execute();
  await db.schema.createIndex('agent_calls_question').on('agent_calls').columns(['project', 'environment', 'question', 'at']).execute();
  await table(
    'reviews',
    [...scope, 'id', 'loop', 'object', 'record', 'topic', 'decision', 'question', 'at', 'status'],
    ['verdict', 'by', 'answered_at'],
  )
    .addPrimaryKeyConstraint('reviews_key', ['id'])
    .execute();
  await db.schema.createIndex('reviews_open').on('reviews').columns(['project', 'environment', 'status', 'at']).execute();
  await table(
    'jobs',
    [...scope, 'id', 'loop', 'object', 'query', 'snapshot', 'by', 'at', 'status', 'counts'],
    ['plan', 'cursor', 'ended_at', 'error'],
  )
    .addPrimaryKeyConstraint('jobs_key', ['id'])
    .execute();
  await table('engagements', [...scope, 'id', 'person', 'type', 'at', 'source', 'received_at'], ['email', 'told_at'])
    .addPrimaryKeyConstraint('engagements_key', [...scope, 'id'])
    .execute();
  await db.schema
    .createIndex('engagements_email')
    .on('engagements')
    .columns([...scope, 'email'])
    .execute();
  await db.schema
    .createIndex('engagements_untold')
    .on('engagements')
    .columns([...scope, 'told_at', 'received_at'])
    .execute();
  await db.schema
    .createIndex('engagements_person')
    .on('engagements')
    .columns([...scope, 'person'])
    .execute();
  await table('outcomes', [...scope, 'id', 'object', 'record', 'outcome', 'at', 'source'], ['reason'])
    .addPrimaryKeyConstraint('outcomes_key', [...scope, 'id'])
    .execute();
  await db.schema
    .createIndex('outcomes_record')
    .on('outcomes')
    .columns([...scope, 'record'])
    .execute();
  await table('outcome_decisions', [...scope, 'outcome', 'decision'])
    .addPrimaryKeyConstraint('outcome_decisions_key', [...scope, 'outcome', 'decision'])
    .execute();
  await db.schema.createIndex('outcome_decisions_decision').on('outcome_decisions').column('decision').execute();
  await table('proposals', ['project', 'topic', 'branch', 'commit', 'digest', 'at'], ['url'])
    .addPrimaryKeyConstraint('proposals_key', ['project', 'topic'])
    .execute();
}

async function route(db: Kysely<unknown>): Promise<void> {
  await effectsOfSorts(db);
  await pauses(db);
  await assigned(db);
}

/** Seats that were paused by hand. */
async function pauses(db: Kysely<unknown>): Promise<void> {
  await tablesOf(db)('pauses', ['id', 'project', 'environment', 'seat', 'at', 'by'], ['until', 'reason', 'ended_at', 'ended_by'])
    .addPrimaryKeyConstraint('pauses_key', ['id'])
    .execute();
  await db.schema.createIndex('pauses_open').on('pauses').columns(['project', 'environment', 'ended_at', 'seat']).execute();
}

/** Effects that make a record or tell people; when each ended, and which record was made. */
async function effectsOfSorts(db: Kysely<unknown>): Promise<void> {
  for (const column of ['kind', 'key', 'made', 'ended']) await db.schema.alterTable('outbox').addColumn(column, 'text').execute();
}

/** Records that were put into a territory from here. */
async function assigned(db: Kysely<unknown>): Promise<void> {
  await tablesOf(db)('assigned', [...scope, 'record', 'territory', 'at'], ['association'])
    .addPrimaryKeyConstraint('assigned_key', [...scope, 'record', 'territory'])
    .execute();
}
