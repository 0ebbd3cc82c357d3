// The configuration in a folder, with the git history behind it where there is one. Git's own program does the work.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const status = await tryRun(root, ['status', '--porcelain=v2', '--branch', '--untracked-files=all', '--', '.']);
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
      await run(top, ['read-tree', `${commit}:${subtree}`], index);
      await run(top, ['checkout-index', '--all', '--force', `--prefix=${tree}/`], index);
    }
    return { commit, dirty: false, ...readFolder(tree) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The top of the repository, and the root below it (without a trailing slash; empty where they are the same). */
async function placeOf(root: string): Promise<{ readonly top: string; readonly subtree: string }> {
  const [top = root, prefix = ''] = (await run(root, ['rev-parse', '--show-toplevel', '--show-prefix'])).split('\n');
  return { top, subtree: prefix.replace(/\/$/, '') };
}

async function verified(root: string, object: string): Promise<string | undefined> {
  // A refusal without a word is no error to the client: it is an empty answer.
  const id = (await tryRun(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', object]))?.trim();
  return id === '' ? undefined : id;
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

/** A commit on top of HEAD whose tree is HEAD's, with the root as `revision` had it. */
async function revertBranch(root: string, revision: string, branch: string, message: string): Promise<string> {
  const { top, subtree } = await placeOf(root);
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-revert-'));
  try {
    const index = { GIT_INDEX_FILE: join(folder, 'index') };
    await run(top, ['read-tree', subtree === '' ? revision : 'HEAD'], index);
    if (subtree !== '') {
      await run(top, ['rm', '-r', '--cached', '--quiet', '--ignore-unmatch', '--', subtree], index);
      await run(top, ['read-tree', `--prefix=${subtree}/`, `${revision}:${subtree}`], index);
    }
    const tree = (await run(top, ['write-tree'], index)).trim();
    const commit = (await run(top, ['commit-tree', tree, '-p', 'HEAD', '-m', message])).trim();
    await run(top, ['branch', branch, commit]);
    return branch;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `undefined` where git refuses: no repository, no such path. */
async function tryRun(folder: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return await run(folder, args);
  } catch {
    return undefined;
  }
}

async function run(folder: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const { simpleGit } = await import('simple-git');
  const git = simpleGit({ baseDir: folder, allowEnvironment: ['GIT_INDEX_FILE', 'GIT_TERMINAL_PROMPT'] });
  return await git.env({ ...inherited(), GIT_TERMINAL_PROMPT: '0', ...environment }).raw(...args);
}

/** What git needs of the environment: its own variables could point it to another repository. */
function inherited(): Record<string, string> {
  const keep = ['PATH', 'HOME', 'USERPROFILE', 'LANG', 'TMPDIR', 'TEMP', 'SystemRoot', 'SSH_AUTH_SOCK', 'XDG_CONFIG_HOME'];
  return Object.fromEntries(keep.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
