// One file of a commit, put on this machine under the name of its content: the same content is the same file, and a file is there whole or
// not at all.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Git } from './run.ts';

const KEPT_MS = 7 * 86_400_000;

/** Its absolute path; nothing where the commit has no such file. `path` from the top of the repository. */
export async function fileAt(git: Git, commit: string, path: string, folder: string): Promise<string | undefined> {
  const listed = await git(['ls-tree', '-z', '--full-tree', commit, '--', path]);
  const [, mode = '', id = '', name] = /^(\d+) \w+ (\w+)\t([^\0]*)\0$/s.exec(listed) ?? [];
  if (!mode.startsWith('100') || name !== path) return undefined;
  const target = join(folder, `${id}${extname(path)}`);
  if (existsSync(target)) return target;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const half = join(folder, `${id}.${randomUUID().slice(0, 8)}`);
  writeFileSync(half, await git(['cat-file', 'blob', id]), { mode: 0o600 });
  renameSync(half, target);
  sweep(folder, target);
  return target;
}

/** Earlier contents, when nobody reads them any more. */
function sweep(folder: string, current: string): void {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    const at = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (path !== current && Date.now() - at > KEPT_MS) rmSync(path, { force: true });
  }
}
