// Files → the organisation and everything that is wrong with it. Files come in as text; nothing is thrown, and a mistake in one
// document hides none of the others.
import { checkOrganisation } from './checks.ts';
import { originText, type Problem, refText } from './core.ts';
import { type FileDocuments, type RawDocument, readDocuments } from './documents.ts';
import { API_VERSION, documentSchema } from './envelope.ts';
import { kindsByName } from './index.ts';
import { shapeProblems } from './issues.ts';
import type { Kind } from './kind.ts';
import { isMapping } from './path.ts';
import { type Positions, positionsOf } from './positions.ts';
import type { Organisation, Resource } from './resource.ts';
import { nearest, suggestion } from './suggest.ts';

export interface SourceFile {
  /** Relative to the root of the configuration, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Names the content: equal texts have equal hashes. */
  readonly hash: string;
}

/** Keeps documents as they were parsed; the values are plain JSON. What they mean is decided anew at every reading. */
export interface ParseCache {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

export interface ReadOptions {
  readonly cache?: ParseCache;
}

export interface ReadResult {
  /** What could be read; complete only where `problems` holds no error. */
  readonly organisation: Organisation;
  /** Of all files, by path, line and column. */
  readonly problems: readonly Problem[];
}

/** Changes with the way in which text becomes documents, so that no cache outlives it. */
const READER = 'documents-1';

export function readOrganisation(files: readonly SourceFile[], options: ReadOptions = {}): ReadResult {
  const building: Building = { resources: new Map(), byKind: new Map(), names: new Map(), incomplete: new Set(), problems: [] };
  for (const file of [...files].sort((a, b) => compareText(a.path, b.path))) readFile(file, building, options.cache);
  const organisation = organisationOf(building);
  checkOrganisation(organisation, building.problems);
  return { organisation, problems: inOrder(building.problems) };
}

interface Building {
  readonly resources: Map<string, Resource>;
  readonly byKind: Map<string, Resource[]>;
  readonly names: Map<string, Set<string>>;
  readonly incomplete: Set<string>;
  readonly problems: Problem[];
}

function readFile(file: SourceFile, building: Building, cache: ParseCache | undefined): void {
  const { documents, unread, problems } = documentsOf(file, cache);
  building.problems.push(...problems);
  for (const { kind, name } of unread) {
    if (kind === undefined) continue;
    building.incomplete.add(kind);
    if (name !== undefined) namesOf(building, kind).add(name);
  }
  const positions = positionsOf(file.path, file.text);
  for (const document of documents) readResource(file, document, positions, building);
}

function documentsOf(file: SourceFile, cache: ParseCache | undefined): FileDocuments {
  const key = `${READER}:${file.hash}`;
  const kept = cache?.get(key);
  if (Array.isArray(kept)) return { documents: kept as readonly RawDocument[], unread: [], problems: [] };
  const read = readDocuments(file.path, file.text);
  if (read.problems.length === 0) cache?.set(key, read.documents);
  return read;
}

function readResource(file: SourceFile, document: RawDocument, positions: Positions, building: Building): void {
  const { value } = document;
  const kind = typeof value['kind'] === 'string' ? kindsByName.get(value['kind']) : undefined;
  const name = isMapping(value['metadata']) && typeof value['metadata']['name'] === 'string' ? value['metadata']['name'] : undefined;
  if (kind === undefined) {
    building.problems.push(unknownKind(document, positions));
    // What it seems to be may be referred to.
    const near = typeof value['kind'] === 'string' ? nearest(value['kind'], kindsByName.keys()) : undefined;
    if (near !== undefined) building.incomplete.add(near);
    if (near !== undefined && name !== undefined) namesOf(building, near).add(name);
    return;
  }
  const schema = schemaOf(kind);
  const read = schema.safeParse(value);
  const ref = { kind: kind.name, name: name ?? '' };
  if (!read.success) {
    building.incomplete.add(kind.name);
    if (name !== undefined) namesOf(building, kind.name).add(name);
    for (const { code, message, hint, ...place } of shapeProblems(read.error.issues, schema, value)) {
      building.problems.push({
        severity: 'error',
        code,
        message,
        ...(name === undefined ? {} : { ref }),
        at: positions.find(document.part, place),
        ...(hint === undefined ? {} : { hint }),
      });
    }
    return;
  }
  const resource: Resource = {
    ref,
    metadata: read.data.metadata,
    spec: read.data.spec,
    origin: { path: file.path, line: document.line, column: document.column },
    at: (place) => positions.find(document.part, place),
  };
  const before = building.resources.get(refText(ref));
  if (before !== undefined) {
    building.problems.push({
      severity: 'error',
      code: 'duplicate-name',
      message: `${refText(ref)} is declared twice; the first is at ${originText(before.origin)}`,
      ref,
      at: resource.at({ path: ['metadata', 'name'] }),
      hint: 'Rename one of them, or take it away.',
    });
    return;
  }
  building.resources.set(refText(ref), resource);
  namesOf(building, kind.name).add(ref.name);
  const ofKind = building.byKind.get(kind.name);
  if (ofKind === undefined) building.byKind.set(kind.name, [resource]);
  else ofKind.push(resource);
}

function unknownKind(document: RawDocument, positions: Positions): Problem {
  const { apiVersion, kind } = document.value;
  const problem = (code: string, key: string, message: string, hint: { hint?: string }): Problem => ({
    severity: 'error',
    code,
    message,
    at: positions.find(document.part, { path: [key] }),
    ...hint,
  });
  if (apiVersion === undefined && kind === undefined) {
    return problem('no-resource', 'kind', 'this is no resource: it has neither apiVersion nor kind', {
      hint: `Begin with "apiVersion: ${API_VERSION}"; \`source.ignore\` of the project leaves files out.`,
    });
  }
  if (kind === undefined)
    return problem('missing-key', 'kind', 'kind is missing', { hint: 'What is declared: Territory, Queue, Scenario …' });
  if (typeof kind !== 'string') return problem('wrong-type', 'kind', 'kind: text is expected', {});
  return problem('unknown-kind', 'kind', `there is no kind "${kind}"`, suggestion(kind, kindsByName.keys()));
}

const schemas = new Map<string, ReturnType<typeof documentSchema>>();

function schemaOf(kind: Kind): ReturnType<typeof documentSchema> {
  const before = schemas.get(kind.name);
  if (before !== undefined) return before;
  const made = documentSchema(kind);
  schemas.set(kind.name, made);
  return made;
}

function namesOf(building: Building, kind: string): Set<string> {
  const before = building.names.get(kind);
  if (before !== undefined) return before;
  const made = new Set<string>();
  building.names.set(kind, made);
  return made;
}

const NOTHING: ReadonlySet<string> = new Set();

function organisationOf({ resources, byKind, names, incomplete }: Building): Organisation {
  return {
    resources,
    // A kind's resources were parsed with the kind's schema: that is what their spec is.
    all: <Spec>({ name }: { readonly name: string }) => (byKind.get(name) ?? []) as unknown as readonly Resource<Spec>[],
    get: <Spec>(kind: { readonly name: string }, name: string) => resources.get(`${kind.name}/${name}`) as Resource<Spec> | undefined,
    names: (kind) => names.get(kind) ?? NOTHING,
    complete: (kind) => !incomplete.has(kind),
  };
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  const distinct = problems.filter(({ code, message, at }) => {
    const key = `${code} ${at === undefined ? '' : originText(at)} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return distinct.sort(
    (a, b) =>
      compareText(a.at?.path ?? '', b.at?.path ?? '') || (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
}

/** By code units: the same everywhere, whatever the locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
