// How an environment stands, from the store alone: it works while the org is away and the working tree is broken.
import type { Problem } from '../resources/core.ts';
import type { Hold, OrgIdentity, Summary } from '../plans/plan.ts';
import type { JobRow } from '../ports/jobs.ts';
import type { Attempt, ExperimentStanding, GradesStanding, Standing, Store, Suspension } from '../ports/store.ts';

export type SyncState = 'synced' | 'pending' | 'held' | 'failed' | 'suspended';

export interface Status {
  readonly environment: string;
  readonly org?: OrgIdentity;
  readonly sync: {
    readonly state: SyncState;
    readonly lastApplied?: Attempt;
    readonly lastAttempted?: Attempt;
    /** An apply that was begun and not ended: it is at work, or its process died. The next plan or apply settles what is open. */
    readonly unfinished?: Unfinished;
  };
  /** Fields and records that diverge, as last seen. */
  readonly drift: number;
  /** Records that are decided on again in the background. */
  readonly jobs?: readonly JobRow[];
  readonly holds: readonly Hold[];
  readonly problems: readonly Problem[];
  readonly budget?: { readonly used: number; readonly limit: number; readonly reserve: number };
  /** The whole environment, and single resources by `Kind/name`. */
  readonly suspended?: Suspension;
  readonly suspendedResources?: Readonly<Record<string, Suspension>>;
  /** Drift of grades as the controller saw it last, by ScoringModel. */
  readonly grades?: Readonly<Record<string, GradesStanding>>;
  /** Experiments as the controller saw them last, by name. */
  readonly experiments?: Readonly<Record<string, ExperimentStanding>>;
}

export interface Unfinished {
  readonly plan: string;
  readonly commit: string | null;
  readonly by: string;
  readonly startedAt: string;
}

export async function statusOf(store: Store, project: string, environment: string): Promise<Status> {
  const standing = await store.standing(project, environment);
  const { org, lastApplied, lastAttempted, drift, holds, problems, budget, suspended, suspendedResources, grades, experiments } = standing;
  const unfinished = await unfinishedApply(store, project, environment);
  const jobs = await jobsUnderWay(store, project, environment);
  return {
    environment,
    ...(org !== undefined && { org }),
    sync: {
      state: stateOf(standing, unfinished, jobs),
      ...(lastApplied !== undefined && { lastApplied }),
      ...(lastAttempted !== undefined && { lastAttempted }),
      ...(unfinished !== undefined && { unfinished }),
    },
    drift,
    ...(jobs.length > 0 && { jobs }),
    holds,
    problems,
    ...(budget !== undefined && { budget }),
    ...(suspended !== undefined && { suspended }),
    ...(suspendedResources !== undefined && { suspendedResources }),
    ...(grades !== undefined && { grades }),
    ...(experiments !== undefined && { experiments }),
  };
}

async function unfinishedApply(store: Store, project: string, environment: string): Promise<Unfinished | undefined> {
  const [latest] = await store.applies(project, environment, 1);
  if (latest === undefined || latest.finishedAt !== undefined) return undefined;
  const { plan, commit, by, startedAt } = latest;
  return { plan, commit, by, startedAt };
}

/** More than these are not begun at a time. */
const LATEST_JOBS = 50;

async function jobsUnderWay(store: Store, project: string, environment: string): Promise<readonly JobRow[]> {
  const latest = await store.jobs.list(project, environment, LATEST_JOBS);
  return latest.filter(({ status }) => status === 'waiting' || status === 'running');
}

function stateOf(
  { suspended, lastAttempted, outcome, waiting, holds }: Standing,
  unfinished: Unfinished | undefined,
  jobs: readonly JobRow[],
): SyncState {
  if (suspended !== undefined) return 'suspended';
  // Whatever was said before it began, nobody knows yet what it left.
  if (unfinished !== undefined) return 'pending';
  if (lastAttempted?.error !== undefined || outcome === 'failed') return 'failed';
  if (holds.some((hold) => hold.scope === 'plan')) return 'held';
  const settled = lastAttempted !== undefined && (outcome === 'done' || outcome === 'nothing');
  // A plan is done when its last step is; what somebody wanted by hand is no part of any.
  const isRunning = jobs.some(({ plan }) => plan !== undefined);
  return settled && (waiting ?? 0) === 0 && !isRunning ? 'synced' : 'pending';
}

export interface HistoryEntry {
  readonly plan: string;
  readonly commit: string | null;
  readonly at: string;
  readonly by: string;
  /** Absent while it runs, or where its process died and nobody has looked since. */
  readonly outcome?: string;
  readonly summary: Summary;
  readonly failed: readonly { readonly id: string; readonly message: string }[];
}

export async function historyOf(store: Store, project: string, environment: string, limit: number): Promise<readonly HistoryEntry[]> {
  const applies = await store.applies(project, environment, limit);
  return applies.map(({ plan, commit, startedAt, by, outcome, summary, results }) => ({
    plan,
    commit,
    at: startedAt,
    by,
    ...(outcome !== undefined && { outcome }),
    summary,
    failed: results.flatMap(({ id, status, error }) => (status === 'failed' ? [{ id, message: error?.message ?? '' }] : [])),
  }));
}
