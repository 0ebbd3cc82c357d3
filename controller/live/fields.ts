// What is read of a record before a loop is asked: everything that a loop may want to know of it, in one go.
import { fieldNames } from '../../loops/facts.ts';
import type { Ground } from '../loops/decide.ts';
import { LOOPS } from '../loops/registry.ts';
import { worldsOf } from '../loops/world.ts';

export function fieldsRead({ compiled }: Pick<Ground, 'compiled'>, object: string): readonly string[] {
  const names = fieldNames({ id: compiled.row.id, resources: compiled.row.content.resources }, object);
  const more = [...LOOPS.values()].flatMap((loop) =>
    loop.watches === undefined ? [] : worldsOf(compiled, loop).flatMap((world) => loop.watches?.(world).get(object) ?? []),
  );
  return [...new Set([...(names?.fields ?? []), ...more])];
}
