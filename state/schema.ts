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
  /** Of one that is parked: until when it waits for a lookup. */
  due: string;
  status: 'waiting' | 'parked' | 'done' | 'dead';
  attempts: number;
  error: string | null;
  payload: string | null;
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
  /** 1: of a batch; what happened just now is written before it. */
  batch: number | null;
  /** null: fields of a record are written. */
  kind: 'create' | 'notify' | null;
  /** How a record that was made is known again. */
  key: string | null;
  /** Its id in the org. */
  made: string | null;
  ended: string | null;
}

/** What providers and agents are asked, apart from the runs that want to know it. */
interface LookupTable extends Scoped {
  /** The same question of the same record has the same id. */
  id: string;
  loop: string;
  object: string;
  record: string;
  request: string;
  status: 'waiting' | 'done' | 'failed';
  due: string;
  attempts: number;
  error: string | null;
  at: string;
}

/** What a provider said last of a question, and since when it does not answer. */
interface EnrichmentTable {
  project: string;
  provider: string;
  key: string;
  /** When it was written last. */
  at: string;
  kept: string;
}

/** Calls of agents: what they cost, and what they answered. */
interface AgentCallTable {
  id: string;
  project: string;
  environment: string;
  prompt: string;
  /** Of prompt, model and input: the same question is asked once. */
  question: string;
  model: string;
  at: string;
  /** UTC: what budgets count by. */
  day: string;
  tokens: number;
  status: 'asking' | 'answered' | 'unavailable' | 'refused' | 'invalid';
  /** Until when it is not asked again. */
  until: string;
  answer: string;
}

interface ReviewTable extends Scoped {
  id: string;
  loop: string;
  object: string;
  record: string;
  topic: string;
  decision: string;
  question: string;
  at: string;
  status: 'open' | 'answered' | 'rejected' | 'superseded';
  verdict: string | null;
  by: string | null;
  answered_at: string | null;
}

interface JobTable extends Scoped {
  id: string;
  loop: string;
  object: string;
  query: string;
  snapshot: string;
  plan: string | null;
  by: string;
  at: string;
  status: 'waiting' | 'running' | 'done' | 'superseded' | 'failed';
  cursor: string | null;
  counts: string;
  ended_at: string | null;
  error: string | null;
}

/** What people did: opened, attended, answered. */
interface EngagementTable extends Scoped {
  id: string;
  /** `Lead/00Q…`, `Contact/003…`, or a mail address in lower case. */
  person: string;
  /** Beside a record: a mail address in lower case. */
  email: string | null;
  type: string;
  at: string;
  source: string;
  received_at: string;
  /** When loops were told of it. */
  told_at: string | null;
}

/** What became of a record that was decided on. */
interface OutcomeTable extends Scoped {
  id: string;
  object: string;
  record: string;
  outcome: string;
  reason: string | null;
  at: string;
  source: string;
}

/** The decisions that an outcome is held against: the last one of each loop on the record before it. */
interface OutcomeDecisionTable extends Scoped {
  outcome: string;
  decision: string;
}

/** Changes of the configuration that were proposed as a branch; one is open at a time for a topic. */
interface ProposalTable {
  project: string;
  topic: string;
  branch: string;
  commit: string;
  url: string | null;
  digest: string;
  at: string;
}

interface AssignedTable extends Scoped {
  record: string;
  territory: string;
  at: string;
  /** Its id in the org; none where no answer came. */
  association: string | null;
}

/** Seats that were taken out by hand. */
interface PauseTable {
  id: string;
  project: string;
  environment: string;
  seat: string;
  at: string;
  by: string;
  until: string | null;
  reason: string | null;
  ended_at: string | null;
  ended_by: string | null;
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
  lookups: LookupTable;
  enrichments: EnrichmentTable;
  agent_calls: AgentCallTable;
  reviews: ReviewTable;
  jobs: JobTable;
  engagements: EngagementTable;
  outcomes: OutcomeTable;
  outcome_decisions: OutcomeDecisionTable;
  proposals: ProposalTable;
  pauses: PauseTable;
  assigned: AssignedTable;
}
