// What loopctl remembers between two runs: the last applied state of every record, plans and verdicts, the journal of each write,
// snapshots that loops read, and how every environment stands. One transaction a method.
import type { Address, Problem, Ref } from '../resources/core.ts';
import type { SnapshotContent } from '../plans/content.ts';
import type { Hold, InventoryEntry, OrgIdentity, Plan, Settled, Step, StepResult, Summary } from '../plans/plan.ts';
import type { AgentCalls } from './agent-calls.ts';
import type { Decisions, Repeats } from './decisions.ts';
import type { Divergences, Messages } from './divergences.ts';
import type { Engagements } from './engagements.ts';
import type { Jobs, NewJob } from './jobs.ts';
import type { Enrichments } from './enrichments.ts';
import type { Inbox, Outbox } from './live.ts';
import type { LoopStates } from './loop-states.ts';
import type { Lookups } from './lookups.ts';
import type { Reviews } from './reviews.ts';
import type { Tally } from './tally.ts';
import type { Outcomes } from './outcomes.ts';
import type { AssignedRecords } from './assigned.ts';
import type { Pauses } from './pauses.ts';
import type { Proposals } from './proposals.ts';
import type { Tokens } from './tokens.ts';

/** Whose state it is. The same declared organisation on another org is another scope: nothing of it is carried over. */
export interface Scope {
  readonly project: string;
  readonly environment: string;
  readonly orgId: string;
}

export type Outcome = 'done' | 'partial' | 'pending' | 'failed' | 'held' | 'stale' | 'nothing';

/** A record that a resource stands for, and which apply last wrote it. */
export interface InventoryRow extends InventoryEntry {
  readonly plan: string | null;
  readonly commit: string | null;
  readonly by: string;
  /** ISO, UTC. */
  readonly at: string;
}

/** The same record in the inventory of another project or environment. */
export interface Claim {
  readonly id: string;
  readonly address: Address;
  readonly project: string;
  readonly environment: string;
}

export interface SavedPlan {
  readonly plan: Plan;
  readonly createdAt: string;
}

export interface Verdict {
  readonly plan: string;
  readonly verdict: 'approve' | 'reject';
  /** The identity of the system or of the token, never what somebody typed. */
  readonly by: string;
  readonly note: string | null;
  readonly reason: string;
  readonly at: string;
}

/** One call to the CRM, written down before it is made. */
export interface Batch {
  readonly id: string;
  readonly apply: string;
  readonly level: number;
  readonly type: string;
  readonly operation: 'create' | 'update' | 'delete' | 'switch';
  readonly steps: readonly Step[];
}

export type InventoryChange = { readonly put: InventoryEntry } | { readonly drop: Address };

export interface ApplyRecord {
  readonly id: string;
  readonly plan: string;
  readonly commit: string | null;
  readonly by: string;
  readonly startedAt: string;
  /** Absent while it runs, or where its process died. */
  readonly finishedAt?: string;
  readonly outcome?: Outcome;
  readonly summary: Summary;
  readonly results: readonly StepResult[];
}

export interface SnapshotRow {
  /** Hash of the content. */
  readonly id: string;
  readonly commit: string | null;
  readonly plan: string;
  readonly at: string;
  readonly content: SnapshotContent;
  /** Ids in the org behind what the content names, as they stood at the switch: address as text → id. */
  readonly bindings: Readonly<Record<string, string>>;
}

export interface Attempt {
  readonly commit: string | null;
  /** The files differed from the commit: what was applied stands in none. */
  readonly dirty?: true;
  readonly plan?: string;
  readonly at: string;
  readonly error?: string;
}

export interface Suspension {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

/** How an environment stands: one row, brought up to date by every plan and apply. */
export interface Standing {
  readonly environment: string;
  readonly org?: OrgIdentity;
  readonly lastApplied?: Attempt;
  readonly lastAttempted?: Attempt;
  readonly outcome?: Outcome;
  /** Steps that the last plan of the whole organisation had and that are not done. */
  readonly waiting?: number;
  /** The whole environment: nothing is planned or applied. */
  readonly suspended?: Suspension;
  /** The project's own file as the controller read it last: it goes on by it while the newest one can not be read. */
  readonly followed?: { readonly at: string; readonly spec: unknown };
  /** Since when attempts fail without one between that did not. */
  readonly failing?: { readonly since: string };
  /** Single resources, by `Kind/name`: their steps are held, and their drift is left alone. */
  readonly suspendedResources?: Readonly<Record<string, Suspension>>;
  readonly holds: readonly Hold[];
  readonly problems: readonly Problem[];
  readonly drift: number;
  readonly budget?: { readonly used: number; readonly limit: number; readonly reserve: number };
  /** What was said last of the grades of live records, by ScoringModel. */
  readonly grades?: Readonly<Record<string, GradesStanding>>;
  /** How experiments stood when they were looked at last, by name. */
  readonly experiments?: Readonly<Record<string, ExperimentStanding>>;
}

export interface ExperimentStanding {
  /** Of what was compared: with anything of it another, it is another run. */
  readonly run: string;
  readonly state: 'waiting' | 'running' | 'enough' | 'stopped' | 'over';
  /** Why, as a sentence. */
  readonly because: string;
  /** ISO: of its first decision. */
  readonly since?: string;
  /** ISO: when it was looked at. */
  readonly at: string;
  /** ISO: when people were told that it is stopped, or that there is enough to tell. */
  readonly told?: string;
}

export interface GradesStanding {
  readonly verdict: 'stable' | 'watch' | 'act' | 'too-few';
  readonly psi?: number;
  /** ISO: since when the verdict is this one, and when it was looked at. */
  readonly since: string;
  readonly at: string;
  /** ISO: when people were told that the grades drift; absent where they were not, or were told that it is over. */
  readonly told?: string;
}

/** Keys that are `undefined` are taken out. */
export type StandingChange = { readonly [Key in Exclude<keyof Standing, 'environment'>]?: Standing[Key] | undefined };

export interface Lease {
  release(): Promise<void>;
}

export interface Store {
  inventory(scope: Scope): Promise<readonly InventoryRow[]>;
  /** Entries of other scopes on the same org for these record ids. */
  claims(scope: Scope, ids: readonly string[]): Promise<readonly Claim[]>;

