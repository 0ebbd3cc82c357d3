// The starter as it lies on disk, read as `init` would hand it to a team.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DesiredObject } from '../../resources/desired.ts';
import { materialise } from '../../resources/materialise.ts';
import { readOrganisation, type SourceFile } from '../../resources/organisation.ts';
import { resolve } from '../../resources/resolve.ts';
import type { Resolved } from '../../resources/resolved.ts';
import type { Organisation } from '../../resources/resource.ts';

export const STARTER = join(import.meta.dirname, '..', '..', 'config');

export function text(path: string): string {
  return readFileSync(join(STARTER, path), 'utf8');
}

/** The files, with one of them edited: `from` must stand in it. */
export function files(edit?: { readonly path: string; readonly from: string; readonly to: string }): readonly SourceFile[] {
  return globSync('**/*.yaml', { cwd: STARTER }).map((found) => {
    const path = found.replaceAll('\\', '/');
    const before = text(path);
    if (edit?.path === path && !before.includes(edit.from)) throw new Error(`${path} does not say "${edit.from}"`);
    const after = edit?.path === path ? before.replace(edit.from, edit.to) : before;
    return { path, text: after, hash: createHash('sha256').update(after).digest('hex') };
  });
}

export function starter(edit?: Parameters<typeof files>[0]): Organisation {
  return readOrganisation(files(edit)).organisation;
}

export function on(asOf: string, organisation: Organisation): Resolved {
  const resolved = resolve(organisation, { asOf });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return resolved.value;
}

/** What the org would hold, by address. */
export function records(asOf: string, organisation: Organisation): ReadonlyMap<string, DesiredObject> {
  return new Map(materialise(on(asOf, organisation)).map((record) => [`${record.address.type}/${record.address.key}`, record]));
}
