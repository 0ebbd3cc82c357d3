// What each removal waits for: what hangs on the record goes or moves away first, and whoever takes its place comes first.
import { type Fields, isLink, refText } from '../resources/core.ts';
import { type Draft, type Edges, type Findings, addEdge, heldStep } from './findings.ts';
import type { CrmTypes, LiveObject } from './plan.ts';
import { linksIn } from './value.ts';
import type { World } from './world.ts';

/** Adds the edges of `contract`, and holds the removal of what something will still hang on. */
export function connectRemovals(world: World, found: Findings, edges: Edges): void {
  const removals = new Map<string, Draft>();
  for (const draft of found.drafts) if (draft.action === 'delete') removals.set(draft.id, draft);
  if (removals.size === 0) return;
  const steps = new Map(found.drafts.filter(({ tier }) => tier !== 'late').map((draft) => [draft.id, draft]));
  for (const [key, live] of world.live) {
    for (const { path, target } of linksIn(live.fields)) {
      const removal = removals.get(target);
      if (removal !== undefined && target !== key) connect(world, removal, { key, live, path }, steps.get(key), found, edges);
    }
  }
  for (const [key, entry] of world.inventory) {
    if (steps.get(key)?.action !== 'delete') continue;
    for (const need of entry.dependsOn) if (removals.has(need)) addEdge(edges, need, key);
  }
  waitForNewcomers(world.types, found.drafts, edges);
}

function connect(
  world: World,
  removal: Draft,
  { key, live, path }: { readonly key: string; readonly live: LiveObject; readonly path: string },
  step: Draft | undefined,
  found: Findings,
  edges: Edges,
): void {
  const goes = step?.action === 'delete';
  const moves = step?.fields.some((field) => field.path === path && !(isLink(field.after) && field.after.link === removal.id)) === true;
  if (step !== undefined && (goes || moves)) {
    addEdge(edges, removal.id, step.id);
    return;
  }
  const managed = world.inventory.get(key) ?? world.declared.get(key);
  // Of what is not ours only a tree of one type is known to stand in the way; what else hangs on a record is the org's affair.
  if (managed === undefined && live.address.type !== removal.address.type) return;
  const whose = managed === undefined ? 'which is not managed here' : refText(managed.ref);
  const remedy = 'Move it or remove it first.';
  found.holds.push(heldStep('still-needed', removal, `${removal.id} cannot be removed: ${key} (${whose}) hangs on it. ${remedy}`));
}

/**
 * What leaves stays until what takes the place is there: a removal of an assignment waits for the new assignments of the same type to the
 * same record. So an unknown newcomer keeps the former one, and a queue always takes something.
 */
function waitForNewcomers(types: CrmTypes, drafts: readonly Draft[], edges: Edges): void {
  const places = new Map<string, { readonly come: string[]; readonly go: string[] }>();
  for (const draft of drafts) {
    const assigns = draft.tier === 'assignment' || types[draft.address.type]?.updateable === false;
    if (!assigns || (draft.action !== 'create' && draft.action !== 'delete')) continue;
    const place = placeOf(types, draft);
    if (place === undefined) continue;
    const known = places.get(place) ?? { come: [], go: [] };
    known[draft.action === 'create' ? 'come' : 'go'].push(draft.id);
    places.set(place, known);
  }
  for (const { come, go } of places.values()) handOver(come, go, edges);
}

const MANY = 1000;

function handOver(come: readonly string[], go: readonly string[], edges: Edges): void {
  const [first, ...rest] = [...go].sort();
  if (first === undefined) return;
  for (const newcomer of come) addEdge(edges, first, newcomer);
  // All wait for all; where that would be a great many edges, the others wait for the first one, which says the same.
  const few = come.length * go.length <= MANY;
  for (const former of rest) for (const wait of few ? come : [first]) addEdge(edges, former, wait);
}

/** What is assigned to: whoever is; of what is no person, by the same resource. Nothing where a record links to nothing. */
function placeOf(types: CrmTypes, draft: Draft): string | undefined {
  const fields: Fields = Object.fromEntries(
    draft.fields.flatMap(({ path, before, after }) => {
      const value = draft.action === 'create' ? after : before;
      return isLink(value) ? [[path, value]] : [];
    }),
  );
  const links = linksIn(fields);
  const isPerson = ({ target }: { readonly target: string }) => types[target.slice(0, target.indexOf('/'))]?.external === true;
  const place = links.filter((link) => !isPerson(link)).map(({ path, target }) => `${path} ${target}`);
  if (place.length === 0) return undefined;
  return [draft.address.type, ...place.sort(), ...(links.some(isPerson) ? [] : [refText(draft.ref)])].join('\n');
}

/** A removal and those of the same resource that only happen for its sake: they are held with it. */
export function removedTogether(
  id: string,
  steps: ReadonlyMap<string, Pick<Draft, 'id' | 'ref' | 'action'>>,
  waits: (id: string) => Iterable<string>,
): readonly string[] {
  const own = steps.get(id);
  const together = new Set([id]);
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const need of waits(next)) {
      const step = steps.get(need);
      if (own === undefined || step?.action !== 'delete' || together.has(need) || refText(step.ref) !== refText(own.ref)) continue;
      together.add(need);
      waiting.push(need);
    }
  }
  return [...together];
}
