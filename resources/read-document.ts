// One document → a resource, or what is wrong with it.
import type { Origin, Problem, Ref } from './core.ts';
import type { RawDocument } from './documents.ts';
import { API_VERSION, documentSchema } from './envelope.ts';
import { kindsByName } from './index.ts';
import { shapeProblems } from './issues.ts';
import type { Kind } from './kind.ts';
import { isMapping } from './path.ts';
import type { Place, Positions } from './positions.ts';
import { type Repaired, repair } from './repair.ts';
import type { Metadata, Resource } from './resource.ts';
import { nearest, suggestion } from './suggest.ts';

export type Reading =
  | { readonly status: 'sound'; readonly kind: Kind; readonly resource: Resource }
  | ({ readonly status: 'unread'; readonly problems: readonly Problem[] } & Unread)
  /** It is not even known what it is. `seems`: what it is likely to be. */
  | {
      readonly status: 'unknown';
      readonly seems: { readonly kind?: string; readonly name?: string };
      readonly problems: readonly Problem[];
    };

/** A resource that could not be read as it stands. */
export interface Unread {
  readonly kind: Kind;
  /** As it was written, mistakes and all. */
  readonly written: Resource;
  /** Good enough to be checked, where that could be done. */
  readonly repaired?: { readonly resource: Resource; readonly repair: Repaired };
}

/** Values that were found sound before: the same object is read the same way. */
const soundBefore = new WeakMap<object, { readonly metadata: Metadata; readonly spec: unknown }>();

export function readDocument(path: string, document: RawDocument, positions: Positions): Reading {
  const { value, part } = document;
  const name = nameOf(value);
  const kind = typeof value['kind'] === 'string' ? kindsByName.get(value['kind']) : undefined;
  if (kind === undefined) return unknown(document, positions, name);

  const origin = { path, line: document.line, column: document.column };
  const resourceOf = (metadata: Metadata, spec: unknown): Resource =>
    resourceAt({ kind: kind.name, name: name ?? '' }, metadata, spec, origin, part, positions);
  const before = soundBefore.get(value);
  if (before !== undefined) return { status: 'sound', kind, resource: resourceOf(before.metadata, before.spec) };
  const schema = schemaOf(kind);
  const read = schema.safeParse(value);
  if (read.success) {
    soundBefore.set(value, read.data);
    return { status: 'sound', kind, resource: resourceOf(read.data.metadata, read.data.spec) };
  }

  const { issues } = read.error;
  const written = resourceOf({ name: name ?? '' }, value['spec']);
  const repaired = repair(value, schema, issues);
  const problems = shapeProblems(issues, schema, value).map(({ code, message, hint, ...place }) =>
    problem(code, message, positions.find(part, place), {
      ...(name === undefined ? {} : { ref: written.ref }),
      ...(hint === undefined ? {} : { hint }),
    }),
  );
  if (repaired === undefined) return { status: 'unread', kind, written, problems };
  return {
    status: 'unread',
    kind,
    written,
    problems,
    repaired: { resource: resourceOf(written.metadata, repaired.document['spec']), repair: repaired },
  };
}

export function resourceAt(ref: Ref, metadata: Metadata, spec: unknown, origin: Origin, part: number, positions: Positions): Resource {
  return { ref, metadata, spec, origin, at: (place) => positions.find(part, place), lastLine: () => positions.lastLine(part) };
}

function unknown({ value, part }: RawDocument, positions: Positions, name: string | undefined): Reading {
  const { apiVersion, kind } = value;
  const at = (place: Place) => positions.find(part, place);
  const problems: Problem[] = [];
  if (apiVersion === undefined && kind === undefined) {
    const hint = `Begin with "apiVersion: ${API_VERSION}"; \`source.ignore\` of the project leaves files out.`;
    problems.push(problem('no-resource', 'this is no resource: it has neither apiVersion nor kind', at({ path: [] }), { hint }));
  } else {
    if (apiVersion !== API_VERSION)
      problems.push(problem('not-allowed', `apiVersion: must be ${API_VERSION}`, at({ path: ['apiVersion'] })));
    if (kind === undefined) problems.push(problem('missing-key', 'kind is missing', at({ path: [] }), suggestion('', kindsByName.keys())));
    else if (typeof kind !== 'string') problems.push(problem('wrong-type', 'kind: text is expected', at({ path: ['kind'] })));
    else problems.push(problem('unknown-kind', `there is no kind "${kind}"`, at({ path: ['kind'] }), suggestion(kind, kindsByName.keys())));
  }
  const near = typeof kind === 'string' ? nearest(kind, kindsByName.keys()) : undefined;
  return { status: 'unknown', seems: { ...(near === undefined ? {} : { kind: near }), ...(name === undefined ? {} : { name }) }, problems };
}

function nameOf(value: RawDocument['value']): string | undefined {
  const { metadata } = value;
  return isMapping(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : undefined;
}

function problem(code: string, message: string, at: NonNullable<Problem['at']>, more: Partial<Problem> = {}): Problem {
  return { severity: 'error', code, message, at, ...more };
}

const schemas = new Map<string, ReturnType<typeof documentSchema>>();

/** The shape of a whole document of a kind; made once. */
export function schemaOf(kind: Kind): ReturnType<typeof documentSchema> {
  const before = schemas.get(kind.name);
  if (before !== undefined) return before;
  const made = documentSchema(kind);
  schemas.set(kind.name, made);
  return made;
}
