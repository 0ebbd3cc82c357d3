// The beginning of a piece of work on rows: a request, a job, a seed.
import type { Caller } from '../access/caller.ts';
import type { Org } from '../org.ts';
import type { Row } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import { insertCells, readRow, updateCells } from './cells.ts';
import { removeRow } from './removal.ts';
import type { RowAccess, Work } from './work.ts';

export function beginWork(org: Org, caller: Caller): Work {
  return { org, caller, now: org.clock.stamp(), looked: new Map(), rows: rowAccess(org) };
}

/** Where rows of the org's own keep what is no object. */
export function createLedgers(org: Org): void {
  org.store.exec('CREATE TABLE IF NOT EXISTS "_deletion" (object TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL)');
  org.store.exec('CREATE INDEX IF NOT EXISTS "_deletion.at" ON "_deletion" (object, at)');
  org.store.exec('CREATE TABLE IF NOT EXISTS "_transition" (model TEXT PRIMARY KEY, outcome TEXT NOT NULL, due INTEGER NOT NULL)');
}

function rowAccess(org: Org): RowAccess {
  const typeOf = (name: string): ObjectType => {
    const object = org.schema.object(name);
    if (!object) throw new Error(`no object ${name}`);
    return object;
  };
  return {
    read: (object, id) => readRow(org, typeOf(object), id),
    insert(work, object, cells) {
      const row: Row = { ...cells };
      const type = typeOf(object);
      for (const field of type.fields.values()) row[field.name] ??= field.defaultCell;
      insertCells(work, type, row);
      return String(row['Id']);
    },
    patch: (work, object, id, cells, by) => updateCells(work, typeOf(object), id, cells, by),
    remove: (work, object, row) => removeRow(work, typeOf(object), row, true),
  };
}
