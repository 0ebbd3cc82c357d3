// What is declared, record by record: create, adopt, update, replace, or leave alone.
import { type Fields, addressText, refText } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import { bornLate, bornWith, lateDraft, mainDraft, replacement } from './drafts.ts';
import { type Cause, type Draft, type Findings, change, declarer, entryOf, heldStep, noFindings } from './findings.ts';
import type { FieldChange, InventoryEntry, LiveObject, TypeFacts } from './plan.ts';
import { HIDDEN, show } from './show.ts';
import { type Rules, type Weighed, vanishedOf, weigh } from './three-way.ts';
import { sameFields, sameValue } from './value.ts';
import type { World } from './world.ts';

const PLAIN: TypeFacts = { createOnly: [], updateable: true };
const NOTHING: Fields = {};

/** The findings about every declared record; what left git is another stage's. */
export function declaredRecords(world: World, rules: Rules): Findings {
  const found = noFindings();
  const facts = new Map<string, Known>();
  for (const [key, desired] of world.declared) {
    const entry = world.inventory.get(key);
    const live = world.live.get(key);
    if (entry !== undefined && live !== undefined && allAgree(desired, entry, live)) {
      found.unchanged += 1;
      continue;
    }
    const type = desired.address.type;
    const known = facts.get(type) ?? knownOf(world.types[type] ?? PLAIN);
    facts.set(type, known);
    const steps = found.drafts.length;
    if (live === undefined) absent(desired, entry, known, rules, found);
    else if (entry === undefined) foreign(desired, live, known, rules, found);
    else ours(desired, entry, live, known, rules, found);
    if (found.drafts.length === steps) found.unchanged += 1;
  }
  return found;
}

interface Known {
  readonly facts: TypeFacts;
  readonly createOnly: ReadonlySet<string>;
  readonly hidden: ReadonlySet<string> | undefined;
}

function knownOf(facts: TypeFacts): Known {
  return { facts, createOnly: new Set(facts.createOnly), hidden: facts.sensitive === undefined ? undefined : new Set(facts.sensitive) };
}

/** The dull case, ten thousand times: git, inventory and org say the same, and there is nothing to write down. */
function allAgree(desired: DesiredObject, entry: InventoryEntry, live: LiveObject): boolean {
  if (!booked(desired, entry, live)) return false;
  let fields = 0;
  for (const declared of desired.late === undefined ? [desired.fields] : [desired.fields, desired.late.fields]) {
    for (const path in declared) {
      const want = declared[path];
      if (!Object.hasOwn(entry.fields, path) || !sameValue(want, entry.fields[path]) || !sameValue(want, live.fields[path])) return false;
      fields += 1;
    }
  }
  return Object.keys(entry.fields).length === fields;
}

/** The inventory knows everything but field values as it is declared now. */
function booked(desired: DesiredObject, entry: InventoryEntry, live: LiveObject): boolean {
  return (
    entry.id === live.id &&
    entry.address.key === desired.address.key &&
    entry.ref.name === desired.ref.name &&
    entry.ref.kind === desired.ref.kind &&
    entry.tier === desired.tier &&
    entry.onRemove === desired.onRemove &&
    entry.protect === desired.protect &&
    entry.dependsOn.length === desired.dependsOn.length &&
    entry.dependsOn.every((need, at) => need === desired.dependsOn[at])
  );
}

/** Not in the org: new, or it vanished behind our back. */
function absent(desired: DesiredObject, entry: InventoryEntry | undefined, known: Known, rules: Rules, found: Findings): void {
  const vanished = entry === undefined ? undefined : vanishedOf(desired, rules);
  if (vanished !== undefined) {
    found.drift.push(vanished);
    if (!rules.reverts(vanished)) return;
  }
  const cause: Cause = { kind: 'declared', by: desired, reverted: vanished === undefined ? [] : [vanished] };
  const fields = Object.keys(desired.fields).map((path) => change(path, null, desired.fields[path] ?? null, known.hidden));
  found.drafts.push(mainDraft(desired, 'create', fields, bornWith(desired), { adopted: false, written: true }, cause));
  found.drafts.push(...bornLate(desired, known.hidden, cause));
}

/** In the org, and not ours yet. */
function foreign(desired: DesiredObject, live: LiveObject, known: Known, rules: Rules, found: Findings): void {
  const nothing = { fields: NOTHING };
  const main = weigh(desired, desired.fields, nothing, live, known.hidden, rules);
  const late = desired.late && weigh(desired, desired.late.fields, nothing, live, known.hidden, rules);
  found.underWay.push(...main.underWay, ...(late?.underWay ?? []));
  const cause: Cause = { kind: 'declared', by: desired, reverted: [] };
  const history = { adopted: true, written: main.changes.length > 0 };
  const keeps = { ...desired.fields, ...late?.agreed };
  const draft = mainDraft(desired, 'adopt', main.changes, keeps, history, cause, live);
  found.drafts.push(draft);
  if (late !== undefined) lateStep(desired, late, true, live, cause, found);
  const differs = [...main.changes, ...(late?.changes ?? [])];
  if (differs.length === 0) return;
  const fixed = main.changes.filter(({ path }) => !known.facts.updateable || known.createOnly.has(path));
  if (fixed.length > 0) {
    const remedy = 'These can be given on creation only. Declare what is there, or remove the record from the org by hand.';
    found.holds.push(heldStep('adopt-differs', draft, `${inTheWay(desired, fixed)} ${remedy}`));
  } else if (rules.adoption === 'hold') {
    const remedy =
      'Nothing is overwritten unasked: declare what is there, change it in the org, or set "adoption: allow" for this environment.';
    found.holds.push(heldStep('adopt-differs', draft, `${inTheWay(desired, differs)} ${remedy}`));
  }
}

