// What a loop is: six parts, archetypes, a contract, and a pure step. It asks, and is given facts; it decides, and says what to write.
// What it asks for the host gets, records with source and time, and steps again: so every decision can be made again from its facts.
import type { Decide, Drop, Refuse } from './decide.ts';
import type { LoopEvent } from './event.ts';
import type { Request } from './requests.ts';
import type { z } from 'zod';

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
