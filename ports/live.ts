// Events that wait for a loop, and what decisions want written in the org. Both live in the store: a process that dies loses none, and one
// that starts again does none twice.
import type { CreationKey } from '../loops/decide.ts';
import type { Scope } from './store.ts';

export interface NewEvent {
  /** The same event has the same id, however often it is noticed: it is taken once. */
  readonly id: string;
  readonly loop: string;
  readonly object: string;
  /** The record's id in the org. */
  readonly record: string;
  /** ISO: when it happened. Events of one priority go in this order. */
  readonly at: string;
  /** How it was noticed: poll, stream, outbound, chain, lookup, review. */
  readonly source: string;
  /** ISO: not before. Default: at once. */
  readonly due?: string;
  /** What it brings along: a person's answer. JSON. */
  readonly payload?: unknown;
}

export interface InboxRow extends NewEvent {
  /** How often it was tried and did not work. */
  readonly attempts: number;
}

export interface DeadLetter extends InboxRow {
  readonly error: string;
}

export interface Inbox {
  /** Events, and how far the place has been read that they come from, in one transaction. Says how many were new. */
  add(scope: Scope, events: readonly NewEvent[], cursor?: Cursor): Promise<number>;
  cursor(scope: Scope, name: string): Promise<string | undefined>;
  /**
   * What is due, oldest first; an event of a record waits for an earlier one of the same record and loop. One that is parked for a lookup is
   * ended by a newer one, and is due when it has waited long enough.
   */
  take(scope: Scope, now: string, limit: number): Promise<readonly InboxRow[]>;
  /** ISO: when the next one is due that waits for a moment or a lookup. */
  nextDue(scope: Scope): Promise<string | undefined>;
  /** Ends events without a decision; what follows from them begins, in the same transaction. */
  pass(scope: Scope, done: readonly string[], chain: readonly NewEvent[]): Promise<void>;
  /** It did not work: again at `due`, or never again by itself. `blameless`: it does not count as an attempt. */
  postpone(
    scope: Scope,
    ids: readonly string[],
    next: { readonly due: string; readonly blameless?: boolean } | { readonly dead: true },
    error: string,
  ): Promise<void>;
  dead(scope: Scope, limit: number): Promise<readonly DeadLetter[]>;
  /** Dead ones are due again. */
  revive(scope: Scope, ids: readonly string[] | 'all', due: string): Promise<number>;
  waiting(scope: Scope): Promise<number>;
}

/** How far a place was read, in its own words. */
export interface Cursor {
  readonly name: string;
  readonly value: string;
}

export interface NewEffect {
  readonly id: string;
  readonly object: string;
  readonly record: string;
  /** By the org's names. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** As the decision saw them. Something else in the org now: somebody was faster, and nothing is written. */
  readonly expect?: Readonly<Record<string, unknown>>;
  /** Of one of many decisions that nobody waits for. */
  readonly batch?: true;
  /**
   * create: a record of `object` is made, with `fields`; notify: people are told `fields.text`. Either belongs to `record`, and waits for
   * what the same decision wants written before it.
   */
  readonly kind?: 'create' | 'notify';
  /** How a record that was made is known again. */
  readonly key?: CreationKey;
}

export type EffectStatus = 'waiting' | 'done' | 'failed' | 'overtaken';

export interface EffectRow extends NewEffect {
  readonly decision: string;
  readonly status: EffectStatus;
  readonly attempts: number;
  readonly error?: string;
  /** The id of the record that was made. */
  readonly made?: string;
  /** ISO: when it was done, or given up. */
  readonly ended?: string;
}

export interface Outbox {
  /** Waiting and due, oldest first, those of batches apart; and whatever waits for the same records, so that the last word on each is the last. */
  take(scope: Scope, now: string, limit: number, of?: { readonly batch: boolean }): Promise<readonly EffectRow[]>;
  settle(scope: Scope, ended: readonly EffectEnd[]): Promise<void>;
  /** What was written already on the records of these by effects behind the first of them: id and names of fields, oldest first. */
  writtenSince(
    scope: Scope,
    effects: readonly Pick<EffectRow, 'id' | 'object' | 'record'>[],
  ): Promise<readonly { readonly id: string; readonly object: string; readonly record: string; readonly fields: readonly string[] }[]>;
  ofDecisions(decisions: readonly string[]): Promise<readonly EffectRow[]>;
  waiting(scope: Scope, of?: { readonly batch: boolean }): Promise<number>;
  /** How many records of an object are on their way to each owner: decided, and not written yet. By the owner's id. */
  owed(scope: Scope, object: string): Promise<ReadonlyMap<string, number>>;
}

export interface EffectEnd {
  readonly id: string;
  readonly status: EffectStatus;
  readonly error?: string;
  /** Where it waits on: when it is due again. */
  readonly due?: string;
  /** The id of the record that was made. */
  readonly made?: string;
  /** ISO: when it ended. */
  readonly ended?: string;
}
