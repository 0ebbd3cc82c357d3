// What a loop may ask, and in what form it is answered.
import type { Away } from '../engines/pools/availability.ts';
import type { LoopEvent } from './event.ts';

/** `id` is stable in a run: the same question is asked once. */
export type Request =
  /** Fields of the subject, by the org's names. */
  | { readonly id: string; readonly kind: 'crm'; readonly object: string; readonly record: string; readonly fields: readonly string[] }
  /** How many open records of an object each of these users owns. */
  | { readonly id: string; readonly kind: 'load'; readonly object: string; readonly owners: readonly string[] }
  /** Another loop's answer on the same subject, dry. */
  | { readonly id: string; readonly kind: 'loop'; readonly loop: string; readonly event: LoopEvent }
  /** State by key, with its version. */
  | { readonly id: string; readonly kind: 'state'; readonly keys: readonly string[] }
  /** Who sits in which seat by what the org has, not by what was declared. */
  | { readonly id: string; readonly kind: 'people' }
  /** Ids in the org, by address as text. */
  | { readonly id: string; readonly kind: 'ids'; readonly addresses: readonly string[] }
  /** What somebody did lately: `EngagementEvent`s of a person, by the record. */
  | { readonly id: string; readonly kind: 'events'; readonly object: string; readonly record: string; readonly email?: string }
  /** Fields of the records that hang on this one: `by` names their field with its id. */
  | {
      readonly id: string;
      readonly kind: 'children';
      readonly object: string;
      readonly by: string;
      readonly record: string;
      readonly fields: readonly string[];
      /** The newest of them, where there are more than are read. */
      readonly newest?: true;
    }
  | MatchRequest
  | PagesRequest
  | Lookup;

/** Which account a record belongs to, by what is known of it, by the product's names; or the account of an id. The answer is an `AccountMatch`. */
export interface MatchRequest {
  readonly id: string;
  readonly kind: 'match';
  readonly object: 'Account';
  readonly known: Readonly<Record<string, unknown>>;
  /** The account's id, where it is known: nothing is matched. */
  readonly account?: string;
  /** What else is wanted of the account, by the product's names. */
  readonly read: readonly string[];
}

export interface AccountMatch {
  readonly band: 'match' | 'review' | 'none';
  /** The one that it is; of the band `review`, that it may be. */
  readonly account: MatchedAccount | null;
  /** 0..1; 1 where it was asked for by its id. */
  readonly confidence: number | null;
  /** Why this one, without its end: `matched Acme Corp by domain acme.com, 0.97`. */
  readonly why: string;
  /** An account above or below it, with another owner, is as good. */
  readonly owner_conflict: boolean;
  /** All that it may be, the best first. */
  readonly candidates: readonly AccountCandidate[];
  /** More accounts share something with the record than were looked at. */
  readonly cut: boolean;
}

export interface MatchedAccount {
  readonly id: string;
  readonly name: string;
  readonly is_customer: boolean;
  readonly open_opportunity: boolean;
  readonly owner: { readonly id: string | null; readonly username: string; readonly active: boolean } | null;
  /** Where the org has it, in the active model: a path. Nothing where it is in none or in several. */
  readonly territory: string | null;
  /** What was wanted of it. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface AccountCandidate {
  readonly id: string;
  readonly name: string;
  readonly confidence: number;
  readonly why: string;
  readonly owner: string | null;
  /** As good as the best. */
  readonly tied: boolean;
}

/** Pages of the web, and which texts stand on each. The answer is a list of `PageFinding`, in their order. */
export interface PagesRequest {
  readonly id: string;
  readonly kind: 'pages';
  readonly pages: readonly { readonly url: string; readonly texts: readonly string[] }[];
}

/**
 * What takes its time: a provider or an agent. What is known already is the answer at once, marked `open` where a lookup would tell more.
 * A live run is parked for it, at most `wait` milliseconds; it never holds up another one.
 */
export type Lookup =
  | {
      readonly id: string;
      readonly kind: 'enrich';
      /** The name of the EnrichmentPolicy. */
      readonly policy: string;
      /** What is known of the record, by the product's names: its domain, its mail address, its company's name. */
      readonly known: Readonly<Record<string, unknown>>;
      /** Which company it is, where a person said so. */
      readonly choice?: unknown;
      readonly wait?: number;
    }
  | {
      readonly id: string;
      readonly kind: 'agent';
      /** The name of the Prompt. */
      readonly prompt: string;
      /** What form the answer has: one of `engines/answers/`. */
      readonly shape: 'choice' | 'signals' | 'change';
      /** Data, never instructions. */
      readonly input: Readonly<Record<string, unknown>>;
      readonly wait?: number;
    };

/** The answer to `people`: seats in which the org has nobody, and seats in which it still has somebody else than was declared. */
export interface People {
  /** The user that loopctl works as in the org. */
  readonly me?: string;
  readonly absent: readonly string[];
  readonly standing: Readonly<Record<string, string>>;
  /** Who is out of office in the org, or paused by hand. */
  readonly away?: readonly Away[];
  /** What of that could not be found out. */
  readonly unknown?: string;
}

/** The answer to `state`, by key. */
export type States = Readonly<Record<string, { readonly version: number; readonly value: unknown }>>;

/** The answer to `load`: by username. */
export type Loads = Readonly<Record<string, { readonly count: number; readonly at: number }>>;
