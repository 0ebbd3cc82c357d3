// What a loop is: six parts, archetypes, a contract, and a pure step. It asks, and is given facts; it decides, and says what to write.
// What it asks for the host gets, records with source and time, and steps again: so every decision can be made again from its facts.
import type { z } from 'zod';
import type { Away } from '../engines/pools/availability.ts';
import type { TraceEntry } from '../engines/trace.ts';

export const ARCHETYPES = ['event', 'schedule', 'materialised', 'modelling'] as const;
export type Archetype = (typeof ARCHETYPES)[number];

export const CHAINS = ['planning', 'demand', 'acquisition', 'retention', 'across'] as const;
export type Chain = (typeof CHAINS)[number];

export interface Parts {
  /** Kinds that say how it behaves. */
  readonly config: readonly string[];
  readonly logic: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly metrics: readonly string[];
  readonly feedback: readonly string[];
}

export interface LoopDescriptor<World = unknown> {
  readonly name: string;
  readonly chain: Chain;
  readonly summary: string;
  readonly archetypes: readonly Archetype[];
  readonly parts: Parts;
  /** What it takes and gives: what one loop gives is checked against what the next one takes. */
  readonly contract: { readonly takes: z.ZodType; readonly gives: z.ZodType };
  /** Loops that are asked next about the same record, where they act on the org. */
  readonly next?: readonly string[];
  /** Its engines, compiled once for a snapshot. Nothing where the snapshot does not configure it for the object. */
  compile(snapshot: Snapshot): World;
  /**
   * The objects whose changes it takes, each with the org's fields that it reads beside those of the FieldMap. Absent: no change of a record
   * rings it by itself.
   */
  watches?(world: World): ReadonlyMap<string, readonly string[]>;
  /** Absent: the loop is driven by another room of the house (Deploy is the reconciler). */
  step?(input: StepInput<World>): Stepped;
}

/** What was reconciled, as loops see it. */
export interface Snapshot {
  readonly id: string;
  /** Plain JSON by `Kind/name`. */
  readonly resources: Readonly<Record<string, unknown>>;
}

export interface LoopEvent {
  /** The subject: an object of the org, and its id where it has one. */
  readonly object: string;
  readonly id?: string;
  /** Its fields where the caller gives them: the product's names, or the org's. */
  readonly record?: Readonly<Record<string, unknown>>;
  /** It happened in the org, and the loop acts on it: it may have decided on the same values before, and what it decides is written. */
  readonly live?: boolean;
  /** One of many that are decided on again, as a batch: nothing is news but a different outcome. */
  readonly batch?: boolean;
  /** Which side of experiments on a share of the records it is on, by their name: what it is decided by. */
  readonly arms?: Readonly<Record<string, 'control' | 'candidate'>>;
  /** What a person decided, where a review asked one. */
  readonly answer?: ReviewAnswer;
  /** The record is to go to somebody else. */
  readonly reassign?: Reassign;
  /** People want another owner than the rules found, or said that they do not. */
  readonly override?: Override;
}

/** What came of a case that asks for another owner. */
export interface Override {
  readonly case: string;
  /** late: nobody decided in time. impossible: it can not be done, whoever wants it. */
  readonly verdict: 'approved' | 'refused' | 'late' | 'impossible';
  /** Who is to get it. */
  readonly owner?: { readonly id: string; readonly username: string; readonly name: string };
  /** Who decided; nobody where it is late. */
  readonly by?: string;
  /** Who opened the case. */
  readonly asked_by: string;
  readonly reason: string;
  /** Why it is late, or impossible, as a sentence. */
  readonly because?: string;
  /** The decision that is overruled. */
  readonly decision?: string;
  /** Fields of Case that are written, by the org's names. */
  readonly fields: { readonly decision: string; readonly answer: string };
  readonly notify: boolean;
}

/** Why a record is taken from its owner, and where it is to go. */
export interface Reassign {
  readonly reason_code: string;
  /** In a sentence. */
  readonly because: string;
  /** Who had it, by username: they do not get it again. */
  readonly from?: string;
  /** `pool/NAME`, `queue/NAME` or `seat/NAME`; without it the rules say. */
  readonly to?: string;
}

