// A territory model has a life: Planning → Active → Archived, never back, and one is active at a time. Archiving destroys what hangs on the
// model (territory forecasts, quotas, sharing), so it is a step of its own that the gate holds, and what is inside an archived model stays
// where it is: the org refuses to change it. Source: Salesforce Help, "Territory Model State", "Archive a Territory Model".
import { type Address, type FieldValue, addressText, refText } from '../resources/core.ts';
import { type Draft, type Edges, type Findings, addEdge, declarer, entryOf, heldStep } from './findings.ts';
import type { InventoryEntry, LiveObject, Step } from './plan.ts';
import { linksIn } from './value.ts';
import type { World } from './world.ts';

const MODEL = 'Territory2Model';
const STATE = 'State';
type State = 'Active' | 'Archived' | 'Activating' | 'Archiving';
const ON_THE_WAY: Readonly<Record<string, State>> = { Active: 'Activating', Archived: 'Archiving' };

/** The org has accepted this change and works on it: minutes to hours on a live org. */
export function isUnderWay(type: string, path: string, declared: FieldValue, live: FieldValue): boolean {
  return type === MODEL && path === STATE && typeof declared === 'string' && live !== null && ON_THE_WAY[declared] === live;
}

/** What becomes of a model that left git: an active one is archived, one out of use is forgotten, one on its way out is waited for. */
export type Retirement = 'archive' | 'wait' | 'forget';

/** Models of ours that left git and are, or were, in use; by address as text. One that was only planned is an ordinary removal. */
export function retiringModels(world: World): ReadonlyMap<string, Retirement> {
  const retiring = new Map<string, Retirement>();
  for (const [key, entry] of world.inventory) {
    if (entry.address.type !== MODEL) continue;
    const live = world.live.get(key);
    if (live === undefined) continue;
    const declared = world.declared.get(key);
    if (declared !== undefined) {
      // Archived by declaration: a change like any other, but what is in it stays in it.
      if (declared.late?.fields[STATE] === 'Archived')
        retiring.set(key, isOneOf(live, 'Archived') ? 'forget' : isOneOf(live, 'Active') ? 'archive' : 'wait');
      continue;
    }
    if (entry.onRemove === 'forget' || isOneOf(live, 'Archived')) retiring.set(key, 'forget');
    else if (isOneOf(live, 'Active')) retiring.set(key, 'archive');
    else if (isOneOf(live, 'Archiving')) retiring.set(key, 'wait');
  }
  return retiring;
}

/** The retiring model that a record is in, through whatever it links to; nothing where it is in none. */
export function insideOf(world: World, retiring: ReadonlyMap<string, Retirement>): (entry: InventoryEntry) => string | undefined {
  const known = new Map<InventoryEntry, string | undefined>();
  return function inside(entry: InventoryEntry): string | undefined {
    if (retiring.size === 0 || known.has(entry)) return known.get(entry);
    known.set(entry, undefined);
    const targets = linksIn(entry.fields).map(({ target }) => target);
    let model = targets.find((target) => retiring.has(target));
    for (const target of targets) {
      const parent = model === undefined ? world.inventory.get(target) : undefined;
      if (parent !== undefined) model = inside(parent);
    }
    known.set(entry, model);
    return model;
  };
}

/** The step that archives a model: the last of `expand`, before another one is activated. */
export function archiveStep(world: World, live: LiveObject, ref: Draft['ref'], successor: string | null): Draft {
  const key = addressText(live.address);
  const [desired, entry] = [world.declared.get(key), world.inventory.get(key)];
  const state: FieldValue = 'Archived';
  const keeps = desired && entryOf(desired, desired.fields, { adopted: entry?.adopted ?? true, written: true });
  return {
    id: archiveId(key),
    ref,
    address: live.address,
    action: 'update',
    phase: 'expand',
    tier: 'late',
    fields: [{ path: STATE, before: live.fields[STATE] ?? null, after: state }],
    recordId: live.id,
    ...(keeps !== undefined && { keeps }),
    cause: { kind: 'archived', successor },
  };
}

export function archiveId(model: string): string {
  return `${model}#${STATE}`;
}

