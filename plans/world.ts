// Reshape first: the three sides by address. A record whose natural key was changed in git is put under its new key on all sides,
// so that the comparison after it needs to know nothing of renames.
import { type Address, type Fields, addressText, isLink, parseAddress } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import type { CrmTypes, InventoryEntry, LiveObject } from './plan.ts';
import { type Taken, takenRenames } from './taken.ts';
import { linksIn } from './value.ts';

/** The same record under its old and its new natural key. */
export interface Rename {
  readonly from: Address;
  readonly to: Address;
}

export interface Sides {
  readonly desired: readonly DesiredObject[];
  readonly inventory: readonly InventoryEntry[];
  readonly live: readonly LiveObject[];
  readonly types: CrmTypes;
  readonly renames?: readonly Rename[];
}

/** Every side by address as text. A record that is renamed stands under its new key and still carries its old `address`. */
export interface World {
  readonly declared: ReadonlyMap<string, DesiredObject>;
  readonly inventory: ReadonlyMap<string, InventoryEntry>;
  readonly live: ReadonlyMap<string, LiveObject>;
  readonly types: CrmTypes;
  /** Renames that can not be, because another record has the new key. */
  readonly taken: readonly Taken[];
}

/** Throws where two declared records have one address: validation refuses that, so it is a bug. */
export function worldOf(sides: Sides): World {
  const declared = byAddress(sides.desired);
  if (declared.size !== sides.desired.length) throw new Error(`bug: two declared records have one address: ${twice(sides.desired)}`);
  const inventory = byAddress(sides.inventory);
  const live = byAddress(sides.live);
  const { types, renames = [] } = sides;
  if (renames.length === 0) return { declared, inventory, live: completed(live, declared, inventory), types, taken: [] };
  const asked = inEffect(renames, declared, live);
  const taken = takenRenames(renames, { declared, inventory, live }, asked);
  const stays = new Set(taken.map(({ from }) => from));
  const moved = new Map([...asked].filter(([from]) => !stays.has(from)));
  const renamed = renameLive(live, moved);
  const entries = renameEntries(inventory, live, renamed, renames, moved);
  return { declared, inventory: entries, live: completed(renamed, declared, entries), types, taken };
}

/** A field that the CRM does not give back when many are read (absent, which is not `null`) is taken to be as it was applied. */
function completed(
  live: ReadonlyMap<string, LiveObject>,
  declared: ReadonlyMap<string, DesiredObject>,
  inventory: ReadonlyMap<string, InventoryEntry>,
): ReadonlyMap<string, LiveObject> {
  const changed = new Map<string, LiveObject>();
  for (const [key, { fields }] of declared) {
    const record = live.get(key);
    if (record === undefined) continue;
    const missing = Object.keys(fields).filter((path) => record.fields[path] === undefined);
    if (missing.length === 0) continue;
    const applied = inventory.get(key)?.fields;
    const taken = Object.fromEntries(missing.map((path) => [path, applied?.[path] ?? fields[path] ?? null]));
    changed.set(key, { ...record, fields: { ...record.fields, ...taken } });
  }
  return changed.size === 0 ? live : new Map([...live, ...changed]);
}

/**
 * What has to be read of the org for a comparison: what is declared and what it links to, what the inventory has, old keys, and the
 * addresses (as text) that a snapshot `needs`.
 * Whoever wants a model to be activated also reads every other model: one that is active must be known.
 */
export function addressesToRead(sides: Omit<Sides, 'live' | 'types'>, needs: readonly string[] = []): readonly Address[] {
  const found = new Map<string, Address>();
  const add = (address: Address) => found.set(addressText(address), address);
  for (const { address, fields, late } of sides.desired) {
    add(address);
    addLinks(found, fields);
    if (late !== undefined) addLinks(found, late.fields);
  }
  for (const { address } of sides.inventory) add(address);
  for (const { from, to } of sides.renames ?? []) {
    add(from);
    add(to);
  }
  for (const need of needs) if (!found.has(need)) found.set(need, parseAddress(need));
  return [...found.values()];
}

