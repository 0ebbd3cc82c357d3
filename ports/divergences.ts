// What diverges in the org, remembered between two looks: told once, and once more when it is gone.
import type { Drift } from '../plans/plan.ts';
import type { Scope } from './store.ts';

export interface Divergence {
  /** Record and field, as text. */
  readonly key: string;
  readonly drift: Drift;
  /** ISO: the look that found this value first. */
  readonly since: string;
  /** ISO: when people were told; absent while the grace lasts. */
  readonly told?: string;
}

export interface Divergences {
  /** All of a scope, by key. */
  of(scope: Scope): Promise<readonly Divergence[]>;
  /** Puts these in the place of all that there were, and the messages about them into the outbox, in one transaction. */
  replace(scope: Scope, now: readonly Divergence[], messages: readonly NewMessage[]): Promise<void>;
}

/** A message to people. */
export interface NewMessage {
  /** What it is about: the same key is sent once. */
  readonly key: string;
  readonly topic: Topic;
  readonly environment: string;
  /** Which of the ways to people it goes: the type in `notifications`. */
  readonly channel: string;
  readonly text: string;
  readonly at: string;
}

export type Topic = 'applied' | 'drift' | 'held' | 'failed' | 'review' | 'proposal' | 'assigned' | 'sla' | 'override';

export interface Message extends NewMessage {
  readonly id: string;
  /** How often it was begun, this time included. */
  readonly attempts: number;
}

/** `unknown`: it may have arrived, so it is not sent again. `again`: it certainly did not arrive, and waits. */
export type Delivery = 'sent' | 'failed' | 'unknown' | 'again';

export interface Messages {
  /** One row a message and channel; a key that was there before is left out. */
  add(messages: readonly NewMessage[]): Promise<void>;
  /** Marks what waits as being sent, at most `limit`, and gives it: a process that dies from here on leaves it `unknown`. */
  take(limit: number): Promise<readonly Message[]>;
  settle(id: string, delivery: Delivery, at: string, error?: string): Promise<void>;
  /** What a process that died was sending is `unknown` now. Called by the one process that sends. */
  recover(at: string): Promise<void>;
}
