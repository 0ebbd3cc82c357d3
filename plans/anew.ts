// A record that is made anew takes along what hangs on it: the org deletes that with it, so it is made anew too.
import { type Address, addressText } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import { holdReplacement } from './declared.ts';
import { replacement } from './drafts.ts';
import type { Draft, Findings } from './findings.ts';
import type { World } from './world.ts';
import { linksIn } from './value.ts';

/** Replaces whatever needs a replaced record, and whatever needs that. */
export function replaceDependants(world: World, found: Findings): void {
  const waiting = found.drafts.filter(({ action }) => action === 'replace').map(({ id }) => id);
  if (waiting.length === 0) return;
  const dependants = dependantsOf(world);
  const planned = new Map(found.drafts.map((draft, at) => [draft.id, at]));
  const drifted = new Set(found.drift.map(({ address }) => addressText(address)));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const desired of dependants.get(next) ?? []) {
      const draft = takenAlong(world, desired, next);
      const at = draft && planned.get(draft.id);
      if (draft === undefined || (at !== undefined && found.drafts[at]?.action !== 'update')) continue;
      if (at === undefined) {
        planned.set(draft.id, found.drafts.push(draft) - 1);
        found.unchanged -= 1;
      } else found.drafts[at] = draft;
      holdReplacement(
        desired,
        draft,
        world.types[draft.address.type] ?? { createOnly: [], updateable: true },
        drifted.has(draft.id),
        found,
      );
      waiting.push(draft.id);
    }
  }
}

function takenAlong(world: World, desired: DesiredObject, parent: string): Draft | undefined {
  const key = addressText(desired.address);
  const [entry, live] = [world.inventory.get(key), world.live.get(key)];
  if (entry === undefined || live === undefined) return undefined;
  const hidden = world.types[desired.address.type]?.sensitive;
  return replacement(desired, entry, live, hidden && new Set(hidden), { kind: 'belongs', by: desired, to: parent });
}

function dependantsOf(world: World): ReadonlyMap<string, readonly DesiredObject[]> {
  const dependants = new Map<string, DesiredObject[]>();
  for (const desired of world.declared.values()) {
    for (const need of needsOf(desired)) {
      const known = dependants.get(need);
      if (known === undefined) dependants.set(need, [desired]);
      else known.push(desired);
    }
  }
  return dependants;
}

/** Everything that must be there for a record to be there, by address as text. */
export function needsOf({
  fields,
  dependsOn,
}: {
  readonly address: Address;
  readonly fields: DesiredObject['fields'];
  readonly dependsOn: readonly string[];
}): ReadonlySet<string> {
  return new Set([...linksIn(fields).map(({ target }) => target), ...dependsOn]);
}
