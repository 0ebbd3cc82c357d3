// The steps of one declared record: of itself, of its fields that are written late, of making it anew.
import { addressText, type Fields } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import { type Cause, type Draft, change, entryOf, lateId } from './findings.ts';
import type { FieldChange, InventoryEntry, LiveObject } from './plan.ts';
import { sameValue } from './value.ts';

/** The step of a declared record itself. `keeps`: its fields as the inventory will have them. */
export function mainDraft(
  desired: DesiredObject,
  action: 'create' | 'adopt' | 'update' | 'replace',
  fields: readonly FieldChange[],
  keeps: Fields,
  history: { readonly adopted: boolean; readonly written: boolean },
  cause: Cause,
  live?: LiveObject,
): Draft {
  const was = live !== undefined && live.address.key !== desired.address.key ? live.address : undefined;
  return {
    id: addressText(desired.address),
    ref: desired.ref,
    address: desired.address,
    action,
    phase: 'expand',
    tier: desired.tier,
    fields,
    ...(live !== undefined && { recordId: live.id }),
    ...(was !== undefined && { was }),
    keeps: entryOf(desired, keeps, history),
    cause,
  };
}

/** The step of a record's late fields. */
export function lateDraft(
  desired: DesiredObject,
  fields: readonly FieldChange[],
  keeps: Fields,
  history: { readonly adopted: boolean; readonly written: boolean },
  cause: Cause,
  live?: LiveObject,
): Draft {
  const id = lateId(desired.address, desired.late?.fields ?? {});
  return { ...mainDraft(desired, 'update', fields, keeps, history, cause, live), id, tier: 'late' };
}

/** The step that makes a record anew: like a creation it holds every field, also those that stay as they are. */
export function replacement(
  desired: DesiredObject,
  entry: InventoryEntry,
  live: LiveObject,
  hidden: ReadonlySet<string> | undefined,
  cause: Cause,
): Draft {
  const fields = Object.keys(desired.fields).map((path) => change(path, live.fields[path], desired.fields[path] ?? null, hidden));
  return mainDraft(desired, 'replace', fields, bornWith(desired), { adopted: entry.adopted, written: true }, cause, live);
}

/** The late step of a record that is only just created: whatever the org holds of it now is not what the step will find. */
export function bornLate(desired: DesiredObject, hidden: ReadonlySet<string> | undefined, cause: Cause): readonly Draft[] {
  if (desired.late === undefined) return [];
  const { fields, born } = desired.late;
  const changes = Object.keys(fields)
    .filter((path) => !sameValue(fields[path], born[path]))
    .map((path) => change(path, born[path], fields[path] ?? null, hidden));
  if (changes.length === 0) return [];
  const keeps = { ...desired.fields, ...fields };
  return [lateDraft(desired, changes, keeps, { adopted: false, written: true }, cause)];
}

/** What the inventory says of a record once it is created: its fields, and late ones that it is born with. */
export function bornWith(desired: DesiredObject): Fields {
  if (desired.late === undefined) return desired.fields;
  const { fields, born } = desired.late;
  return { ...desired.fields, ...Object.fromEntries(Object.entries(fields).filter(([path, value]) => sameValue(value, born[path]))) };
}
