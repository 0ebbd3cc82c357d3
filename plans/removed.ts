// What left git. Only what the inventory knows can be removed, and how is what was declared when it was last applied.
import { addressText, refText } from '../resources/core.ts';
import { type Draft, type Edges, type Findings, addEdge, change, heldStep, noFindings } from './findings.ts';
import { type Retirement, archiveId, archiveStep, insideOf, retiringModels } from './models.ts';
import type { InventoryEntry, LiveObject } from './plan.ts';
import type { World } from './world.ts';

/** The findings about every record of the inventory that nobody declares any more. */
export function removedRecords(world: World, edges: Edges): Findings {
  const found = noFindings();
  const gone = [...world.inventory].filter(([key]) => !world.declared.has(key));
  if (gone.length === 0) return found;
  const stays = refsDeclared(world);
  const retiring = retiringModels(world);
  const inside = insideOf(world, retiring);
  for (const [key, entry] of gone) {
    const live = world.live.get(key);
    // What stands there under the same name, and is another record, somebody else made.
    if (live === undefined || live.id !== entry.id) {
      found.settled.push({ from: entry.address });
      continue;
    }
    const cause: Draft['cause'] = { kind: 'gone', resourceStays: stays.has(refText(entry.ref)), adopted: entry.adopted && !entry.written };
    const fate = retiring.get(key);
    const model = inside(entry);
    if (fate !== undefined) retire(world, entry, live, fate, cause, found);
    else if (model !== undefined) forgetInside(entry, live, model, retiring.get(model), found, edges);
    else remove(world, entry, live, cause, found);
  }
  return { ...found, drafts: tellLosses(world, found.drafts) };
}

/** What is forgotten stays, and what hung on it and is ours goes: each of the two says so. */
function tellLosses(world: World, drafts: readonly Draft[]): Draft[] {
  const forgotten = new Set(drafts.flatMap(({ id, action }) => (action === 'forget' ? [id] : [])));
  const from = new Map<string, string>();
  for (const { id, action } of forgotten.size === 0 ? [] : drafts) {
    const owner = action === 'delete' ? world.inventory.get(id)?.dependsOn.find((need) => forgotten.has(need)) : undefined;
    if (owner !== undefined) from.set(id, owner);
  }
  const losses = Map.groupBy(from.keys(), (id) => from.get(id));
  return drafts.map((draft) => {
    const { id, cause } = draft;
    if (cause.kind !== 'gone') return draft;
    const [owner, loses] = [from.get(id), losses.get(id)];
    return { ...draft, cause: { ...cause, ...(owner !== undefined && { from: owner }), ...(loses !== undefined && { loses }) } };
  });
}

function refsDeclared(world: World): ReadonlySet<string> {
  const refs = new Set<string>();
  for (const { ref } of world.declared.values()) refs.add(refText(ref));
  return refs;
}

function remove(world: World, entry: InventoryEntry, live: LiveObject, cause: Draft['cause'], found: Findings): void {
  if (entry.onRemove === 'forget') {
    found.drafts.push(forgetting(entry, live, cause));
    return;
  }
  const hidden = new Set(world.types[entry.address.type]?.sensitive);
  const fields = Object.keys(entry.fields).map((path) => change(path, live.fields[path], null, hidden));
  const draft: Draft = { ...leaving(entry, live, cause), action: 'delete', fields };
  found.drafts.push(draft);
  holdRemoval(entry, draft, found);
}

function holdRemoval(entry: InventoryEntry, draft: Draft, found: Findings): void {
  const what = `${addressText(draft.address)} (${refText(entry.ref)}) left git`;
  const forget = 'put it back with "on_remove: forget", apply, and take it out again';
  if (entry.protect) {
    const message = `${what}, and it is protected (loopctl/protect). Put it back without the annotation, apply, and take it out again.`;
    found.holds.push(heldStep('protected', draft, message));
  }
  if (entry.onRemove === 'hold') {
    const message = `${what}, and records of its type are not deleted by loopctl. Delete it in the org by hand, or ${forget}.`;
    found.holds.push(heldStep('removal-held', draft, message));
  }
  if (entry.onRemove === 'error') found.holds.push(heldStep('removal-refused', draft, `${what}, and it must not. Put it back.`));
  if (entry.adopted && !entry.written && entry.onRemove === 'delete') {
    const message = `${what}. loopctl found it in the org and never wrote to it, so it does not delete it. Delete it by hand, or ${forget}.`;
    found.holds.push(heldStep('adopted-never-written', draft, message));
  }
}

/** A model that left git is never deleted. */
function retire(world: World, entry: InventoryEntry, live: LiveObject, fate: Retirement, cause: Draft['cause'], found: Findings): void {
  if (fate === 'forget') {
    found.drafts.push(forgetting(entry, live, cause));
  } else if (fate === 'wait') {
    const [declared, state] = ['Archived', live.fields['State'] ?? null];
    found.underWay.push({ ref: entry.ref, address: live.address, path: 'State', declared, live: state });
  } else {
    const draft = archiveStep(world, live, entry.ref, null);
    found.drafts.push(draft);
    if (entry.protect) {
      const message = `${addressText(draft.address)} left git while it is active, and it is protected (loopctl/protect). Put it back.`;
      found.holds.push(heldStep('protected', draft, message));
    }
  }
}

function forgetInside(
  entry: InventoryEntry,
  live: LiveObject,
  model: string,
  fate: Retirement | undefined,
  found: Findings,
  edges: Edges,
): void {
  if (fate === 'wait') return;
  const draft = forgetting(entry, live, { kind: 'in-archive', model });
  found.drafts.push(draft);
  if (fate === 'archive') addEdge(edges, draft.id, archiveId(model));
}

function forgetting(entry: InventoryEntry, live: LiveObject, cause: Draft['cause']): Draft {
  return { ...leaving(entry, live, cause), action: 'forget', fields: [] };
}

function leaving(entry: InventoryEntry, live: LiveObject, cause: Draft['cause']): Omit<Draft, 'action' | 'fields'> {
  const { ref, tier } = entry;
  const moved = entry.address.key !== live.address.key;
  return {
    id: addressText(live.address),
    ref,
    address: live.address,
    phase: 'contract',
    tier,
    recordId: live.id,
    ...(moved && { was: entry.address }),
    cause,
  };
}
