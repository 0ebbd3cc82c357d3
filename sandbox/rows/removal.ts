// Deletion with what hangs on a row: some of it goes along, some of it forbids, the rest forgets.
import { refuseRow } from '../refusal.ts';
import type { Row } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import type { ChildLink } from '../schema/schema.ts';
import { eraseRow, updateCells } from './cells.ts';
import { rulesOf } from './rules/all.ts';
import type { Work } from './work.ts';

/** Checks what forbids it first, so that nothing is half done; the savepoint would undo it anyway. */
export function removeRow(work: Work, object: ObjectType, row: Row, along = false): void {
  const id = String(row['Id']);
  const rules = rulesOf(object.name);
  if (!along) {
    rules.beforeDelete?.(work, row);
    if (rules.deleteInstead?.(work, row) === true) return;
  }
  const links = work.org.schema.childLinks(object).filter(({ field }) => !['CreatedById', 'LastModifiedById'].includes(field.name));
  for (const link of links) if (link.onDelete === 'restrict') forbid(work, object, link, id);
  for (const link of links) {
    if (link.onDelete === 'cascade') for (const child of childrenOf(work, link, id)) removeRow(work, link.child, child, true);
    if (link.onDelete === 'clear')
      for (const child of childrenOf(work, link, id))
        updateCells(work, link.child, String(child['Id']), { [link.field.name]: null }, 'system');
  }
  eraseRow(work, object, id);
  rules.afterDelete?.(work, row);
}

function childrenOf(work: Work, { child, field }: ChildLink, id: string): Row[] {
  const alive = child.recycled ? ' AND "IsDeleted" = 0' : '';
  return work.org.store.all(`SELECT * FROM "${child.name}" WHERE "${field.name}" = ?${alive}`, id) as Row[];
}

function forbid(work: Work, object: ObjectType, link: ChildLink, id: string): void {
  const children = childrenOf(work, link, id);
  if (children.length === 0) return;
  const names = children.slice(0, 5).map((child) => String(child['Name'] ?? child['CaseNumber'] ?? child['Id']));
  const message = `Your attempt to delete this ${object.label} could not be completed because it is associated with the following ${link.child.plural.toLowerCase()}: ${names.join(', ')}`;
  refuseRow('DELETE_FAILED', message);
}
