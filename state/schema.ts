// The tables, one schema for SQLite and Postgres. JSON is stored as text: it is read whole, never queried into.

interface Scoped {
  project: string;
  environment: string;
  org_id: string;
}

interface InventoryTable extends Scoped {
  type: string;
  key: string;
  record_id: string;
  kind: string;
  name: string;
  entry: string;
  plan: string | null;
  commit_id: string | null;
  by: string;
  at: string;
}

interface PlanTable extends Scoped {
  id: string;
  plan: string;
  at: string;
}

interface VerdictTable {
  id: string;
  plan: string;
  verdict: 'approve' | 'reject';
  by: string;
  note: string | null;
  reason: string;
  at: string;
}

interface SerialTable {
  serial: string;
  plan: string;
  at: string;
}

interface ApplyTable extends Scoped {
  id: string;
  plan: string;
  commit_id: string | null;
  by: string;
  started_at: string;
  finished_at: string | null;
  outcome: string | null;
  summary: string;
  results: string;
}

interface JournalTable extends Scoped {
  id: string;
  apply: string;
  level: number;
  type: string;
  operation: 'create' | 'update' | 'delete' | 'switch';
  steps: string;
  begun_at: string;
  ended_at: string | null;
  results: string | null;
}

interface SnapshotTable extends Scoped {
  id: string;
  commit_id: string | null;
  plan: string;
  at: string;
  content: string;
  bindings: string;
  /** When the bindings were written anew, the content being the same. */
  bound: string | null;
}

/** Which snapshot loops read. */
interface ActiveTable extends Scoped {
  snapshot: string;
}

interface StandingTable {
  project: string;
  environment: string;
  standing: string;
}

interface DivergenceTable extends Scoped {
  key: string;
  drift: string;
  since: string;
  told: string | null;
}

interface MessageTable {
  id: string;
  key: string;
  channel: string;
  topic: string;
  environment: string;
  text: string;
  at: string;
  status: 'waiting' | 'sending' | 'sent' | 'failed' | 'unknown';
  attempts: number;
  error: string | null;
}

interface TokenTable {
  id: string;
  name: string;
  role: string;
  username: string | null;
  hash: string;
  created_at: string;
  created_by: string;
  revoked_at: string | null;
}

interface DecisionTable extends Scoped {
  /** Grows with time. */
  id: string;
  loop: string;
  subject: string | null;
  at: string;
  decision: string;
  recorded: string;
}

interface LoopStateTable extends Scoped {
  key: string;
  version: number;
  value: string;
}

interface RepeatTable {
  key: string;
  fingerprint: string;
  at: string;
  status: number | null;
  body: string | null;
}

interface InboxTable extends Scoped {
  id: string;
  loop: string;
  object: string;
  record: string;
  at: string;
  source: string;
  due: string;
  status: 'waiting' | 'done' | 'dead';
  attempts: number;
  error: string | null;
}

interface CursorTable extends Scoped {
  name: string;
  value: string;
}

interface OutboxTable extends Scoped {
  /** Grows with time. */
  id: string;
  decision: string;
  object: string;
  record: string;
  fields: string;
  expect: string | null;
  status: 'waiting' | 'done' | 'failed' | 'overtaken';
  due: string;
  attempts: number;
  error: string | null;
}

export interface Tables {
  inventory: InventoryTable;
  plans: PlanTable;
  verdicts: VerdictTable;
  serials: SerialTable;
  applies: ApplyTable;
  journal: JournalTable;
  snapshots: SnapshotTable;
  active: ActiveTable;
  standings: StandingTable;
  divergences: DivergenceTable;
  messages: MessageTable;
  tokens: TokenTable;
  decisions: DecisionTable;
  loop_state: LoopStateTable;
  repeats: RepeatTable;
  inbox: InboxTable;
  cursors: CursorTable;
  outbox: OutboxTable;
}
