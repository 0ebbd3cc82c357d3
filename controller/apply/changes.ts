// What a step writes to the CRM and what it leaves in the inventory: pure translation.
import { addressText, type FieldValue, type Fields } from '../../resources/core.ts';
import type { LiveObject, Step } from '../../plans/plan.ts';
import { sameValue } from '../../plans/value.ts';
import type { InventoryChange } from '../../ports/store.ts';
import type { WriteRow } from '../../ports/crm.ts';

/** The values that the step writes. */
function written(step: Step): Fields {
  return Object.fromEntries(step.fields.map((change) => [change.path, change.after as FieldValue]));
}

/** True where the step changes nothing in the CRM: it only keeps or forgets. */
export function needsNoCall(step: Step): boolean {
  return step.action === 'forget' || (step.action === 'adopt' && step.fields.length === 0);
}

/** A record that an earlier step of the same plan made has its id in `ids` alone. */
export function toRow(step: Step, ids: ReadonlyMap<string, string>): WriteRow {
  const id = step.recordId ?? (step.action === 'create' ? undefined : ids.get(addressText(step.address)));
  return { address: step.address, fields: written(step), ids, ...(id !== undefined && { id }) };
}

/** The inventory after the step is done on this record. */
export function inventoryChanges(step: Step, id: string): readonly InventoryChange[] {
  const gone: InventoryChange[] = step.was === undefined ? [] : [{ drop: step.was }];
  if (step.keeps === undefined) return [...gone, { drop: step.address }];
  return [...gone, { put: { address: step.address, id, ref: step.ref, ...step.keeps } }];
}

/** Whether the record is as the step wants it: looked at after a call of which nobody knows what it did. */
export function isAsWanted(step: Step, live: LiveObject | undefined): boolean {
  if (step.action === 'delete') return live === undefined;
  if (live === undefined) return false;
  // A field that is not given back when many are read says nothing.
  return step.fields.every(({ path, after }) => live.fields[path] === undefined || sameValue(live.fields[path], after as FieldValue));
}

export function byAddress(live: readonly LiveObject[]): ReadonlyMap<string, LiveObject> {
  return new Map(live.map((object) => [addressText(object.address), object]));
}
