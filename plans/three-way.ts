// The heart: three values of one field. What git declares, what was last applied, what the org holds now.
//   declared = live                          nothing to do; the inventory is brought up to date
//   declared ≠ live, applied = live          a change (or a field that was never applied by us)
//   declared ≠ live, applied = declared      drift: shown, written only where somebody asks for it
//   all three differ                         a conflict: a person settles it
import type { FieldValue, Fields } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import { change } from './findings.ts';
import { isUnderWay } from './models.ts';
import type { Drift, DriftPolicy, FieldChange, InventoryEntry, LiveObject, UnderWay } from './plan.ts';
import { HIDDEN } from './show.ts';
import { sameValue } from './value.ts';

export interface Rules {
  /** What becomes of a record that is in the org, is declared, and is not ours yet. */
  readonly adoption: 'hold' | 'allow';
  readonly driftPolicy: (kind: string) => DriftPolicy;
  /** Whether the declared value is put back: asked for every drift, vanished record and conflict. */
  readonly reverts: (drift: Drift) => boolean;
}

export interface Weighed {
  /** What a step writes, conflicts included: their step is held. */
  readonly changes: readonly FieldChange[];
  readonly drift: readonly Drift[];
  readonly reverted: readonly Drift[];
  /** Drift and conflicts that nobody has settled. */
  readonly open: readonly Drift[];
  readonly underWay: readonly UnderWay[];
  /** What the inventory can say of these fields without any step. */
  readonly agreed: Fields;
}

/** Weighs `declared` (the fields of one record, or its late ones) against what was applied and what is live. */
export function weigh(
  desired: DesiredObject,
  declared: Fields,
  entry: Pick<InventoryEntry, 'fields'>,
  live: LiveObject,
  hidden: ReadonlySet<string> | undefined,
  rules: Rules,
): Weighed {
  const changes: FieldChange[] = [];
  const drift: Drift[] = [];
  const reverted: Drift[] = [];
  const open: Drift[] = [];
  const underWay: UnderWay[] = [];
  const agreed: Record<string, FieldValue> = {};
  for (const path of Object.keys(declared)) {
    const want = declared[path] ?? null;
    const now = live.fields[path] ?? null;
    if (sameValue(want, now)) {
      agreed[path] = want;
      continue;
    }
    const applied = entry.fields[path];
    if (applied !== undefined) agreed[path] = applied;
    if (isUnderWay(desired.address.type, path, want, now)) {
      underWay.push({ ref: desired.ref, address: desired.address, path, declared: want, live: now });
      continue;
    }
    if (applied === undefined || sameValue(applied, now)) {
      changes.push(change(path, now, want, hidden));
      continue;
    }
    const kind = sameValue(applied, want) ? 'drift' : 'conflict';
    const found = driftOf(desired, kind, path, { declared: want, applied, live: now }, live, hidden, rules);
    drift.push(found);
    const reverts = rules.reverts(found);
    (reverts ? reverted : open).push(found);
    if (reverts || kind === 'conflict') changes.push(change(path, now, want, hidden));
  }
  return { changes, drift, reverted, open, underWay, agreed };
}

/** A record of ours that is not in the org any more. */
export function vanishedOf(desired: DesiredObject, rules: Rules): Drift {
  const there = desired.address.key;
  return driftOf(desired, 'vanished', '', { declared: there, applied: there, live: null }, {}, undefined, rules);
}

/** Put back by itself where the policy of the kind says so. A conflict never is: a person settles it. */
export function policyReverts(drift: Drift): boolean {
  return drift.policy === 'revert' && drift.kind !== 'conflict';
}

function driftOf(
  desired: DesiredObject,
  kind: Drift['kind'],
  path: string,
  values: Pick<Drift, 'declared' | 'applied' | 'live'>,
  { by, at }: Pick<LiveObject, 'by' | 'at'>,
  hidden: ReadonlySet<string> | undefined,
  rules: Rules,
): Drift {
  const shown = hidden?.has(path) === true ? { declared: HIDDEN, applied: HIDDEN, live: HIDDEN } : values;
  return {
    kind,
    ref: desired.ref,
    address: desired.address,
    path,
    ...shown,
    ...(by !== undefined && { by }),
    ...(at !== undefined && { at }),
    policy: rules.driftPolicy(desired.ref.kind),
  };
}