/** In the org and in the inventory. */
function ours(desired: DesiredObject, entry: InventoryEntry, live: LiveObject, known: Known, rules: Rules, found: Findings): void {
  const main = weigh(desired, desired.fields, entry, live, known.hidden, rules);
  const late = desired.late && weigh(desired, desired.late.fields, entry, live, known.hidden, rules);
  found.drift.push(...main.drift, ...(late?.drift ?? []));
  found.underWay.push(...main.underWay, ...(late?.underWay ?? []));
  const cause: Cause = { kind: 'declared', by: desired, reverted: main.reverted };
  const anew = main.changes.some(({ path }) => !known.facts.updateable || known.createOnly.has(path));
  if (anew) {
    replace(desired, entry, live, main, known, cause, found);
    return;
  }
  if (main.changes.length > 0) {
    const keeps = { ...desired.fields, ...late?.agreed };
    const draft = mainDraft(desired, 'update', main.changes, keeps, { adopted: entry.adopted, written: true }, cause, live);
    found.drafts.push(draft);
    holdConflicts(desired, draft, main, found);
  } else {
    const fields = { ...main.agreed, ...late?.agreed };
    if (!booked(desired, entry, live) || !sameFields(fields, entry.fields)) {
      const to = { address: desired.address, id: live.id, ref: desired.ref, ...entryOf(desired, fields, entry) };
      found.settled.push({ from: entry.address, to });
    }
  }
  if (late !== undefined) lateStep(desired, late, entry.adopted, live, { ...cause, reverted: late.reverted }, found);
}

/** Deleted and made anew: it gets every declared value, so drift that nobody settled would be lost with it. */
function replace(
  desired: DesiredObject,
  entry: InventoryEntry,
  live: LiveObject,
  main: Weighed,
  known: Known,
  cause: Cause,
  found: Findings,
): void {
  const draft = replacement(desired, entry, live, known.hidden, cause);
  found.drafts.push(draft);
  holdReplacement(desired, draft, known.facts, main.open.length > 0, found);
  found.drafts.push(...bornLate(desired, known.hidden, cause));
}

export function holdReplacement(desired: DesiredObject, draft: Draft, facts: TypeFacts, drifted: boolean, found: Findings): void {
  const what = `${declarer(desired)}: ${addressText(draft.address)} would have to be deleted and created anew`;
  if (desired.protect) found.holds.push(heldStep('protected', draft, `${what}, and it is protected (loopctl/protect).`));
  if (facts.holdsData === true) {
    const remedy = 'Declare "on_remove: delete", apply, take it out of git and apply, then declare it anew; or keep it as it is.';
    found.holds.push(heldStep('destroys-data', draft, `${what}, which destroys the data in it. ${remedy}`));
  }
  if (drifted) {
    const remedy = `Settle that first: "loopctl drift --revert ${refText(desired.ref)}" or "--adopt".`;
    found.holds.push(heldStep('conflict', draft, `conflict: ${what}, and it was changed in the org. ${remedy}`));
  }
}

function holdConflicts(desired: DesiredObject, draft: Draft, weighed: Weighed, found: Findings): void {
  const conflicts = weighed.open.filter(({ kind }) => kind === 'conflict');
  if (conflicts.length === 0) return;
  const told = conflicts.map(({ path, declared, applied, live, by, at }) => {
    const who = by === undefined ? '' : ` (${by}${at === undefined ? '' : `, ${at}`})`;
    return `${path} was applied as ${show(applied)}, git now says ${show(declared)}, the org ${show(live)}${who}`;
  });
  const ref = refText(desired.ref);
  const remedy = `Settle it: "loopctl drift --revert ${ref}" (git wins) or "loopctl drift --adopt ${ref}" (the org wins).`;
  found.holds.push(heldStep('conflict', draft, `conflict in ${declarer(desired)}: ${told.join('; ')}. ${remedy}`));
}

function lateStep(desired: DesiredObject, late: Weighed, adopted: boolean, live: LiveObject, cause: Cause, found: Findings): void {
  if (late.changes.length === 0) return;
  const keeps = { ...desired.fields, ...late.agreed, ...pick(desired.late?.fields ?? NOTHING, late.changes) };
  const draft = lateDraft(desired, late.changes, keeps, { adopted, written: true }, cause, live);
  found.drafts.push(draft);
  holdConflicts(desired, draft, late, found);
}

function pick(fields: Fields, changes: readonly FieldChange[]): Fields {
  return Object.fromEntries(changes.map(({ path }) => [path, fields[path] ?? null]));
}

function inTheWay(desired: DesiredObject, differs: readonly FieldChange[]): string {
  const told = differs.map(({ path, before, after, sensitive }) => {
    return sensitive === true ? `${path} ${HIDDEN}` : `${path} (declared ${show(after)}, there ${show(before)})`;
  });
  return `${declarer(desired)}: ${addressText(desired.address)} is already in the org and differs in ${told.join(', ')}.`;
}
