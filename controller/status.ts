// How an environment stands, from the store alone: it works while the org is away and the working tree is broken.
import type { Problem } from '../resources/core.ts';
import type { Hold, OrgIdentity, Summary } from '../plans/plan.ts';
import type { Attempt, Standing, Store } from '../ports/store.ts';

export type SyncState = 'synced' | 'pending' | 'held' | 'failed' | 'suspended';

export interface Status {
  readonly environment: string;
  readonly org?: OrgIdentity;
  readonly sync: { readonly state: SyncState; readonly lastApplied?: Attempt; readonly lastAttempted?: Attempt };
  /** Fields and records that diverge, as last seen. */
  readonly drift: number;
  readonly holds: readonly Hold[];
  readonly problems: readonly Problem[];
  readonly budget?: { readonly used: number; readonly limit: number; readonly reserve: number };
}

export async function statusOf(store: Store, project: string, environment: string): Promise<Status> {
  const standing = await store.standing(project, environment);
  const { org, lastApplied, lastAttempted, drift, holds, problems, budget } = standing;
  return {
    environment,
    ...(org !== undefined && { org }),
    sync: {
      state: stateOf(standing),
      ...(lastApplied !== undefined && { lastApplied }),
      ...(lastAttempted !== undefined && { lastAttempted }),
    },
    drift,
    holds,
    problems,
    ...(budget !== undefined && { budget }),
  };
}

function stateOf({ suspended, lastAttempted, outcome, waiting, holds }: Standing): SyncState {
  if (suspended !== undefined) return 'suspended';
  if (lastAttempted?.error !== undefined || outcome === 'failed') return 'failed';
  if (holds.some((hold) => hold.scope === 'plan')) return 'held';
  const settled = lastAttempted !== undefined && (outcome === 'done' || outcome === 'nothing');
  return settled && (waiting ?? 0) === 0 ? 'synced' : 'pending';
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
