// Names that refer to other resources. Where they stand, the schemas say; here they are followed and checked.
import type { Kind } from './kind.ts';
import type { Path } from './path.ts';
import type { Report } from './report.ts';
import type { Organisation, Resource } from './resource.ts';
import { Scenario } from './scenario/schema.ts';
import { bareName } from './words.ts';
import { EACH, type ReferencePlace, referencePlaces, type ShapePath } from './shape.ts';
import { nearest } from './suggest.ts';

/** A seat is declared by a row of a scenario, not by a resource: the one thing that is referred to and has no kind of its own. */
export const SEAT = 'Seat';

export interface Reference {
  readonly kind: string;
  readonly name: string;
  /** Into the document. */
  readonly path: Path;
}

/** Calls `visit` with everything that a resource refers to by name. The path is only good during the call. */
export function visitReferences(kind: Kind, resource: Pick<Resource, 'spec'>, visit: (reference: Reference) => void): void {
  for (const place of placesOf(kind)) {
    visitTexts(resource.spec, place.path, 0, ['spec'], (text, path) => {
      const reference = readReference(place, text, path);
      if (reference !== undefined) visit(reference);
    });
  }
}

export function checkReferences(kind: Kind, resources: readonly Resource[], organisation: Organisation, report: Report): void {
  for (const resource of resources) {
    visitReferences(kind, resource, (reference) => checkReference(resource, reference, organisation, report));
  }
}

function checkReference(resource: Resource, { kind, name, path }: Reference, organisation: Organisation, report: Report): void {
  const names = kind === SEAT ? seatNames(organisation) : organisation.names(kind);
  // A scenario that could not be read may hold the seat: then nothing is said.
  if (names.has(name) || (kind === SEAT && !organisation.complete(Scenario.name))) return;
  const near = suggested(organisation, kind, name, names, resource);
  const key = [...path].reverse().find((part) => typeof part === 'string');
  report.error(resource, {
    path,
    code: kind === SEAT ? 'unknown-seat' : 'dangling-reference',
    message: kind === SEAT ? `${key}: no scenario has a seat "${name}"` : `${key}: no ${kind} "${name}" is declared`,
    hint: near === undefined ? undefined : `Did you mean "${near}"?`,
  });
}

/** Looking for the nearest of thousands of names takes its time: the first few hundred mistakes get a suggestion. */
const MOST_SUGGESTIONS = 300;
const suggestions = new WeakMap<Organisation, Map<string, string | undefined>>();

function suggested(
  organisation: Organisation,
  kind: string,
  name: string,
  names: ReadonlySet<string>,
  { ref }: Resource,
): string | undefined {
  const known = suggestions.get(organisation) ?? new Map<string, string | undefined>();
  suggestions.set(organisation, known);
  const key = `${kind} ${name}`;
  if (!known.has(key) && known.size < MOST_SUGGESTIONS) {
    // A resource is not what it refers to.
    const candidates = kind === ref.kind ? [...names].filter((other) => other !== ref.name) : names;
    known.set(key, nearest(name, candidates));
  }
  return known.get(key);
}

/** Of all scenarios. */
export function seatNames(organisation: Organisation): ReadonlySet<string> {
  const before = seats.get(organisation);
  if (before !== undefined) return before;
  const found = new Set<string>();
  for (const { spec } of organisation.all(Scenario)) for (const row of spec.roster ?? []) if (row.remove !== true) found.add(row.seat);
  seats.set(organisation, found);
  return found;
}

const seats = new WeakMap<Organisation, ReadonlySet<string>>();
const places = new Map<string, readonly ReferencePlace[]>();

function placesOf(kind: Kind): readonly ReferencePlace[] {
  const before = places.get(kind.name);
  if (before !== undefined) return before;
  const found = referencePlaces(kind.schema);
  places.set(kind.name, found);
  return found;
}

/** A text of one kind is a name. Of several it is `kind/name` in lower case; other words are not references. */
function readReference({ kinds }: ReferencePlace, text: string, path: Path): Reference | undefined {
  const [only] = kinds;
  if (kinds.length === 1 && only !== undefined) return { kind: only, name: bareName(only, text), path };
  const kind = kinds.find((candidate) => text.startsWith(`${candidate.toLowerCase()}/`));
  return kind === undefined ? undefined : { kind, name: text.slice(kind.length + 1), path };
}

/** The texts at a place of a spec. A text may stand for a list of one. One path is kept for all: thousands of them are looked at. */
function visitTexts(
  value: unknown,
  place: ShapePath,
  depth: number,
  path: (string | number)[],
  visit: (text: string, path: Path) => void,
): void {
  if (value === undefined || value === null) return;
  const step = place[depth];
  if (step === undefined) {
    if (typeof value === 'string') visit(value, path);
    return;
  }
  if (typeof value !== 'object') return;
  if (step !== EACH) {
    if (Object.hasOwn(value, step)) inner((value as Readonly<Record<string, unknown>>)[step], step);
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) inner(value[index], index);
  } else {
    for (const [key, row] of Object.entries(value)) inner(row, key);
  }

  function inner(next: unknown, key: string | number): void {
    path.push(key);
    visitTexts(next, place, depth + 1, path, visit);
    path.pop();
  }
}
