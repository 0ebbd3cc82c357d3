// The ledger of decisions: append-only, with the facts and the state that each was made on, so that it can be explained and made again.
import type { NewEffect, NewEvent } from './live.ts';
import type { NewLookup } from './lookups.ts';
import type { NewReview } from './reviews.ts';
import type { Scope } from './store.ts';

/** A decision as it is told; loops add their own outcome beside these. */
export interface DecisionRecord {
  readonly id: string;
  readonly loop: string;
  readonly subject: { readonly object: string; readonly id?: string; readonly name?: string };
  readonly revision: { readonly commit: string | null; readonly snapshot: string; readonly engine: string };
  readonly logged_at: string;
  readonly [part: string]: unknown;
}

/** What it takes to make the decision once more. */
export interface Recorded {
  /** The event that was decided on. */
  readonly event: unknown;
  /** Answers to what the loop asked, in the order of asking. */
  readonly facts: readonly Fact[];
  /** The instant that counted as now. */
  readonly now: string;
  /** What a candidate was told beside these, and the questions that nobody answered it. */
  readonly shadow?: { readonly facts: readonly Fact[]; readonly untold: readonly string[] };
}

export interface Fact {
  /** Of the request. */
  readonly id: string;
  readonly value: unknown;
  /** Why there is no value. */
  readonly missing?: string;
  readonly source: string;
  readonly at: string;
}

/** State of a loop by key, like `pool/na-commercial`. Version 0: nothing was written yet. */
export interface Versioned {
  readonly version: number;
  readonly value: unknown;
}

export interface StateWrite {
  readonly key: string;
  /** The version that was read. */
  readonly expect: number;
  readonly value: unknown;
}

export interface Kept {
  readonly decision: DecisionRecord;
  readonly recorded: Recorded;
  readonly writes: readonly StateWrite[];
  /** Events of the inbox that it answers, what follows from it, and what it wants written: all of it with the decision, or none. */
  readonly done?: readonly string[];
  readonly chain?: readonly NewEvent[];
  readonly effects?: readonly NewEffect[];
  /** What it would like to know, and did not wait for. */
  readonly later?: readonly Omit<NewLookup, 'wait'>[];
  /** What it asks people; without it, what the loop asked of the record before is settled. */
  readonly review?: NewReview;
}

export interface StoredDecision {
  readonly decision: DecisionRecord;
  readonly recorded: Recorded;
}

/** `before`: the id of the oldest one that is known already. */
export interface PastPage {
  readonly limit: number;
  readonly before?: string;
}

export interface Decisions {
  /**
   * Writes decisions with their state, durably and in order, in one transaction. A decision whose state has moved on is left out, and its
   * place in the answer is false: it has to be made again.
   */
  keep(scope: Scope, entries: readonly Kept[]): Promise<readonly boolean[]>;
  state(scope: Scope, keys: readonly string[]): Promise<ReadonlyMap<string, Versioned>>;
  find(project: string, environment: string, id: string): Promise<StoredDecision | undefined>;
  /** Of a record, oldest first. */
  ofSubject(project: string, environment: string, subject: string): Promise<readonly StoredDecision[]>;
  /** Newest first. */
  recent(project: string, environment: string, limit: number, loop?: string): Promise<readonly DecisionRecord[]>;
  /** With what they were made on, newest first. */
  past(scope: Scope, page: PastPage): Promise<readonly StoredDecision[]>;
}

/** Answers that were given under an idempotency key, so that a repeated call does nothing twice. */
export interface Repeats {
  /** The stored answer, or nothing, in which case the key is taken now. `busy`: the first call is still at work. `differs`: it was used for another body. */
  begin(key: string, fingerprint: string, at: string): Promise<RepeatState>;
  end(key: string, status: number, body: string): Promise<void>;
  /** The call came to nothing: the key is free again. */
  release(key: string): Promise<void>;
}

export type RepeatState =
  | { readonly kind: 'new' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'differs' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: string };