  savePlan(scope: Scope, plan: Plan): Promise<void>;
  /** By id, or by a prefix of it that only one plan has. */
  findPlan(project: string, id: string): Promise<SavedPlan | undefined>;
  /** Newest first. */
  plans(project: string, environment: string, limit: number): Promise<readonly SavedPlan[]>;
  addVerdict(verdict: Verdict): Promise<void>;
  verdicts(plan: string): Promise<readonly Verdict[]>;
  /** True once: a saved plan file carries a serial number that is used up by its apply. */
  useSerial(serial: string, plan: string, at: string): Promise<boolean>;
  isUsed(serial: string): Promise<boolean>;

  /** Opens an apply and brings the inventory up to date where both sides already agree. */
  beginApply(
    scope: Scope,
    record: Pick<ApplyRecord, 'id' | 'plan' | 'commit' | 'by' | 'startedAt' | 'summary'>,
    settled: readonly Settled[],
  ): Promise<void>;
  beginBatch(scope: Scope, batch: Batch, at: string): Promise<void>;
  /** The journal's end and the inventory, in one transaction. */
  endBatch(scope: Scope, batch: Batch, results: readonly StepResult[], changes: readonly InventoryChange[], at: string): Promise<void>;
  /** Batches that were begun and never ended: their process died. Oldest first. */
  openBatches(scope: Scope): Promise<readonly (Batch & { readonly plan: string; readonly commit: string | null; readonly by: string })[]>;
  /** Whether an apply was opened and not finished: it runs, or its process died. */
  hasOpenApply(scope: Scope): Promise<boolean>;
  /** Closes applies whose process died, with what the journal says of them. Needs the lease. */
  finishDeadApplies(scope: Scope, at: string): Promise<void>;
  finishApply(scope: Scope, apply: string, outcome: Outcome, results: readonly StepResult[], at: string): Promise<void>;
  /** Newest first. */
  applies(project: string, environment: string, limit: number): Promise<readonly ApplyRecord[]>;
  /** ISO: when an apply of this plan was done whole last. */
  doneAt(project: string, plan: string): Promise<string | undefined>;
  /** What is left in the inventory by one resource, for `why`. */
  rowsOf(project: string, environment: string, ref: Ref): Promise<readonly InventoryRow[]>;

  activeSnapshot(scope: Scope): Promise<SnapshotRow | undefined>;
  /** Changes whenever the active one does, in content or in bindings: a look that costs little. */
  snapshotMark(scope: Scope): Promise<string | undefined>;
  /** Puts these bindings in the place of the active one's. */
  rebind(scope: Scope, bindings: SnapshotRow['bindings'], at: string): Promise<void>;
  snapshot(scope: Scope, id: string): Promise<SnapshotRow | undefined>;
  /** Stores the snapshot, makes it the active one, starts what is decided on again and ends the batch, in one transaction. */
  switchSnapshot(
    scope: Scope,
    batch: Batch,
    snapshot: SnapshotRow,
    results: readonly StepResult[],
    jobs?: readonly NewJob[],
  ): Promise<void>;

  standing(project: string, environment: string): Promise<Standing>;
  /** Of every project and environment that was looked at from here. */
  standings(): Promise<readonly (Standing & { readonly project: string })[]>;
  updateStanding(scope: Pick<Scope, 'project' | 'environment'>, change: StandingChange): Promise<void>;

  /** One apply at a time in an environment. The lease dies with its process. Says who holds it where it is taken. */
  lease(scope: Scope, holder: string): Promise<Lease | { readonly heldBy: string }>;
  /** One long-running controller on a store. */
  controllerLease(holder: string): Promise<Lease | { readonly heldBy: string }>;
  /** Scopes that were reconciled once, the newest first. */
  scopes(project: string, environment: string): Promise<readonly Scope[]>;
  /**
   * Forgets plans, ended journal entries, and events and lookups that ended, older than these (ISO). History and snapshots stay: decisions are
   * replayed on them.
   */
  prune(before: { readonly plans: string; readonly journal: string }): Promise<void>;
  readonly divergences: Divergences;
  readonly messages: Messages;
  readonly tokens: Tokens;
  readonly decisions: Decisions;
  readonly loopStates: LoopStates;
  readonly repeats: Repeats;
  readonly enrichments: Enrichments;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly agentCalls: AgentCalls;
  readonly jobs: Jobs;
  readonly lookups: Lookups;
  readonly reviews: Reviews;
  readonly outcomes: Outcomes;
  readonly tally: Tally;
  readonly engagements: Engagements;
  readonly pauses: Pauses;
  readonly proposals: Proposals;
  readonly assigned: AssignedRecords;
  close(): Promise<void>;
}

/** The store can not be used at all: a damaged file, a server that is away, a state of a newer version. */
export class StoreUnavailable extends Error {
  readonly code: string;
  /** The way out. */
  readonly hint: string;
  constructor(code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailable';
    this.code = code;
    this.hint = hint;
  }
}
