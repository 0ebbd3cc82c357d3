// References of a row to others: they must be there, be seen by the caller, and may be given by an external id instead of an id.
import { levelOn } from '../access/sharing.ts';
import { type Caller, visibleField, visibleFields } from '../access/caller.ts';
import { refuseRow } from '../refusal.ts';
import type { Field } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import { fieldOf } from '../schema/schema.ts';
import { type Checked, cellOf } from './values.ts';
import type { Change, Work } from './work.ts';

/** Every reference that was sent and is new. */
export function checkReferences(work: Work, object: ObjectType, change: Change): void {
  for (const name of change.given) {
    const field = fieldOf(object, name);
    const id = change.row[name];
    if (field?.type !== 'reference' || typeof id !== 'string' || change.old?.[name] === id) continue;
    if (!isPresent(work, id)) refuseRow('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
    const target = work.org.schema.objectOfId(id);
    if (target && levelOn(work.org, work.caller, target, id) === 'none') {
      refuseRow('INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 'insufficient access rights on cross-reference id', []);
    }
  }
}

function isPresent(work: Work, id: string): boolean {
  const known = work.looked.get(id);
  if (known !== undefined) return known;
  const object = work.org.schema.objectOfId(id);
  const alive = object?.recycled ? ' AND "IsDeleted" = 0' : '';
  const present =
    object !== undefined && work.org.store.one(`SELECT 1 AS yes FROM "${object.name}" WHERE "Id" = ?${alive}`, id) !== undefined;
  work.looked.set(id, present);
  return present;
}

/** The reference that `{"Account": {"Key__c": "x"}}` means by its relationship; nothing for anything else. */
export function relationshipNamed(caller: Caller, object: ObjectType, name: string, value: unknown): Field | undefined {
  if (typeof value !== 'object') return undefined;
  return visibleFields(caller, object).find((field) => field.relationship?.toLowerCase() === name.toLowerCase());
}

/** The id behind `{"Key__c": "x"}`: one field that finds rows of the object, and exactly one row. */
export function cellByKey(work: Work, field: Field, value: object): Checked {
  const [[key, sought] = ['', undefined]] = Object.entries(value).filter(([part]) => part !== 'attributes' && part !== 'type');
  for (const target of field.refersTo) {
    const type = work.org.schema.object(target);
    const keyField = type && visibleField(work.caller, type, key);
    if (!type || !keyField || !(keyField.externalId || keyField.idLookup)) continue;
    const checked = cellOf(work.org.schema, keyField, sought);
    if ('trouble' in checked) return checked;
    const alive = type.recycled ? ' AND "IsDeleted" = 0' : '';
    const found = work.org.store.all(`SELECT "Id" FROM "${type.name}" WHERE "${keyField.name}" = ?${alive} LIMIT 2`, checked.cell);
    if (found.length === 1) return { cell: String(found[0]?.['Id']) };
    const which = found.length === 0 ? 'not found' : 'is not unique';
    return {
      trouble: {
        code: 'INVALID_FIELD',
        message: `Foreign key external ID: ${String(sought)} ${which} for field ${keyField.name} in entity ${type.name}`,
        fields: [],
      },
    };
  }
  return {
    trouble: { code: 'INVALID_FIELD', message: `The field ${key} finds no row that ${field.name} could refer to`, fields: [field.name] },
  };
}
