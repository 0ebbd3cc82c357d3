import { originText } from '../core.ts';
import { RESERVED } from '../facts.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import type { FieldMapSpec } from './schema.ts';

export function checkFieldMaps(maps: readonly Resource<FieldMapSpec>[], _: Organisation, report: Report): void {
  const objects = new Map<string, Resource<FieldMapSpec>>();
  for (const map of maps) {
    const { object, fields } = map.spec;
    const other = objects.get(object);
    if (other === undefined) objects.set(object, map);
    else
      report.error(map, {
        path: ['spec', 'object'],
        code: 'same-object',
        message: `object: ${other.ref.name} maps ${object} too (${originText(other.origin)})`,
        hint: 'Put the fields into one map.',
      });
    for (const name of Object.keys(fields)) {
      if (!RESERVED.has(name)) continue;
      report.error(map, {
        path: ['spec', 'fields', name],
        of: 'key',
        code: 'reserved-name',
        message: `fields: "${name}" is a fact that loopctl finds itself`,
        hint: 'Give the field another name.',
      });
    }
  }
}
