// A place as people and agents write it, `ScoringModel/inbound fit.components[seniority].rules[0].points`, and where that is. Rows are named by their
// id, seat or name, or by their number from 0.
import { parseRef, type Ref, refText } from '../../resources/core.ts';
import { isMapping, type Path } from '../../resources/path.ts';
import type { Organisation, Resource } from '../../resources/resource.ts';

export interface Placement {
  readonly resource: Resource;
  /** From the root of the document: `['spec', …]`. */
  readonly path: Path;
  readonly value: unknown;
}

const ROW_NAMES = ['id', 'seat', 'name'] as const;

/** `within`: the resource of a place that names none. A text says what is not there. */
export function placementOf(organisation: Organisation, text: string, within?: Ref): Placement | string {
  const [, named, rest] = /^([A-Z][A-Za-z]*\/\S+)\s+(.+)$/.exec(text.trim()) ?? [];
  const ref = named === undefined ? within : parseRef(named);
  if (ref === undefined) return 'it names no resource: write Kind/name, a blank, and the place in its spec';
  const resource = organisation.resources.get(refText(ref));
  if (resource === undefined) return `there is no ${refText(ref)}`;
  const parts = partsOf((rest ?? text).trim().replace(/^spec\./, ''));
  if (parts === undefined) return 'it is no path: write it like fit.components[seniority].rules[0].points';
  const path: (string | number)[] = ['spec'];
  let here: unknown = resource.spec;
  for (const part of parts) {
    const key = keyIn(here, part);
    if (key === undefined)
      return `there is no ${part.row ? `row ${part.text}` : part.text} at ${path.slice(1).join('.') || 'the top of its spec'}`;
    path.push(key);
    here = (here as Record<string | number, unknown>)[key];
  }
  return { resource, path, value: here };
}

interface Part {
  readonly text: string;
  readonly row: boolean;
}

function partsOf(text: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  let rest = text;
  while (rest !== '') {
    const [whole, row, key] = /^(?:\[([^\]]+)\]|\.?([^.[\]]+))/.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    parts.push({ text: (row ?? key ?? '').trim(), row: row !== undefined });
    rest = rest.slice(whole.length);
  }
  return parts.length === 0 ? undefined : parts;
}

function keyIn(here: unknown, { text, row }: Part): string | number | undefined {
  if (Array.isArray(here)) {
    const named = here.findIndex(
      (item) => isMapping(item) && text === ROW_NAMES.map((key) => item[key]).find((name) => typeof name === 'string'),
    );
    const at = named >= 0 ? named : /^\d+$/.test(text) ? Number(text) : -1;
    return at >= 0 && at < here.length ? at : undefined;
  }
  return !row && isMapping(here) && Object.hasOwn(here, text) ? text : undefined;
}
