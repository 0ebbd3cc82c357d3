// What is read of a record before a loop is asked: everything that a loop may want to know of it, in one go.
import { fieldNames } from '../../loops/facts.ts';
import { OWNER_FIELDS } from '../../loops/route/owner.ts';
import type { Ground } from '../loops/decide.ts';

export function fieldsRead({ compiled }: Pick<Ground, 'compiled'>, object: string): readonly string[] {
  const names = fieldNames({ id: compiled.row.id, resources: compiled.row.content.resources }, object);
  return [...(names?.fields ?? []), ...OWNER_FIELDS];
}
