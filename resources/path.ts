// Where in a document: keys and indices from the root, and how a person reads them.

/** `['spec', 'rules', 0, 'when']` */
export type Path = readonly (string | number)[];

/** Keys by which the rows of a list are known; the first that a row has names it. */
const ROW_NAMES = ['id', 'seat', 'name'] as const;

/**
 * `fit.components[seniority].rules[0].points`: rows are named by their id, seat or name where they have one. `spec.` is left out,
 * since it says nothing.
 */
export function pathText(root: unknown, path: Path): string {
  let here = root;
  let text = '';
  for (const [index, part] of path.entries()) {
    if (typeof part === 'number') text += `[${rowName(here, part)}]`;
    else if (index > 0 || part !== 'spec' || path.length === 1) text += text === '' ? part : `.${part}`;
    here = child(here, part);
  }
  return text;
}

export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce(child, root);
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function child(value: unknown, part: string | number): unknown {
  if (Array.isArray(value)) return typeof part === 'number' ? value[part] : undefined;
  return isMapping(value) && Object.hasOwn(value, part) ? value[part] : undefined;
}

function rowName(list: unknown, index: number): string {
  const row = child(list, index);
  for (const key of ROW_NAMES) {
    const name = child(row, key);
    if (typeof name === 'string') return name;
  }
  return String(index);
}
