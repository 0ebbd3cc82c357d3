// What is counted of the loops: reads for metrics, none of which the loops themselves ask.
import type { DecisionRecord, PastPage } from './decisions.ts';
import type { Scope } from './store.ts';

/** Events and effects of a loop that are not done. */
export interface Backlog {
  /** Due, or due again later. */
  readonly waiting: number;
  /** Of these, tried before, and it did not work. */
  readonly retrying: number;
  /** Waiting for a provider or an agent. */
  readonly parked: number;
  /** Given up: they wait for people. */
  readonly dead: number;
  /** What decisions want written in the org, and is not yet. */
  readonly effects: number;
  /** What the org refused for good. */
  readonly refused: number;
  /** Questions to people. */
  readonly reviews: number;
}

export interface Tally {
  /** Newest first, without what they were made on. Fewer than `limit`: there are no more. */
  decisions(scope: Scope, page: PastPage & { readonly loop?: string }): Promise<readonly DecisionRecord[]>;
  /** ISO: of the first decision that was made. */
  first(scope: Scope): Promise<string | undefined>;
  /** How an event stands; nothing where there is none. */
  event(
    scope: Scope,
    id: string,
  ): Promise<{ readonly status: 'waiting' | 'parked' | 'done' | 'dead'; readonly error?: string } | undefined>;
  /** By loop; loops of which nothing is open are not in it. */
  backlog(scope: Scope): Promise<ReadonlyMap<string, Backlog>>;
}
