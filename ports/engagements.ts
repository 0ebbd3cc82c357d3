// What people did, as somebody outside the org told it: kept until it is too old to count, and told to loops once.
import type { NewEvent } from './live.ts';
import type { Scope } from './store.ts';

export interface NewEngagement {
  /** The sender's: an event that is sent again is the same. */
  readonly id: string;
  /** `Lead/00Q…`, `Contact/003…`, or a mail address in lower case. */
  readonly person: string;
  /** A mail address in lower case beside the record: who has it did the same. */
  readonly email?: string;
  readonly type: string;
  /** ISO, UTC. */
  readonly at: string;
  /** Who told it. */
  readonly source: string;
}

export interface Engagements {
  /** Gives the ids that were new. */
  add(scope: Scope, events: readonly NewEngagement[], receivedAt: string): Promise<readonly string[]>;
  /** What each of these did since a moment (ISO), oldest first; whoever did nothing is left out. */
  ofPersons(scope: Scope, persons: readonly string[], since: string): Promise<ReadonlyMap<string, readonly NewEngagement[]>>;
  /** What no loop was told of yet, oldest first. */
  untold(scope: Scope, limit: number): Promise<readonly NewEngagement[]>;
  /** Ends their waiting with the events for loops that follow from them, in one transaction. Says how many of these were new. */
  tell(scope: Scope, ids: readonly string[], events: readonly NewEvent[], at: string): Promise<number>;
  /** What happened before this (ISO) is forgotten. */
  prune(scope: Scope, before: string): Promise<number>;
}
