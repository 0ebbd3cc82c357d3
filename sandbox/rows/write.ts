// Create, update, upsert, delete: one row at a time, in a savepoint of its own. The order of the checks is Salesforce's: names, rights,
// values, what is required, what is referred to, who may own it, what must be unique, and then the rules of the object.
import { levelOn } from '../access/sharing.ts';
import { mayEdit, requireWrite, visibleField } from '../access/caller.ts';
import { Refusal, type Trouble, refuseRow } from '../refusal.ts';
import type { Cell, Field, Row } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import { checkOwner } from './owners.ts';
import { removeRow } from './removal.ts';
import { cellByKey, checkReferences, relationshipNamed } from './references.ts';
import { rulesOf } from './rules/all.ts';
import { insertCells, readRow, updateCells } from './cells.ts';
import { checkUnique } from './unique.ts';
import { cellOf } from './values.ts';
import type { Change, Work } from './work.ts';

export type Input = Readonly<Record<string, unknown>>;

/** Creates a row and returns its id; a `Refusal` says why not, and leaves nothing behind. */
export function createRow(work: Work, object: ObjectType, input: Input): string {
  return inSavepoint(work, () => {
    if (!object.createable) refuseRow('INVALID_TYPE_FOR_OPERATION', `entity type cannot be inserted: ${object.label}`);
    requireWrite(work.caller, object);
    const { cells, given } = readInput(work, object, input, 'createable');
    const change: Change = { row: withDefaults(work, object, cells), old: undefined, given };
    checkRequired(object, change.row);
    checkAndStore(work, object, change);
    return String(change.row['Id']);
  });
}

export function updateRow(work: Work, object: ObjectType, id: string, input: Input): void {
  inSavepoint(work, () => {
    if (!object.updateable) refuseRow('INVALID_TYPE_FOR_OPERATION', `entity type cannot be updated: ${object.label}`);
    const old = presentRow(work, object, id);
    requireWrite(work.caller, object);
    const level = levelOn(work.org, work.caller, object, id);
    if (level === 'none') missing();
    if (level === 'read') noAccess();
    const { cells, given } = readInput(work, object, input, 'updateable');
    const change: Change = { row: { ...old, ...cells }, old, given };
    if (level !== 'all' && change.row['OwnerId'] !== old['OwnerId']) noAccess();
    checkRequired(object, cells);
    checkAndStore(work, object, change);
  });
}

export function deleteRow(work: Work, object: ObjectType, id: string): void {
  inSavepoint(work, () => {
    if (!object.deletable) refuseRow('INVALID_TYPE_FOR_OPERATION', `entity type cannot be deleted: ${object.label}`);
    const row = presentRow(work, object, id);
    requireWrite(work.caller, object);
    const level = levelOn(work.org, work.caller, object, id);
    if (level === 'none') missing();
    if (level !== 'all') noAccess();
    removeRow(work, object, row);
  });
}

function inSavepoint<T>(work: Work, action: () => T): T {
  try {
    return work.org.store.atomically(action);
  } catch (cause) {
    // What was looked up may have been rolled back.
    work.looked.clear();
    throw cause;
  }
}

/** The row, or a refusal that tells one that was deleted from one that never was. */
export function presentRow(work: Work, object: ObjectType, id: string): Row {
  const row = readRow(work.org, object, id);
  if (!row) return missing();
  if (object.recycled && row['IsDeleted'] === 1) return refuseRow('ENTITY_IS_DELETED', 'entity is deleted');
  return row;
}

function missing(): never {
  throw new Refusal([{ code: 'NOT_FOUND', message: 'The requested resource does not exist' }]);
}

function noAccess(): never {
  return refuseRow('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id');
}

function checkAndStore(work: Work, object: ObjectType, change: Change): void {
  checkReferences(work, object, change);
  checkOwner(work, object, change);
  const rules = rulesOf(object.name);
  rules.before?.(work, change);
  checkUnique(work, object, change);
  if (change.old) updateCells(work, object, String(change.row['Id']), difference(change.row, change.old), 'user');
  else insertCells(work, object, change.row);
  rules.after?.(work, change);
}

function difference(row: Row, old: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name, cell]) => old[name] !== cell));
}

// ---- what the client sent ----

type Right = 'createable' | 'updateable';

type Sent =
  | { readonly kind: 'cell'; readonly field: Field; readonly cell: Cell }
  | { readonly kind: 'unknown' | 'bad'; readonly trouble: Trouble }
  | { readonly kind: 'forbidden'; readonly name: string };

/** Unknown names are told first, then fields that may not be written, then values: each kind completely. */
function readInput(work: Work, object: ObjectType, input: Input, right: Right): { cells: Row; given: Set<string> } {
  const sent = Object.entries(input)
    .filter(([name]) => name !== 'attributes')
    .map(([name, value]) => readField(work, object, name, value, right));
  const troubles = (kind: 'unknown' | 'bad') => sent.flatMap((entry) => (entry.kind === kind ? [entry.trouble] : []));
  if (troubles('unknown').length > 0) throw new Refusal(troubles('unknown'));
  const forbidden = sent.flatMap((entry) => (entry.kind === 'forbidden' ? [entry.name] : []));
  if (forbidden.length > 0) refuseForbidden(forbidden);
  if (troubles('bad').length > 0) throw new Refusal(troubles('bad'));
  const cells = Object.fromEntries(sent.flatMap((entry) => (entry.kind === 'cell' ? [[entry.field.name, entry.cell] as const] : [])));
  return { cells, given: new Set(Object.keys(cells)) };
}

/** A field by its name, or a reference by the name of its relationship and an external id. */
function readField(work: Work, object: ObjectType, name: string, value: unknown, right: Right): Sent {
  const field = visibleField(work.caller, object, name) ?? relationshipNamed(work.caller, object, name, value);
  if (!field) {
    return {
      kind: 'unknown',
      trouble: { code: 'INVALID_FIELD', message: `No such column '${name}' on sobject of type ${object.name}`, fields: [] },
    };
  }
  if (!field[right] || !mayEdit(work.caller, object, field)) return { kind: 'forbidden', name: field.name };
  const byKey = field.type === 'reference' && typeof value === 'object' && value !== null;
  const checked = byKey ? cellByKey(work, field, value) : cellOf(work.org.schema, field, value);
  return 'trouble' in checked ? { kind: 'bad', trouble: checked.trouble } : { kind: 'cell', field, cell: checked.cell };
}

function refuseForbidden(names: readonly string[]): never {
  return refuseRow(
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    `Unable to create/update fields: ${names.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
    names,
  );
}

function withDefaults(work: Work, object: ObjectType, cells: Row): Row {
  const row: Row = {};
  for (const field of object.fields.values()) row[field.name] = cells[field.name] ?? field.defaultCell;
  if (object.fields.has('ownerid')) row['OwnerId'] ??= work.caller.userId;
  return row;
}

/** All that are missing, at once. What is filled in by itself is never missing on create. */
function checkRequired(object: ObjectType, cells: Row): void {
  const names = [...object.fields.values()]
    .filter((field) => !field.nillable && field.type !== 'boolean' && (field.createable || field.updateable))
    .filter((field) => field.name in cells && cells[field.name] === null && !(field.defaulted && isNew(cells)))
    .map((field) => field.name);
  if (names.length > 0) refuseRow('REQUIRED_FIELD_MISSING', `Required fields are missing: [${names.join(', ')}]`, names);
}

/** A row that is being made holds all its fields; an update those that were sent. */
function isNew(cells: Row): boolean {
  return 'Id' in cells;
}
