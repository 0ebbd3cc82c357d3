// What comes of an event: a decision with all that follows from it, or why there is none.
import type { TraceEntry } from '../engines/trace.ts';
import type { Reassign } from './event.ts';
import type { Lookup } from './requests.ts';

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
