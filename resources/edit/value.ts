// What an edit means, without any text: the value before it and the value after it.
import { isMapping, type Path, valueAt } from '../path.ts';
import type { Json } from './print.ts';

/** One change of a document. Paths begin at its root: `['spec', 'label']`. */
export type Edit =
  /** The value at the path. What is not there is added: a key where the schema has it, with the mappings around it. */
  | { readonly op: 'set'; readonly path: Path; readonly value: Json }
  /** The key leaves, and with it the mapping around it, where nothing else is in it and it may be left out. */
  | { readonly op: 'unset'; readonly path: Path }
  /** The item leaves the list, wherever it stands in it. */
  | { readonly op: 'take'; readonly path: Path; readonly item: string | number | boolean }
  /** The item joins the list, at this place. */
  | { readonly op: 'put'; readonly path: Path; readonly at: number; readonly item: Json };

/** The document's value after the edit; nothing where there is no such place in it. */
export function edited(root: unknown, edit: Edit): unknown {
  const copy = structuredClone(root);
  switch (edit.op) {
    case 'set':
      return set(copy, edit.path, edit.value) ? copy : undefined;
    case 'unset': {
      const [container, key] = [valueAt(copy, edit.path.slice(0, -1)), edit.path.at(-1)];
      if (!isMapping(container) || key === undefined || !Object.hasOwn(container, key)) return undefined;
      Reflect.deleteProperty(container, key);
      return copy;
    }
    case 'take': {
      const list = valueAt(copy, edit.path);
      const index = Array.isArray(list) ? list.indexOf(edit.item) : -1;
      if (!Array.isArray(list) || index < 0) return undefined;
      list.splice(index, 1);
      return copy;
    }
    case 'put': {
      const list = valueAt(copy, edit.path);
      if (!Array.isArray(list) || edit.at < 0 || edit.at > list.length) return undefined;
      list.splice(edit.at, 0, edit.item);
      return copy;
    }
    default:
      return edit satisfies never;
  }
}

/** False: something else than a mapping is in the way. */
function set(root: unknown, path: Path, value: Json): boolean {
  let here: unknown = root;
  for (const [index, part] of path.entries()) {
    if (typeof here !== 'object' || here === null) return false;
    if (Array.isArray(here) && (typeof part !== 'number' || part >= here.length)) return false;
    const container = here as Record<string | number, unknown>;
    const next = Object.hasOwn(container, part) ? container[part] : undefined;
    if (index === path.length - 1) container[part] = value;
    else if (next === undefined || next === null) container[part] = {};
    here = container[part];
  }
  return path.length > 0;
}

/** One text for one value, whatever the order of the keys in it. */
export function meaning(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      isMapping(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
    ) ?? ''
  );
}