/** Where a model is to become active, whatever model is active is archived first. */
export function makeRoom(world: World, found: Findings, edges: Edges): void {
  const activations = found.drafts.filter(isActivation);
  if (activations.length === 0) return;
  const models = [...world.live].filter(([, { address }]) => address.type === MODEL);
  for (const activation of activations) {
    const own = addressText(activation.address);
    if (activation.fields.some(({ path, before }) => path === STATE && before === 'Archived')) {
      const message = `${own} is archived in the org, and an archived model cannot become active again. Declare a new TerritoryModel instead.`;
      found.holds.push(heldStep('model-archived', activation, message));
    }
    for (const [key, live] of models) if (key !== own) clearTheWay(world, activation, key, live, found, edges);
  }
}

function clearTheWay(world: World, activation: Draft, key: string, other: LiveObject, found: Findings, edges: Edges): void {
  const own = addressText(activation.address);
  if (isOneOf(other, 'Archiving')) {
    const message = `${own} cannot become active while ${key} is still being archived. Plan again when that is done.`;
    found.holds.push(heldStep('model-archiving', activation, message));
    return;
  }
  if (!isOneOf(other, 'Active')) return;
  const desired = world.declared.get(key);
  if (desired?.late?.fields[STATE] === 'Active') {
    const message = `Both ${own} and ${key} are declared active (${refText(desired.ref)}), and an org has one active model. Declare one of them "archived".`;
    found.holds.push(heldStep('two-active-models', activation, message));
    return;
  }
  const archive = archiveStep(world, other, world.inventory.get(key)?.ref ?? activation.ref, own);
  const planned = found.drafts.find(({ id }) => id === archive.id);
  if (planned === undefined) found.drafts.push(archive);
  if (found.drafts.some(({ id }) => id === key)) addEdge(edges, archive.id, key);
  addEdge(edges, activation.id, archive.id);
}

/**
 * What is in a model that the org has archived, while git declares it in use, can not be changed: its steps are held, with the way out.
 * Models that git archives or lets go are none of these: what is in them is forgotten.
 */
export function holdInArchive(world: World, found: Findings): void {
  const archived = [...world.declared].filter(([key, { address, late }]) => {
    const live = address.type === MODEL ? world.live.get(key) : undefined;
    return live !== undefined && isOneOf(live, 'Archived', 'Archiving') && late?.fields[STATE] !== 'Archived';
  });
  if (archived.length === 0) return;
  const keys = new Set(archived.map(([key]) => key));
  const inside = modelOf(world, keys);
  const steps = Map.groupBy(
    found.drafts.filter(({ action }) => action !== 'forget'),
    ({ id, address }) => (address.type === MODEL ? undefined : inside(id)),
  );
  for (const [key, desired] of archived) {
    const held = steps.get(key) ?? [];
    if (held.length === 0) continue;
    const remedy = `Say "state: archived" in ${declarer(desired)}: then what is in it stays as it is. A new year is a new TerritoryModel.`;
    const message = `${key} is archived in the org, which takes no more changes of what is in it. ${remedy}`;
    found.holds.push({ code: 'model-archived', scope: 'step', message, ref: desired.ref, steps: held.map(({ id }) => id) });
  }
}

/** Which of these models a record is in, by what it links to, declared or as it was applied. */
function modelOf(world: World, models: ReadonlySet<string>): (key: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return function inside(key: string): string | undefined {
    if (known.has(key)) return known.get(key);
    known.set(key, undefined);
    const fields = world.declared.get(key)?.fields ?? world.inventory.get(key)?.fields ?? {};
    const targets = linksIn(fields).map(({ target }) => target);
    const model = targets.find((target) => models.has(target)) ?? targets.map(inside).find((found) => found !== undefined);
    known.set(key, model);
    return model;
  };
}

/** What the plan does to models in use: which it archives, which it activates. Their addresses' keys. */
export function modelSwitch(steps: readonly Pick<Step, 'address' | 'fields'>[]): {
  readonly archives: readonly string[];
  readonly activates: readonly string[];
} {
  const becoming = (state: State) =>
    steps
      .filter(
        ({ address, fields }) =>
          address.type === MODEL && fields.some(({ path, after, before }) => path === STATE && after === state && before !== state),
      )
      .map(({ address }: { readonly address: Address }) => address.key);
  return { archives: becoming('Archived'), activates: becoming('Active') };
}

function isActivation({ address, fields }: Draft): boolean {
  return address.type === MODEL && fields.some(({ path, after }) => path === STATE && after === 'Active');
}

function isOneOf(live: LiveObject, ...states: readonly State[]): boolean {
  return states.some((state) => live.fields[STATE] === state);
}
