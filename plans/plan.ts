// The shapes of a plan. A plan is frozen JSON: what an apply does is described by its steps alone.
import type { Operation } from 'fast-json-patch';
import type { Address, FieldValue, Fields, Ref } from '../resources/core.ts';
import type { OnRemove, Tier } from '../resources/desired.ts';

/** A record as the CRM holds it now, by natural key. */
export interface LiveObject {
  readonly address: Address;
  readonly id: string;
  /** Lookups are `Link`s, as in what is declared. Empty is `null`; absent: the CRM does not give it back when many are read. */
  readonly fields: Fields;
  /** Who changed it last (username) and when (ISO, UTC), where the CRM says so. */
  readonly by?: string;
  readonly at?: string;
}

/** What loopctl knows of a record that it created or adopted: the last applied state. */
export interface InventoryEntry {
  readonly address: Address;
  readonly id: string;
  readonly ref: Ref;
  readonly tier: Tier;
  /** The declared fields as they were last applied. */
  readonly fields: Fields;
  /** Addresses (as text) that this record needs; their removal comes after its own. */
  readonly dependsOn: readonly string[];
  readonly onRemove: OnRemove;
  readonly protect: boolean;
  /** Adopted: it was there before us. Written: we changed it since. One that was only adopted is never deleted unasked. */
  readonly adopted: boolean;
  readonly written: boolean;
}

/** What the engine must know of a type of record; a row of the adapter's table. */
export interface TypeFacts {
  /** Fields that can be given on creation only: a change of one is a replacement. */
  readonly createOnly: readonly string[];
  /** False: it has no update at all, every change is a replacement. */
  readonly updateable: boolean;
  /** Records that loopctl only refers to (users, profiles): never planned, only looked up. */
  readonly external?: boolean;
  /** Replacing one destroys people's data: never done in one go. Deleting one has to be declared (`on_remove: delete`). */
  readonly holdsData?: boolean;
  /** Fields whose values are never shown. */
  readonly sensitive?: readonly string[];
  /** Fields whose value no two records of the type may have; whole numbers. */
  readonly unique?: readonly string[];
  /** Rows that one call can write; 200 where absent. */
  readonly batch?: number;
}
export type CrmTypes = Readonly<Record<string, TypeFacts>>;

export type Action = 'create' | 'adopt' | 'update' | 'replace' | 'delete' | 'forget' | 'switch' | 'run';
export type Phase = 'expand' | 'switch' | 'contract';

export interface FieldChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly sensitive?: true;
}

export type StepId = string;

export interface Step {
  /** The address as text; a late step of the same record ends in `#` and its fields. */
  readonly id: StepId;
  readonly ref: Ref;
  readonly address: Address;
  readonly action: Action;
  readonly phase: Phase;
  /** Steps of one level depend on none of their own level. */
  readonly level: number;
  readonly dependsOn: readonly StepId[];
  readonly fields: readonly FieldChange[];
  /** The same change as RFC 6902, against the record's fields. */
  readonly patch: readonly Operation[];
  /** Fingerprint of the live values that the step relies on; `null`: there must be no such record. */
  readonly expect: string | null;
  /** One sentence with file:line and commit. */
  readonly why: string;
  /** The record's id where there is one. */
  readonly recordId?: string;
  /** The natural key under which the record is found until the step is done, where the step changes it. The inventory's entry moves with it. */
  readonly was?: Address;
  /** What the inventory will say once the step is done; absent where the record leaves it. */
  readonly keeps?: Omit<InventoryEntry, 'id' | 'address' | 'ref'>;
}

export type DriftPolicy = 'alert' | 'revert' | 'ignore';

export interface Drift {
  readonly kind: 'drift' | 'vanished' | 'conflict';
  readonly ref: Ref;
  readonly address: Address;
  /** The field; empty where the whole record vanished. */
  readonly path: string;
  readonly declared: FieldValue;
  readonly applied: FieldValue;
  readonly live: FieldValue;
  readonly by?: string;
  readonly at?: string;
  readonly policy: DriftPolicy;
}

export interface Hold {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly scope: 'plan' | 'step';
  readonly message: string;
  readonly ref?: Ref;
  /** The steps that are held, where the scope is `step`. */
  readonly steps?: readonly StepId[];
  /** Lifted by an approval of this plan id. */
  readonly approvable?: boolean;
}

/** Something to know before the plan is applied; it holds nothing. */
export interface Warning {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly message: string;
  readonly ref?: Ref;
}

export interface Summary {
  readonly create: number;
  readonly adopt: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly forget: number;
  readonly unchanged: number;
}

/** Which org and who asks: every plan and apply names both. */
export interface OrgIdentity {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly sandbox: boolean;
  /** The username that loopctl works as. */
  readonly user: string;
}

/** Entries of the inventory that are brought up to date without touching the CRM (both sides already agree). */
export interface Settled {
  readonly from: Address;
  /** Absent: the entry goes. */
  readonly to?: InventoryEntry;
}

/** A change that the org has accepted and works on (activation of a territory model): neither a step nor drift. */
export interface UnderWay {
  readonly ref: Ref;
  readonly address: Address;
  readonly path: string;
  readonly declared: FieldValue;
  readonly live: FieldValue;
}

/** A plan of some resources only (`--target`). */
export interface Targeted {
  readonly refs: readonly Ref[];
  /** Targets that nothing is to be done for. */
  readonly idle: readonly Ref[];
  /** Steps that were left out. */
  readonly left: number;
}

export interface Plan {
  readonly formatVersion: 1;
  /** Hash of what would be done: the same world gives the same id. */
  readonly id: string;
  /** Hash of the whole file: an edited plan is refused. */
  readonly digest: string;
  readonly commit: string | null;
  readonly dirty: boolean;
  readonly environment: string;
  /** The day for which seats were resolved, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly org: OrgIdentity;
  readonly summary: Summary;
  readonly steps: readonly Step[];
  readonly drift: readonly Drift[];
  readonly holds: readonly Hold[];
  /** Absent where there is none. */
  readonly warnings?: readonly Warning[];
  readonly impact: Readonly<Record<string, unknown>>;
  readonly settled: readonly Settled[];
  readonly underWay?: readonly UnderWay[];
  readonly targeted?: Targeted;
  /** Of a plan that was saved to a file: makes the file usable once. Given by the caller; part of the digest, not of the id. */
  readonly serial?: string;
  readonly calls: { readonly read: number; readonly estimatedWrite: number };
}

/** What became of a step. `unknown` is a real outcome: the call may have been executed. */
export type StepStatus = 'done' | 'failed' | 'unknown' | 'pending' | 'not-run';

export interface StepResult {
  readonly id: StepId;
  readonly status: StepStatus;
  readonly error?: { readonly code: string; readonly message: string };
  readonly blockedBy?: readonly StepId[];
  readonly hold?: string;
}
