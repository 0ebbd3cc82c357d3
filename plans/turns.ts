// Values that no two records of a type may have (the priority of a type of territory): a value is free before it is taken. Where records
// change places in a ring, one of them takes a free value for the time being, in a step of its own.
import { type FieldValue, refText } from '../resources/core.ts';
import { type Draft, type Edges, type Findings, addEdge, change, heldStep } from './findings.ts';
import type { LiveObject, StepId } from './plan.ts';
import { show } from './show.ts';
import { sameValue } from './value.ts';
import type { World } from './world.ts';

/** Adds the edges, the steps between and the holds that unique fields ask for. */
export function takeTurns(world: World, found: Findings, edges: Edges): void {
  for (const [type, { unique = [] }] of Object.entries(world.types)) {
    for (const path of unique) turnsOf(type, path, world, found, edges);
  }
}

function turnsOf(type: string, path: string, world: World, found: Findings, edges: Edges): void {
  const takers = found.drafts.filter(
    (draft) => draft.address.type === type && draft.phase === 'expand' && takes(draft, path) !== undefined,
  );
  if (takers.length === 0) return;
  const holders = new Map<string, readonly [key: string, live: LiveObject]>();
  for (const [key, live] of world.live) {
    if (live.address.type === type) holders.set(JSON.stringify(live.fields[path] ?? null), [key, live]);
  }
  const byId = new Map(takers.map((draft) => [draft.id, draft]));
  const next = new Map<StepId, StepId>();
  for (const taker of takers) {
    const [key, live] = holders.get(JSON.stringify(takes(taker, path))) ?? [];
    if (key === undefined || live === undefined || key === taker.id) continue;
    if (byId.has(key)) next.set(taker.id, key);
    else found.holds.push(heldStep('value-taken', taker, takenBy(world, taker, path, key)));
  }
  const parked = new Map<StepId, StepId>();
  for (const ring of rings(next)) {
    const members = ring.flatMap((id) => byId.get(id) ?? []);
    const step = stepBetween(world, members, path, parked.size, found);
    if (step === undefined) continue;
    found.drafts.push(step);
    parked.set(ring[0] ?? '', step.id);
    addEdge(edges, ring[0] ?? '', step.id);
  }
  for (const [taker, mover] of next) addEdge(edges, taker, parked.get(mover) ?? mover);
}

/** The value that a step brings into the field; nothing where it leaves it alone, or empties it. */
function takes({ fields, tier }: Draft, path: string): FieldValue | undefined {
  const own = tier === 'late' ? undefined : fields.find((field) => field.path === path);
  if (own === undefined || own.after === null || sameValue(own.before as FieldValue, own.after as FieldValue)) return undefined;
  return own.after as FieldValue;
}

/** Circles in which each waits for the next; each begins with its first by name. */
function rings(next: ReadonlyMap<StepId, StepId>): readonly (readonly StepId[])[] {
  const found: StepId[][] = [];
  const settled = new Set<StepId>();
  for (const start of [...next.keys()].sort()) {
    const way: StepId[] = [];
    let at: StepId | undefined = start;
    while (at !== undefined && !settled.has(at) && !way.includes(at)) {
      way.push(at);
      at = next.get(at);
    }
    const from = at === undefined ? -1 : way.indexOf(at);
    if (from >= 0) found.push(firstFirst(way.slice(from)));
    for (const id of way) settled.add(id);
  }
  return found;
}

function firstFirst(ring: readonly StepId[]): StepId[] {
  const first = ring.indexOf([...ring].sort()[0] ?? '');
  return [...ring.slice(first), ...ring.slice(0, first)];
}

/** The first of a ring leaves its value. What holds one of them holds this too: nobody is left between two values for nothing. */
function stepBetween(world: World, ring: readonly Draft[], path: string, nth: number, found: Findings): Draft | undefined {
  const [first] = ring;
  const live = first && world.live.get(first.id);
  if (first === undefined || live === undefined) return undefined;
  const free = freeValue(world, first.address.type, path) + nth;
  const hidden = new Set(world.types[first.address.type]?.sensitive);
  const applied = world.inventory.get(first.id)?.fields;
  const step: Draft = {
    id: `${first.id}#${path}`,
    ref: first.ref,
    address: first.was ?? first.address,
    action: 'update',
    phase: 'expand',
    tier: first.tier,
    fields: [change(path, live.fields[path], free, hidden)],
    recordId: live.id,
    // Written down: an apply that ends in between is gone on with, and is no drift.
    ...(first.keeps !== undefined && { keeps: { ...first.keeps, fields: { ...applied, [path]: free } } }),
    cause: { kind: 'turn', step: first.id, path, ring: ring.map(({ ref }) => refText(ref)) },
  };
  const ids = new Set(ring.map(({ id }) => id));
  const hold = found.holds.find(({ steps = [] }) => steps.some((id) => ids.has(id)));
  if (hold !== undefined) found.holds.push(heldStep(hold.code, step, hold.message));
  return step;
}

/** Beyond every value that is there or wanted. */
function freeValue({ live, declared }: World, type: string, path: string): number {
  let highest = 0;
  for (const { address, fields } of [...live.values(), ...declared.values()]) {
    const value = address.type === type ? fields[path] : undefined;
    if (typeof value === 'number') highest = Math.max(highest, Math.floor(value));
  }
  return highest + 1;
}

function takenBy(world: World, taker: Draft, path: string, holder: string): string {
  const what = `${refText(taker.ref)} is to have ${path} ${show(takes(taker, path))}, which ${holder} has in the org, and no two may have the same.`;
  const declared = world.declared.get(holder);
  if (declared !== undefined) {
    const ref = refText(declared.ref);
    return `${what} It was changed there: settle that first with "loopctl drift --revert ${ref}" or "--adopt ${ref}".`;
  }
  const entry = world.inventory.get(holder);
  if (entry !== undefined) {
    return `${what} ${refText(entry.ref)} left git, and its record stays in the org. Delete it there by hand, or put it back with another value.`;
  }
  return `${what} Nobody declares that record: choose another value, or change it there.`;
}
