// The configuration as a commit has it: what a checkout would put there, read in the way in which a folder is read. Only the files that
// count are taken out, so that a large repository around them costs nothing. What cannot be read is a problem, never "empty".
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, posix } from 'node:path';
import type { Tree } from '../../ports/source.ts';
import type { Problem } from '../../resources/core.ts';
import { isSkipped, readFolder } from '../files/read.ts';
import type { Git } from './run.ts';

export interface Entry {
  readonly mode: string;
  readonly id: string;
  /** From the top of the repository. */
  readonly path: string;
}

const FOLDER = '040000';
const LINK = '120000';
const SUBMODULE = '160000';
const MOST_LINKS_IN_A_ROW = 40;

/** `subtree` is the root below the top of the repository, without a slash at its end; empty where they are the same. */
export async function treeAt(git: Git, commit: string, subtree: string): Promise<Tree> {
  const missing = await missingRoot(git, commit, subtree);
  if (missing !== undefined) return { commit, dirty: false, files: [], problems: [missing] };
  const { read, folders, submodules, all } = await contents(git, commit, subtree);
  const paths = new Set(all.flatMap(({ mode, path }) => (mode.startsWith('100') ? [below(subtree, path)] : [])));
  const temporary = mkdtempSync(join(tmpdir(), 'loopctl-tree-'));
  try {
    const top = join(temporary, 'tree');
    for (const folder of [subtree, ...folders]) mkdirSync(join(top, folder), { recursive: true });
    if (read.length > 0) {
      // An index and a tree of our own: neither the index nor the files of the user are touched.
      const env = { GIT_INDEX_FILE: join(temporary, 'index'), GIT_WORK_TREE: top };
      await git(['read-tree', commit], { env });
      await git(['checkout-index', '--force', '-z', '--stdin'], { env, input: read.map(({ path }) => `${path}\0`).join('') });
    }
    const { files, problems } = readFolder(join(top, subtree));
    const found = [...problems, ...submodules.map(({ path }) => submoduleAt(below(subtree, path)))];
    return { commit, dirty: false, files, problems: found, has: (path) => paths.has(path) };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The files that reading the tree asks for, attributes included, which say how a file is written. */
export async function blobsOf(git: Git, commit: string, subtree: string): Promise<readonly Entry[]> {
  const { read } = await entriesBelow(git, commit, subtree);
  const above = subtree.split('/').map((_, depth, parts) => posix.join(...parts.slice(0, depth), '.gitattributes'));
  const attributes = (await listed(git, commit, ['-r', ...pathArguments(subtree)])).filter(
    ({ path }) => basename(path) === '.gitattributes',
  );
  return [...read, ...attributes, ...(subtree === '' ? [] : await listed(git, commit, ['--', ...above]))];
}

/** A folder below the root whose files are in another repository. `path` is relative to the root. */
export function submoduleAt(path: string): Problem {
  return {
    severity: 'error',
    code: 'submodule',
    message: 'a submodule: its files are in another repository, and are not read',
    hint: 'Put the files themselves here, or move the submodule out of the configuration.',
    at: { path, line: 1, column: 1 },
  };
}

/** Why the root is no folder of the commit. */
async function missingRoot(git: Git, commit: string, subtree: string): Promise<Problem | undefined> {
  if (subtree === '') return undefined;
  const parts = subtree.split('/');
  for (const depth of parts.keys()) {
    const path = parts.slice(0, depth + 1).join('/');
    const [entry] = await listed(git, commit, ['--', path]);
    if (entry?.mode === FOLDER) continue;
    if (entry?.mode === SUBMODULE) return { ...submoduleAt('.'), message: `${path} is a submodule: its files are in another repository` };
    const what = entry === undefined ? 'is not there' : entry.mode === LINK ? 'is a symbolic link' : 'is a file';
    return {
      severity: 'error',
      code: 'path-missing',
      message: `There is no folder ${subtree} in commit ${commit.slice(0, 10)}: ${path} ${what}.`,
      hint: await placesOf(git, commit),
    };
  }
  return undefined;
}

async function placesOf(git: Git, commit: string): Promise<string> {
  const all = (await listed(git, commit, ['-r'])).filter(({ path }) => basename(path) === 'loopctl.yaml');
  const folders = all.slice(0, 5).map(({ path }) => posix.dirname(path));
  return folders.length === 0 ? 'There is no loopctl.yaml anywhere in it.' : `There is a loopctl.yaml in: ${folders.join(', ')}.`;
}

/** What is below the root, and what the links below it lead to, so that a link means here what it means in a working tree. */
async function contents(git: Git, commit: string, subtree: string) {
  const { read, submodules, all } = await entriesBelow(git, commit, subtree);
  const more: Entry[] = [];
  const folders: string[] = [];
  for (const link of read.filter(({ mode }) => mode === LINK)) {
    let at: Entry | undefined = link;
    for (let steps = 0; at?.mode === LINK && steps < MOST_LINKS_IN_A_ROW; steps += 1) {
      const target = posix.join(posix.dirname(at.path), await git(['cat-file', 'blob', at.id]));
      at = target.startsWith('..') ? undefined : (await listed(git, commit, ['--', target.replace(/\/$/, '')]))[0];
      if (at?.mode === FOLDER || at?.mode === SUBMODULE) folders.push(at.path);
      else if (at !== undefined) more.push(at);
    }
  }
  return { read: [...read, ...more], folders, submodules, all };
}

async function entriesBelow(git: Git, commit: string, subtree: string) {
  const all = (await listed(git, commit, ['-r', ...pathArguments(subtree)])).filter(
    ({ path }) => !below(subtree, path).split('/').some(isSkipped),
  );
  return {
    read: all.filter(({ mode, path }) => mode === LINK || (mode !== SUBMODULE && path.endsWith('.yaml'))),
    submodules: all.filter(({ mode }) => mode === SUBMODULE),
    all,
  };
}

function pathArguments(subtree: string): readonly string[] {
  return subtree === '' ? [] : ['--', subtree];
}

async function listed(git: Git, commit: string, args: readonly string[]): Promise<readonly Entry[]> {
  const options = args.filter((arg) => arg === '-r');
  const paths = args.filter((arg) => arg !== '-r');
  const lines = (await git(['ls-tree', '-z', '--full-tree', ...options, commit, ...paths])).split('\0');
  return lines.flatMap((line) => {
    const found = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(line);
    return found === null ? [] : [{ mode: found[1] ?? '', id: found[2] ?? '', path: found[3] ?? '' }];
  });
}

function below(subtree: string, path: string): string {
  return subtree === '' ? path : path.slice(subtree.length + 1);
}