function addLinks(found: Map<string, Address>, fields: Fields): void {
  for (const { target } of linksIn(fields)) {
    if (!found.has(target)) found.set(target, parseAddress(target));
  }
}

function byAddress<T extends { readonly address: Address }>(records: readonly T[]): Map<string, T> {
  const map = new Map<string, T>();
  for (const record of records) map.set(addressText(record.address), record);
  return map;
}

function twice(desired: readonly DesiredObject[]): string {
  const seen = new Set<string>();
  for (const { address } of desired) {
    const text = addressText(address);
    if (seen.has(text)) return text;
    seen.add(text);
  }
  return '';
}

/** Old → new key as text, for renames that the org has not seen yet: the old key is there and the new one is free, or becomes free. */
function inEffect(
  renames: readonly Rename[],
  declared: ReadonlyMap<string, DesiredObject>,
  live: ReadonlyMap<string, LiveObject>,
): ReadonlyMap<string, string> {
  const asked = new Map<string, string>();
  for (const { from, to } of renames) asked.set(addressText(from), addressText(to));
  const verdicts = new Map<string, boolean>();
  const effective = (from: string): boolean => {
    const to = asked.get(from);
    if (to === undefined || to === from || !live.has(from) || !declared.has(to)) return false;
    const known = verdicts.get(from);
    if (known !== undefined) return known;
    // Two that swap their keys wait for each other for ever: neither is in effect.
    verdicts.set(from, false);
    const verdict = !live.has(to) || effective(to);
    verdicts.set(from, verdict);
    return verdict;
  };
  const moved = new Map<string, string>();
  for (const [from, to] of asked) if (effective(from)) moved.set(from, to);
  return moved;
}

function renameLive(live: ReadonlyMap<string, LiveObject>, moved: ReadonlyMap<string, string>): ReadonlyMap<string, LiveObject> {
  if (moved.size === 0) return live;
  const renamed = new Map<string, LiveObject>();
  for (const [key, record] of live) renamed.set(moved.get(key) ?? key, { ...record, fields: renameLinks(record.fields, moved) });
  return renamed;
}

function renameEntries(
  inventory: ReadonlyMap<string, InventoryEntry>,
  live: ReadonlyMap<string, LiveObject>,
  renamedLive: ReadonlyMap<string, LiveObject>,
  renames: readonly Rename[],
  moved: ReadonlyMap<string, string>,
): ReadonlyMap<string, InventoryEntry> {
  const target = new Map(moved);
  // The org has the new key already and the inventory does not: the process died between the two.
  for (const { from, to } of renames) {
    const [old, now] = [addressText(from), addressText(to)];
    if (!live.has(old) && live.get(now)?.id !== undefined && live.get(now)?.id === inventory.get(old)?.id) target.set(old, now);
  }
  const renamed = new Map<string, InventoryEntry>();
  for (const [key, entry] of inventory) {
    const to = target.get(key) ?? key;
    // Written down already, while the org has not seen it: the entry stands under the new key, in the new words.
    const ahead = to !== key && renamedLive.get(key)?.id === entry.id;
    const taken = inventory.has(to) && !target.has(to);
    renamed.set(ahead || taken ? key : to, ahead ? entry : { ...entry, fields: renameLinks(entry.fields, target) });
  }
  return renamed;
}

/** The same fields with every link to an old key pointing to the new one; the same object where there is none. */
export function renameLinks(fields: Fields, moved: ReadonlyMap<string, string>): Fields {
  let renamed: Record<string, Fields[string]> | undefined;
  for (const path in fields) {
    const value = fields[path];
    const to = isLink(value) ? moved.get(value.link) : undefined;
    if (to === undefined) continue;
    renamed ??= { ...fields };
    renamed[path] = { link: to };
  }
  return renamed ?? fields;
}