/** A person's answer to a review. */
export interface ReviewAnswer {
  readonly review: string;
  /** The decision that asked, which this one supersedes. */
  readonly decision: string;
  readonly topic: string;
  /** Of the options that were given, or what was put in their place. */
  readonly choice: unknown;
  readonly by: string;
  readonly reason: string;
}

export interface StepInput<World> {
  readonly world: World;
  readonly event: LoopEvent;
  /** Names the turn in pools where the record has no id. */
  readonly turn: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Answers so far, by the id of the request. */
  readonly facts: ReadonlyMap<string, FactValue>;
}

export interface FactValue {
  readonly value: unknown;
  /** Why there is none. */
  readonly missing?: string;
  readonly source: string;
  /** ISO. */
  readonly at: string;
  /** It is what is known now; a lookup would tell more. */
  readonly open?: true;
}

export type Stepped = Ask | Decide | Refuse | Drop;

export interface Ask {
  readonly kind: 'ask';
  readonly requests: readonly Request[];
}

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

export interface Decide {
  readonly kind: 'decide';
  /** What it is called in metrics: a grade, a rule. */
  readonly label: string;
  /** The decision's own part: what the contract gives. */
  readonly outcome: Readonly<Record<string, unknown>>;
  readonly method: 'deterministic' | 'agent' | 'human';
  /** 0..1 */
  readonly confidence: number;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly sources: Readonly<Record<string, { readonly source: string; readonly at: string }>>;
  readonly trace: readonly TraceEntry[];
  readonly alternatives: readonly unknown[];
  readonly reasoning: string;
  /** Fields of a given record that are not read, and why. */
  readonly unread?: readonly { readonly path: string; readonly message: string }[];
  /** Of the subject, for people. */
  readonly name?: string;
  readonly writes: readonly { readonly key: string; readonly expect: number; readonly value: unknown }[];
  /** What is to be written on the record; of live events alone. `expect`: only while these fields still hold that. */
  readonly effects?: readonly Wanted[];
  /** Not waited for: its answer is a new event of the subject. */
  readonly later?: readonly Lookup[];
  /** A person is asked; the answer is a new event of the subject. */
  readonly review?: ReviewQuestion;
  /** Other records that a loop is asked about next, because of this decision. */
  readonly rings?: readonly { readonly loop: string; readonly object: string; readonly record: string; readonly reassign?: Reassign }[];
  /** ISO: the record is looked at again then, whether it changes or not. */
  readonly wake?: string;
}

/** Those of a decision go in their order; what is made or told waits for what was to be written before it, and is left out with it. */
export type Wanted = Effect | Creation | Notice;

/** Fields of a record. */
export interface Effect {
  readonly kind?: 'update';
  /** Another record than the subject. */
  readonly on?: { readonly object: string; readonly record: string };
  /** By the org's names. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly expect?: Readonly<Record<string, unknown>>;
}

/** A record is made, once, whatever dies on the way. */
export interface Creation {
  readonly kind: 'create';
  readonly object: string;
  /** By the org's names. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly key: CreationKey;
}

/**
 * How a record that was made already is known again: a field of its own, an external id, that gets the key; or a long text at the end of which
 * the key is written, of the records whose field `by` holds what this one's does.
 */
export type CreationKey = { readonly field: string; readonly text?: string } | { readonly text: string; readonly by: string };

/** People are told, on the ways that the project names for the topic, at most once. */
export interface Notice {
  readonly kind: 'notify';
  readonly topic: 'assigned' | 'sla' | 'override';
  readonly text: string;
}

export interface ReviewQuestion {
  /** What kind of question it is: `company`, `owner`. One is open at a time on a record and topic. */
  readonly topic: string;
  readonly question: string;
  /** What may be answered. */
  readonly options: readonly { readonly id: string; readonly label: string; readonly value: unknown }[];
  /** What the loop or its agent would say, with how sure it is. */
  readonly proposal?: { readonly option?: string; readonly confidence: number; readonly reasoning: string };
}

/** Nothing that the loop reads is different from its last decision on the record, or the record is not its business. */
export interface Drop {
  readonly kind: 'drop';
  readonly because: string;
}

/** The event is none that the loop can read. */
export interface Refuse {
  readonly kind: 'refuse';
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}
