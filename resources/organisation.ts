// Files → the organisation and everything that is wrong with it. Files come in as text; nothing is thrown, and a mistake in one
// document hides none of the others.
import { checkOrganisation } from './checks.ts';
import { originText, type Problem, refText } from './core.ts';
import { type KnownParts, readDocuments } from './documents.ts';
import { kindsByName } from './index.ts';
import { LANGUAGE } from './language.ts';
import { isMapping } from './path.ts';
import { type Positions, positionsOf } from './positions.ts';
import { readDocument, resourceAt, type Unread } from './read-document.ts';
import type { Metadata, Organisation, Resource } from './resource.ts';

export interface SourceFile {
  /** Relative to the root of the configuration, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Names the content: equal texts have equal hashes. */
  readonly hash: string;
}

/**
 * Keeps what files without a mistake were read as, in plain JSON. Keys hold the version of the language beside the file's hash, so a
 * cache may outlive the program; what was kept under other keys is of no use any more.
 */
export interface ParseCache {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  /** What a process that runs on remembers of single documents; nothing that is kept on disk. */
  readonly parts?: KnownParts;
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

export function readOrganisation(files: readonly SourceFile[], options: ReadOptions = {}): ReadResult {
  const building: Building = { sound: new Map(), unread: [], first: new Map(), seeming: new Map(), problems: [] };
  for (const file of [...files].sort((a, b) => compareText(a.path, b.path))) readFile(file, building, options.cache);
  const { sound, unread, problems } = building;
  const organisation = organisationOf(sound, building);
  const repaired = unread.flatMap(({ repaired: one }) => (one === undefined ? [] : [[refText(one.resource.ref), one.resource] as const]));
  const checked = repaired.length === 0 ? organisation : organisationOf(new Map([...sound, ...repaired]), building);
  checkOrganisation(checked, unread, problems);
  return { organisation, problems: inOrder(problems) };
}

interface Building {
  readonly sound: Map<string, Resource>;
  readonly unread: Unread[];
  /** Every `Kind/name`, sound or not, as it was declared first. */
  readonly first: Map<string, Resource>;
  /** By kind, names of documents of which not even the kind is certain. A kind that stands here is not completely known. */
  readonly seeming: Map<string, Set<string>>;
  readonly problems: Problem[];
}

/** What a cache keeps of a document. */
interface Kept {
  readonly part: number;
  readonly line: number;
  readonly column: number;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: unknown;
}

function readFile(file: SourceFile, building: Building, cache: ParseCache | undefined): void {
  const key = `${LANGUAGE}:${file.hash}`;
  const positions = positionsOf(file.path, file.text);
  const kept = keptOf(cache?.get(key));
  if (kept === undefined) readText(file, key, positions, building, cache);
  else for (const one of kept) declareKept(file, one, positions, building);
}

/** A cache is a file that anybody may have written: what does not look right is read anew. */
function keptOf(value: unknown): readonly Kept[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const sound = value.every(
    (one) => isMapping(one) && typeof one['kind'] === 'string' && kindsByName.has(one['kind']) && isMapping(one['metadata']),
  );
  return sound ? (value as readonly Kept[]) : undefined;
}

function declareKept(file: SourceFile, { part, line, column, kind, metadata, spec }: Kept, positions: Positions, building: Building): void {
  const resource = resourceAt({ kind, name: metadata.name }, metadata, spec, { path: file.path, line, column }, part, positions);
  if (declare(resource, building)) building.sound.set(refText(resource.ref), resource);
}

function readText(file: SourceFile, key: string, positions: Positions, building: Building, cache: ParseCache | undefined): void {
  const { documents, unread, problems } = readDocuments(file.path, file.text, cache?.parts);
  building.problems.push(...problems);
  for (const seems of unread) leaveOut(seems, building);
  const kept: Kept[] = [];
  for (const document of documents) {
    const reading = readDocument(file.path, document, positions);
    if (reading.status === 'sound') {
      const { resource } = reading;
      const { part, line, column } = document;
      kept.push({ part, line, column, kind: resource.ref.kind, metadata: resource.metadata, spec: resource.spec });
      if (declare(resource, building)) building.sound.set(refText(resource.ref), resource);
      continue;
    }
    building.problems.push(...reading.problems);
    if (reading.status === 'unknown') {
      leaveOut(reading.seems, building);
    } else {
      leaveOut({ kind: reading.kind.name }, building);
      if (reading.written.ref.name === '' || declare(reading.written, building)) building.unread.push(reading);
    }
  }
  if (problems.length === 0 && kept.length === documents.length) cache?.set(key, kept);
}

/** What cannot be read may still be referred to. */
function leaveOut({ kind, name }: { readonly kind?: string; readonly name?: string }, { seeming }: Building): void {
  if (kind === undefined) return;
  const names = seeming.get(kind) ?? new Set();
  if (name !== undefined) names.add(name);
  seeming.set(kind, names);
}

/** False: the name is taken. */
function declare(resource: Resource, { first, problems }: Building): boolean {
  const text = refText(resource.ref);
  const before = first.get(text);
  if (before === undefined) {
    first.set(text, resource);
    return true;
  }
  problems.push({
    severity: 'error',
    code: 'duplicate-name',
    message: `${text} is declared twice; the first is at ${originText(before.origin)}`,
    ref: resource.ref,
    at: resource.at({ path: ['metadata', 'name'] }),
    hint: 'Rename one of them, or take it away.',
  });
  return false;
}

function organisationOf(resources: ReadonlyMap<string, Resource>, { first, seeming }: Building): Organisation {
  const byKind = Map.groupBy(resources.values(), ({ ref }) => ref.kind);
  const names = new Map<string, ReadonlySet<string>>();
  return {
    resources,
    // A kind's resources were parsed with the kind's schema: that is what their spec is.
    all: <Spec>({ name }: { readonly name: string }) => (byKind.get(name) ?? []) as readonly Resource<Spec>[],
    get: <Spec>(kind: { readonly name: string }, name: string) => resources.get(`${kind.name}/${name}`) as Resource<Spec> | undefined,
    complete: (kind) => !seeming.has(kind),
    names(kind) {
      const before = names.get(kind);
      if (before !== undefined) return before;
      const found = new Set(seeming.get(kind));
      for (const { ref } of first.values()) if (ref.kind === kind) found.add(ref.name);
      names.set(kind, found);
      return found;
    },
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
