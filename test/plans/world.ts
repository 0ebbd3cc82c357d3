// A small org that executes plans: natural keys are unique, links must lead somewhere, a record that something hangs on cannot be deleted,
// a tree has no circle, one model is active. What it refuses it refuses loudly: a plan of ours must never ask for it.
import type { Sides } from '../../plans/world.ts';
import { type SnapshotContent } from '../../plans/content.ts';
import type { InventoryEntry, LiveObject, Plan, Step, StepStatus } from '../../plans/plan.ts';
import { contentAfter } from '../../plans/snapshot.ts';
import { type Address, type FieldValue, type Fields, addressText, isLink, parseAddress } from '../../resources/core.ts';
import { TYPES } from './case.ts';

export interface Org {
  readonly records: Map<string, { readonly id: string; readonly fields: Fields }>;
  readonly inventory: Map<string, InventoryEntry>;
  snapshot: SnapshotContent | null;
  made: number;
}

export function emptyOrg(people: readonly string[]): Org {
  const records = new Map(people.map((name) => [`User/${name}`, { id: `id of ${name}`, fields: { IsActive: true } }]));
  return { records, inventory: new Map(), snapshot: null, made: 0 };
}

export function sidesOf(org: Org): Pick<Sides, 'inventory' | 'live' | 'types'> {
  const live: LiveObject[] = [...org.records].map(([key, record]) => ({ address: parseAddress(key), ...record }));
  return { inventory: [...org.inventory.values()], live, types: TYPES };
}

/** Carries out a plan in its order; what is held, or waits for what was not done, is not run. `fails`: the org refuses these for once. */
export function execute(org: Org, plan: Plan, fails: (at: number) => boolean = () => false): ReadonlyMap<string, StepStatus> {
  const held = new Set(plan.holds.flatMap(({ steps }) => steps ?? []));
  const results = new Map<string, StepStatus>();
  for (const { from } of plan.settled) org.inventory.delete(addressText(from));
  for (const { to } of plan.settled) if (to !== undefined) org.inventory.set(addressText(to.address), to);
  for (const [at, step] of plan.steps.entries()) {
    const runs = !held.has(step.id) && step.dependsOn.every((need) => results.get(need) === 'done');
    const refused = runs && fails(at);
    if (runs && !refused) perform(org, step);
    results.set(step.id, refused ? 'failed' : runs ? 'done' : 'not-run');
  }
  return results;
}

function perform(org: Org, step: Step): void {
  const key = addressText(step.address);
  if (step.action === 'switch') {
    org.snapshot = contentAfter(step, org.snapshot);
    return;
  }
  const values = Object.fromEntries(step.fields.map(({ path, after }) => [path, after as FieldValue]));
  if (step.action === 'replace') remove(org, key);
  if (step.action === 'create' || step.action === 'replace') create(org, step.address, values);
  else if (step.action === 'delete') remove(org, key);
  else if (step.action !== 'forget') update(org, step, values);
  book(org, step, key);
}

function book(org: Org, step: Step, key: string): void {
  if (step.was !== undefined) org.inventory.delete(addressText(step.was));
  const record = org.records.get(key);
  if (step.keeps === undefined) org.inventory.delete(key);
  else if (record !== undefined) org.inventory.set(key, { address: step.address, id: record.id, ref: step.ref, ...step.keeps });
}

function create(org: Org, address: Address, fields: Fields): void {
  const key = addressText(address);
  if (org.records.has(key)) throw new Error(`DUPLICATE_VALUE: ${key}`);
  org.made += 1;
  const born: Fields = address.type === 'Territory2Model' ? { State: 'Planning' } : {};
  org.records.set(key, { id: `${address.type} ${org.made}`, fields: { ...born, ...fields } });
  checkLinks(org, key);
}

function update(org: Org, step: Step, values: Fields): void {
  const from = step.was === undefined ? addressText(step.address) : addressText(step.was);
  const record = org.records.get(from);
  if (record === undefined) throw new Error(`ENTITY_IS_DELETED: ${from}`);
  const state = values['State'];
  if (state === 'Active') {
    const active = [...org.records].find(
      ([key, { fields }]) => key !== from && key.startsWith('Territory2Model/') && fields['State'] === 'Active',
    );
    if (active !== undefined) throw new Error(`INVALID_OPERATION: ${active[0]} is active`);
    if (record.fields['State'] !== 'Planning') throw new Error(`INVALID_OPERATION: ${from} is not in planning`);
  }
  org.records.set(from, { ...record, fields: { ...record.fields, ...values } });
  const to = addressText(step.address);
  if (to !== from) rename(org, from, to);
  checkLinks(org, to);
  checkTree(org, to);
}

/** The key of a territory is part of the keys of its assignments. */
function rename(org: Org, from: string, to: string): void {
  if (org.records.has(to)) throw new Error(`DUPLICATE_VALUE: ${to}`);
  const [old, now] = [parseAddress(from), parseAddress(to)];
  const moved = (key: string) => {
    if (key === from) return to;
    const { type, key: name } = parseAddress(key);
    return type !== old.type && name.startsWith(`${old.key}/`) ? `${type}/${now.key}${name.slice(old.key.length)}` : key;
  };
  const records = [...org.records];
  org.records.clear();
  for (const [key, { id, fields }] of records) {
    const links = Object.entries(fields).map(
      ([path, value]) => [path, isLink(value) && value.link === from ? { link: to } : value] as const,
    );
    org.records.set(moved(key), { id, fields: Object.fromEntries(links) });
  }
}

function remove(org: Org, key: string): void {
  if (!org.records.has(key)) throw new Error(`ENTITY_IS_DELETED: ${key}`);
  const hanging = [...org.records].find(([, { fields }]) => Object.values(fields).some((value) => isLink(value) && value.link === key));
  if (hanging !== undefined) throw new Error(`DELETE_FAILED: ${hanging[0]} hangs on ${key}`);
  org.records.delete(key);
}

function checkLinks(org: Org, key: string): void {
  for (const value of Object.values(org.records.get(key)?.fields ?? {})) {
    if (isLink(value) && !org.records.has(value.link)) throw new Error(`INVALID_CROSS_REFERENCE_KEY: ${key} → ${value.link}`);
  }
}

function checkTree(org: Org, key: string): void {
  const seen = new Set<string>();
  for (let here: string | undefined = key; here !== undefined; ) {
    if (seen.has(here)) throw new Error(`CIRCULAR_DEPENDENCY: ${key}`);
    seen.add(here);
    const parent: FieldValue | undefined = org.records.get(here)?.fields['ParentTerritory2Id'];
    here = isLink(parent) ? parent.link : undefined;
  }
}
