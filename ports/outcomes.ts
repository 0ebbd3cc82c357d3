// What became of records that were decided on: the world's verdict on what the loops said of them.
import type { Cursor } from './live.ts';
import type { Scope } from './store.ts';

export const OUTCOMES = ['converted', 'won', 'lost', 'rejected'] as const;
export type OutcomeName = (typeof OUTCOMES)[number];

export interface NewOutcome {
  readonly object: string;
  /** The record's id in the org. */
  readonly record: string;
  /** A record has each of them once. */
  readonly outcome: OutcomeName;
  readonly reason?: string;
  /** ISO: when it came about. */
  readonly at: string;
  /** Who says so: `org`, or the identity of a token. */
  readonly source: string;
}

export type Outcome = NewOutcome;

export interface Outcomes {
  /**
   * Held against the last decision of each loop on the record that is not younger. What no decision was made on is nobody's business, and is
   * left out; so is what is known already. With it how far the org was read, in one transaction. Gives those that were new.
   */
  add(scope: Scope, outcomes: readonly NewOutcome[], cursor?: Cursor): Promise<readonly NewOutcome[]>;
  /** By the id of the decision, oldest first. */
  ofDecisions(decisions: readonly string[]): Promise<ReadonlyMap<string, readonly Outcome[]>>;
  /** By the id of the record, oldest first. */
  ofRecords(scope: Scope, records: readonly string[]): Promise<ReadonlyMap<string, readonly Outcome[]>>;
}
