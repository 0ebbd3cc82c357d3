// The organisation as records of the CRM.
import { addressText } from './core.ts';
import type { DesiredObject } from './desired.ts';
import { kinds } from './index.ts';
import type { Resolved } from './resolved.ts';

/** Each record once: what several resources declare together (the permission set, say) belongs to the first. */
export function materialise(resolved: Resolved): readonly DesiredObject[] {
  const records = new Map<string, DesiredObject>();
  for (const record of recordsOf(resolved)) {
    const key = addressText(record.address);
    if (!records.has(key)) records.set(key, record);
  }
  return [...records.values()];
}

/** In the order of kinds, files and documents. */
export function* recordsOf(resolved: Resolved): Generator<DesiredObject> {
  for (const kind of kinds) {
    if (kind.materialise === undefined) continue;
    for (const resource of resolved.organisation.all(kind)) yield* kind.materialise(resource, resolved);
  }
}
