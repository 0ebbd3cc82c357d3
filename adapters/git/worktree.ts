// The configuration in a folder, with the git history behind it where there is one. Git's own program does the work.
import type { CommitInfo, Source, Tree } from '../../ports/source.ts';
import { hasFile, isSkipped, readFolder } from '../files/read.ts';
import { blamed } from './blame.ts';
import type { Environment } from './address.ts';
import { revertBranch } from './branch.ts';
import { placeOf, verified } from './place.ts';
import { run, tryRun } from './run.ts';
import { submoduleAt, treeAt } from './tree.ts';
import { worktreeBranches } from './worktree-branches.ts';

/** `environment`: what lets git in at the remote, where branches are pushed to it. */
export function worktree(root: string, environment: Environment = {}): Source {
  return {
    root,
    read: () => read(root),
    readAt: (revision) => readAt(root, revision),
    lastChange: (path, line, last = line) => lastChange(root, path, [line, last]),
    revertBranch: (revision, branch, message) => revertBranch(root, revision, branch, message),
    branches: worktreeBranches(root, environment),
  };
}

async function read(root: string): Promise<Tree> {
  // Git works while the files are read.
  const asked = Promise.all([
    tryRun(root, ['status', '--porcelain=v2', '--branch', '--untracked-files=all', '--', '.']),
    tryRun(root, ['ls-files', '--stage', '-z', '--', '.']),
  ]);
  const folder = { ...readFolder(root), has: (path: string) => hasFile(root, path) };
  const [status, index] = await asked;
  if (status === undefined) return { commit: null, dirty: false, ...folder };
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(status)?.[1] ?? null;
  const dirty = status.split('\n').some((line) => /^[12u?]/.test(line));
  return { commit, dirty, ...withoutSubmodules(folder, index ?? '') };
}

type Folder = Pick<Tree, 'files' | 'problems'> & Required<Pick<Tree, 'has'>>;

/** A submodule reads the same whether somebody filled its folder or not. */
function withoutSubmodules({ files, problems, has }: Folder, index: string): Folder {
  const submodules = index.split('\0').flatMap((line) => /^160000 \w+ \d\t(.*)$/s.exec(line)?.[1] ?? []);
  const counted = submodules.filter((path) => !path.split('/').some(isSkipped));
  if (counted.length === 0) return { files, problems, has };
  const isInside = (path: string) => counted.some((folder) => path.startsWith(`${folder}/`));
  return {
    files: files.filter(({ path }) => !isInside(path)),
    problems: [...problems.filter(({ at }) => at === undefined || !isInside(at.path)), ...counted.map(submoduleAt)],
    has: (path) => !isInside(path) && has(path),
  };
}

async function readAt(root: string, revision: string): Promise<Tree | undefined> {
  const commit = await verified(root, `${revision}^{commit}`);
  if (commit === undefined) return undefined;
  const { top, subtree } = await placeOf(root);
  return treeAt((args, options) => run(top, args, options), commit, subtree);
}

function lastChange(root: string, path: string, lines: readonly [number, number]): Promise<CommitInfo | undefined> {
  return blamed((args, options) => run(root, args, options), lines, ['--', path]);
}
