// How two versions of what the loops read differ, path by path, as a person would say it:
//   ScoringModel/inbound fit.components[seniority].rules[0].points: 12 → 14
import type { FieldChange } from './plan.ts';

export interface SnapshotContent {
  /** Every resource that loops read, normalised JSON, by `Kind/name`. */
  readonly resources: Readonly<Record<string, unknown>>;
}

/** The resources that differ, sorted; all of them where there was nothing before. */
export function changedResources(before: SnapshotContent | null, after: SnapshotContent): readonly string[] {
  const old = before?.resources ?? {};
  const refs = new Set([...Object.keys(old), ...Object.keys(after.resources)]);
  return [...refs].filter((ref) => !same(old[ref], after.resources[ref])).sort();
}

/** Every difference of these resources. Elements of a list that have an `id`, `seat` or `name` are told by it, others by their place. */
export function contentChanges(before: SnapshotContent | null, after: SnapshotContent, refs: readonly string[]): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  for (const ref of refs) walk(`${ref} `, before?.resources[ref], after.resources[ref], changes);
  return changes.map(({ path, ...values }) => ({ path: path.trimEnd(), ...values }));
}

function walk(path: string, before: unknown, after: unknown, changes: FieldChange[]): void {
  if (same(before, after)) return;
  if (Array.isArray(before) && Array.isArray(after)) walkList(path, before, after, changes);
  else if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)].sort()))
      walk(member(path, key), before[key], after[key], changes);
  } else changes.push({ path, before: before ?? null, after: after ?? null });
}

function walkList(path: string, before: readonly unknown[], after: readonly unknown[], changes: FieldChange[]): void {
  if (!before.some(isObject) && !after.some(isObject)) {
    changes.push({ path, before, after });
    return;
  }
  const key = keyOf([...before, ...after]);
  const [old, now] = [keyed(before, key), keyed(after, key)];
  if (old === undefined || now === undefined) walkPlaces(path, before, after, changes);
  else walkKeyed(path, old, now, changes);
}

function walkKeyed(path: string, before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>, changes: FieldChange[]): void {
  for (const key of new Set([...before.keys(), ...after.keys()])) walk(`${path}[${key}]`, before.get(key), after.get(key), changes);
  const [old, now] = [[...before.keys()].filter((key) => after.has(key)), [...after.keys()].filter((key) => before.has(key))];
  // The first that holds counts in most lists: a changed order is a change.
  if (old.some((key, at) => key !== now[at])) changes.push({ path: `${path} (order)`, before: old, after: now });
}

/** By place, past what is the same at both ends: one row more is one change, wherever it was put. */
function walkPlaces(path: string, before: readonly unknown[], after: readonly unknown[], changes: FieldChange[]): void {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && same(before[start], after[start])) start += 1;
  let end = 0;
  while (end < shorter - start && same(before[before.length - 1 - end], after[after.length - 1 - end])) end += 1;
  const longer = Math.max(before.length, after.length) - end;
  for (let at = start; at < longer; at += 1) {
    walk(`${path}[${at}]`, at < before.length - end ? before[at] : undefined, at < after.length - end ? after[at] : undefined, changes);
  }
}

/** The key that tells all of these elements apart; nothing where none does. */
function keyOf(elements: readonly unknown[]): string | undefined {
  return ['id', 'seat', 'name'].find((key) => elements.every((element) => isObject(element) && typeof element[key] === 'string'));
}

function keyed(elements: readonly unknown[], key: string | undefined): ReadonlyMap<string, unknown> | undefined {
  if (key === undefined) return undefined;
  const map = new Map<string, unknown>();
  for (const element of elements) if (isObject(element)) map.set(String(element[key]), element);
  return map.size === elements.length ? map : undefined;
}

function member(path: string, key: string): string {
  const name = /^[^.[\]\s"]+$/.test(key) ? key : JSON.stringify(key);
  return path.endsWith(' ') ? `${path}${name}` : `${path}.${name}`;
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((element, at) => same(element, b[at]));
  if (!isObject(a) || !isObject(b)) return false;
  // `undefined` is no JSON: a key that holds it is not there.
  for (const key in a) if (!same(a[key], b[key])) return false;
  for (const key in b) if (a[key] === undefined && b[key] !== undefined) return false;
  return true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
