// Questions to providers and agents, apart from the runs that want to know: they take their time, are tried again, and hold up nobody.
import type { Scope } from './store.ts';

export interface NewLookup {
  /** The same question of the same record has the same id. */
  readonly id: string;
  readonly loop: string;
  readonly object: string;
  readonly record: string;
  /** A `Lookup` of the loop contract, as JSON. */
  readonly request: unknown;
  /** How long a run waits for it, in milliseconds. */
  readonly wait: number;
}

export interface LookupRow extends Omit<NewLookup, 'wait'> {
  /** ISO: when it was asked first. */
  readonly at: string;
  readonly attempts: number;
}

export type LookupEnd =
  | { readonly id: string; readonly status: 'done' | 'failed'; readonly error?: string }
  /** It is asked again then. */
  | { readonly id: string; readonly status: 'waiting'; readonly due: string; readonly error: string };

export interface Lookups {
  /**
   * Parks an event until these are answered: at most as long as the one that may take longest. False where all of them were waited for long
   * enough: it is decided without.
   */
  park(scope: Scope, event: string, lookups: readonly NewLookup[], now: string): Promise<boolean>;
  /** Waiting and due, oldest first. */
  take(scope: Scope, now: string, limit: number): Promise<readonly LookupRow[]>;
  /** What ended wakes the events that are parked for its record; where none is, an answer is a new event of the record. */
  settle(scope: Scope, ended: readonly LookupEnd[], now: string): Promise<void>;
  /** ISO: when the next one is tried again that is not due yet. */
  nextDue(scope: Scope, now: string): Promise<string | undefined>;
}
