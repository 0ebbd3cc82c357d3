// The configuration in a folder, with the git history behind it where there is one. Git's own program does the work.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimpleGit } from 'simple-git';
import type { CommitInfo, Source, Tree } from '../../ports/source.ts';
import { readFolder } from '../files/read.ts';

export function worktree(root: string): Source {
  return {
    root,
    read: () => read(root),
    readAt: (revision) => readAt(root, revision),
    lastChange: (path, line) => lastChange(root, path, line),
    revertBranch: (revision, branch, message) => revertBranch(root, revision, branch, message),
  };
}

async function read(root: string): Promise<Tree> {
  const { files, problems } = readFolder(root);
  const status = await quietly(root, (git) => git.raw('status', '--porcelain=v2', '--branch', '--untracked-files=all', '--', '.'));
  if (status === undefined) return { commit: null, dirty: false, files, problems };
  const oid = /^# branch\.oid (\w+)$/m.exec(status)?.[1];
  const commit = oid === undefined || /^\(|^initial/.test(oid) ? null : oid;
  return {
    commit: commit?.length === 40 || commit?.length === 64 ? commit : null,
    dirty: status.split('\n').some((line) => /^[12u?]/.test(line)),
    files,
    problems,
  };
}

async function readAt(root: string, revision: string): Promise<Tree | undefined> {
  const commit = (
    await quietly(root, (git) => git.raw('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`))
  )?.trim();
  if (commit === undefined || commit === '') return undefined;
  const prefix = ((await quietly(root, (git) => git.raw('rev-parse', '--show-prefix'))) ?? '').trim();
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-tree-'));
  try {
    // An index and a tree of our own: neither the index nor the files of the user are touched.
    const index = { GIT_INDEX_FILE: join(folder, 'index') };
    const tree = join(folder, 'tree');
    const exists = await quietly(root, (git) => git.raw('rev-parse', '--verify', '--quiet', `${commit}:${prefix.replace(/\/$/, '')}`));
    if (exists === undefined) return { commit, dirty: false, files: [], problems: [] };
    await quietly(root, (git) => git.raw('read-tree', `${commit}:${prefix.replace(/\/$/, '')}`), index, true);
    await quietly(root, (git) => git.raw('checkout-index', '--all', '--force', `--prefix=${tree}/`), index, true);
    return { commit, dirty: false, ...readFolder(tree) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lastChange(root: string, path: string, line: number): Promise<CommitInfo | undefined> {
  const blame = await quietly(root, (git) => git.raw('blame', '--porcelain', '-L', `${line},${line}`, '--', path));
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

/** A commit on top of HEAD whose tree is HEAD's, with the root as `revision` had it. */
async function revertBranch(root: string, revision: string, branch: string, message: string): Promise<string> {
  const run = async (args: readonly string[], environment = {}) =>
    (await quietly(root, (git) => git.raw(...args), environment, true))?.trim() ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-revert-'));
  try {
    const index = { GIT_INDEX_FILE: join(folder, 'index') };
    const prefix = await run(['rev-parse', '--show-prefix']);
    const top = await run(['rev-parse', '--show-toplevel']);
    const inTop = async (args: readonly string[]) => (await quietly(top, (git) => git.raw(...args), index, true))?.trim() ?? '';
    await inTop(['read-tree', 'HEAD']);
    if (prefix === '') {
      await inTop(['read-tree', revision]);
    } else {
      await inTop(['rm', '-r', '--cached', '--quiet', '--ignore-unmatch', '--', prefix]);
      await inTop(['read-tree', `--prefix=${prefix}`, `${revision}:${prefix.replace(/\/$/, '')}`]);
    }
    const tree = await inTop(['write-tree']);
    const commit = await inTop(['commit-tree', tree, '-p', 'HEAD', '-m', message]);
    await run(['branch', branch, commit]);
    return branch;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs git in a folder; `undefined` where it refuses (no repository, no such path), unless that is an error here. */
async function quietly(
  folder: string,
  run: (git: SimpleGit) => Promise<string>,
  environment: Readonly<Record<string, string>> = {},
  mustWork = false,
): Promise<string | undefined> {
  const { simpleGit } = await import('simple-git');
  const names = ['GIT_INDEX_FILE', 'GIT_TERMINAL_PROMPT'];
  const git = simpleGit({ baseDir: folder, allowEnvironment: names }).env({ ...inherited(), GIT_TERMINAL_PROMPT: '0', ...environment });
  try {
    return await run(git);
  } catch (error) {
    if (mustWork) throw error;
    return undefined;
  }
}

/** What git needs of the environment: its own variables could point it to another repository. */
function inherited(): Record<string, string> {
  const keep = ['PATH', 'HOME', 'USERPROFILE', 'LANG', 'TMPDIR', 'TEMP', 'SystemRoot', 'SSH_AUTH_SOCK', 'XDG_CONFIG_HOME'];
  return Object.fromEntries(keep.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
