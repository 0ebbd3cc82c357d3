// Work on many records that nobody waits for: one row a job, however many records it goes through. It is done a page at a time, and a
// process that dies leaves it where it was.
import type { Scope } from './store.ts';

/** Which records: what the org calls open, or a condition in the org's own language. */
export type JobQuery = { readonly open: true } | { readonly where: string };

export interface JobCounts {
  readonly seen: number;
  /** Decided on anew. */
  readonly changed: number;
  readonly unchanged: number;
  /** Could not be decided on at once: each is an event by now, and tried again like any other. */
  readonly failed: number;
}

export interface NewJob {
  readonly id: string;
  readonly loop: string;
  readonly object: string;
  readonly query: JobQuery;
  /** Of what was reconciled when it was wanted. */
  readonly snapshot: string;
  /** The plan that has it as a step. */
  readonly plan?: string;
  readonly by: string;
  /** ISO. */
  readonly at: string;
}

export type JobStatus = 'waiting' | 'running' | 'done' | 'superseded' | 'failed';

export interface JobRow extends NewJob {
  readonly status: JobStatus;
  /** The record that was decided on last; the next page begins behind it. */
  readonly cursor?: string;
  readonly counts: JobCounts;
  readonly endedAt?: string;
  readonly error?: string;
}

export interface Jobs {
  /**
   * The job that does it: one that is not ended and does the same on the same snapshot, else this one; one that does the same on another
   * snapshot ends as superseded, in the same transaction.
   */
  start(scope: Scope, job: NewJob): Promise<JobRow>;
  find(scope: Scope, id: string): Promise<JobRow | undefined>;
  /** Not ended, the oldest first. */
  unfinished(scope: Scope): Promise<readonly JobRow[]>;
  /** A page is done: what it decided is kept already. False where the job is not as the caller saw it: ended, or a page further. */
  advance(
    scope: Scope,
    id: string,
    page: { readonly from: string | undefined; readonly to: string; readonly counts: JobCounts },
  ): Promise<boolean>;
  /** Ends it, where it is not ended. The apply whose last step it was is done with it. */
  finish(
    scope: Scope,
    id: string,
    end: { readonly status: 'done' | 'failed'; readonly error?: string; readonly at: string },
  ): Promise<void>;
  /** Newest first. */
  list(project: string, environment: string, limit: number): Promise<readonly JobRow[]>;
}
