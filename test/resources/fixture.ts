// The small organisation under test/fixtures, as files in memory, with edits.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { originText, type Problem } from '../../resources/core.ts';
import type { DesiredObject } from '../../resources/desired.ts';
import { materialise } from '../../resources/materialise.ts';
import { readOrganisation, type SourceFile } from '../../resources/organisation.ts';
import { type ResolveOptions, resolve } from '../../resources/resolve.ts';
import type { Resolved } from '../../resources/resolved.ts';

export const TODAY = '2026-11-21';
const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'organisation');

export interface Edit {
  readonly path: string;
  /** What must stand there; absent: the file is new. */
  readonly from?: string;
  readonly to: string;
}

export function filesIn(folder: string): readonly SourceFile[] {
  return globSync('**/*.yaml', { cwd: folder }).map((found) =>
    file(found.replaceAll('\\', '/'), readFileSync(join(folder, found), 'utf8')),
  );
}

export function file(path: string, text: string): SourceFile {
  return { path, text, hash: createHash('sha256').update(text).digest('hex') };
}

/** The fixture's files, edited. */
export function files(...edits: readonly Edit[]): readonly SourceFile[] {
  const texts = new Map(filesIn(FIXTURE).map(({ path, text }) => [path, text]));
  for (const { path, from, to } of edits) {
    const before = texts.get(path) ?? '';
    if (from !== undefined && !before.includes(from)) throw new Error(`${path} does not say "${from}"`);
    texts.set(path, from === undefined ? to : before.replace(from, () => to));
  }
  return [...texts].map(([path, text]) => file(path, text));
}

export function problems(...edits: readonly Edit[]): readonly Problem[] {
  return readOrganisation(files(...edits)).problems;
}

/** `path:line:column severity code`, as far as a test wants to know. */
export function brief({ at, severity, code }: Problem): string {
  return `${at === undefined ? '' : originText(at)} ${severity} ${code}`;
}

export function resolved(edits: readonly Edit[] = [], options: Partial<ResolveOptions> = {}): Resolved {
  const { organisation, problems: found } = readOrganisation(files(...edits));
  const errors = found.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors, null, 1));
  const done = resolve(organisation, { asOf: TODAY, ...options });
  if (!done.ok) throw new Error(JSON.stringify(done.problems));
  return done.value;
}

export function records(edits: readonly Edit[] = [], options: Partial<ResolveOptions> = {}): ReadonlyMap<string, DesiredObject> {
  return new Map(materialise(resolved(edits, options)).map((record) => [`${record.address.type}/${record.address.key}`, record]));
}
