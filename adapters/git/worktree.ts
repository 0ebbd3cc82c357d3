// The configuration in a folder, with the git history behind it where there is one. Git's own program does the work.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommitInfo, Source, Tree } from '../../ports/source.ts';
import { readFolder } from '../files/read.ts';
import { branchWith, revertBranch } from './branch.ts';
import { placeOf, verified } from './place.ts';
import { run, tryRun } from './run.ts';

export function worktree(root: string): Source {
  return {
    root,
    read: () => read(root),
    readAt: (revision) => readAt(root, revision),
    lastChange: (path, line) => lastChange(root, path, line),
    revertBranch: (revision, branch, message) => revertBranch(root, revision, branch, message),
    branchWith: (change) => branchWith(root, change),
  };
}

async function read(root: string): Promise<Tree> {
  // Git works while the files are read.
  const asked = tryRun(root, ['status', '--porcelain=v2', '--branch', '--untracked-files=all', '--', '.']);
  const { files, problems } = readFolder(root);
  const status = await asked;
  if (status === undefined) return { commit: null, dirty: false, files, problems };
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(status)?.[1] ?? null;
  const dirty = status.split('\n').some((line) => /^[12u?]/.test(line));
  return { commit, dirty, files, problems };
}

async function readAt(root: string, revision: string): Promise<Tree | undefined> {
  const commit = await verified(root, `${revision}^{commit}`);
  if (commit === undefined) return undefined;
  const { top, subtree } = await placeOf(root);
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-tree-'));
  try {
    const tree = join(folder, 'tree');
    mkdirSync(tree);
    if ((await verified(root, `${commit}:${subtree}`)) !== undefined) {
      // An index and a tree of our own: neither the index nor the files of the user are touched.
      const index = { GIT_INDEX_FILE: join(folder, 'index') };
      await run(top, ['read-tree', `${commit}:${subtree}`], { env: index });
      await run(top, ['checkout-index', '--all', '--force', `--prefix=${tree}/`], { env: index });
    }
    return { commit, dirty: false, ...readFolder(tree) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lastChange(root: string, path: string, line: number): Promise<CommitInfo | undefined> {
  const blame = await tryRun(root, ['blame', '--porcelain', '-L', `${line},${line}`, '--', path]);
  if (blame === undefined) return undefined;
  const [commit = ''] = blame.split(' ');
  if (/^0+$/.test(commit)) return undefined;
  const field = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(blame)?.[1] ?? '';
  return {
    commit,
    author: `${field('author')} ${field('author-mail')}`.trim(),
    at: new Date(Number(field('author-time')) * 1000).toISOString(),
    subject: field('summary'),
  };
}
