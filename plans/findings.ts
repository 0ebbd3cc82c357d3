// What the comparison finds, stage by stage: steps that have no order yet, holds, drift, and what is only written down.
import { type Address, type FieldValue, type Ref, addressText, refText } from '../resources/core.ts';
import type { DesiredObject, Tier } from '../resources/desired.ts';
import type { Action, Drift, FieldChange, Hold, InventoryEntry, Phase, Settled, Step, StepId, UnderWay } from './plan.ts';

/** A step that is not ordered, described and fingerprinted yet. */
export interface Draft {
  readonly id: StepId;
  readonly ref: Ref;
  readonly address: Address;
  readonly action: Action;
  readonly phase: Phase;
  /** `late`: of the last of its phase, when everything else stands. */
  readonly tier: Tier | 'late';
  readonly fields: readonly FieldChange[];
  readonly recordId?: string;
  readonly was?: Address;
  readonly keeps?: NonNullable<Step['keeps']>;
  readonly cause: Cause;
}

/** Why there is a step; becomes its sentence. */
export type Cause =
  | { readonly kind: 'declared'; readonly by: DesiredObject; readonly reverted: readonly Drift[] }
  /** What it belongs to is made anew, and takes it along. */
  | { readonly kind: 'belongs'; readonly by: DesiredObject; readonly to: string }
  | {
      readonly kind: 'gone';
      readonly resourceStays: boolean;
      readonly adopted: boolean;
      /** What it belongs to, and stays in the org. */
      readonly from?: string;
      /** What stays in the org loses these, which are deleted. */
      readonly loses?: readonly string[];
    }
  /** A territory model makes room for another one, or left git. */
  | { readonly kind: 'archived'; readonly successor: string | null }
  /** It belongs to a model that is archived, and stays there. */
  | { readonly kind: 'in-archive'; readonly model: string }
  /** Records change places in a ring, and this one leaves its value before `step` gives it another. */
  | { readonly kind: 'turn'; readonly step: StepId; readonly path: string; readonly ring: readonly string[] }
  /** What the loops read differs in these resources. */
  | { readonly kind: 'content'; readonly refs: readonly string[] }
  /** What was decided by these is decided on again. */
  | { readonly kind: 'run'; readonly loop: string; readonly object: string; readonly refs: readonly string[] };

export interface Findings {
  readonly drafts: Draft[];
  readonly drift: Drift[];
  readonly holds: Hold[];
  readonly settled: Settled[];
  readonly underWay: UnderWay[];
  /** Declared records that need no step of their own. */
  unchanged: number;
}

/** From a step to the steps that it waits for. */
export type Edges = Map<StepId, Set<StepId>>;

export function noFindings(): Findings {
  return { drafts: [], drift: [], holds: [], settled: [], underWay: [], unchanged: 0 };
}

export function addEdge(edges: Edges, from: StepId, to: StepId): void {
  if (from === to) return;
  const known = edges.get(from);
  if (known === undefined) edges.set(from, new Set([to]));
  else known.add(to);
}

/** A hold of one step; what depends on it is not run either. */
export function heldStep(code: string, draft: Draft, message: string): Hold {
  return { code, scope: 'step', message, ref: draft.ref, steps: [draft.id] };
}

/** How people find what declares a record: `seat ae-dach-1 (design/scenarios/fy27.yaml:22)`. */
export function declarer(desired: DesiredObject): string {
  return `${desired.label ?? refText(desired.ref)} (${desired.origin.path}:${desired.origin.line})`;
}

/** What the inventory is to say of a declared record. */
export function entryOf(
  desired: DesiredObject,
  fields: InventoryEntry['fields'],
  history: { readonly adopted: boolean; readonly written: boolean },
): NonNullable<Step['keeps']> {
  const { tier, dependsOn, onRemove, protect } = desired;
  return { tier, fields, dependsOn, onRemove, protect, adopted: history.adopted, written: history.written };
}

export function change(
  path: string,
  before: FieldValue | undefined,
  after: FieldValue,
  hidden: ReadonlySet<string> | undefined,
): FieldChange {
  const plain = { path, before: before ?? null, after };
  return hidden?.has(path) === true ? { ...plain, sensitive: true } : plain;
}

export function lateId(address: Address, fields: Readonly<Record<string, unknown>>): StepId {
  return `${addressText(address)}#${Object.keys(fields).sort().join(',')}`;
}
