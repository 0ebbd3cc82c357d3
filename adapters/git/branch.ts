// Branches that are made without touching the working tree, the index or the current branch: in an index of their own, on top of HEAD.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checked, Problem } from '../../resources/core.ts';
import type { Branched, BranchChange } from '../../ports/source.ts';
import { placeOf, verified } from './place.ts';
import { type Git, run } from './run.ts';

/** The tree of HEAD, with the root as `revision` had it. */
export async function revertBranch(root: string, revision: string, branch: string, message: string): Promise<string> {
  const { top, subtree } = await placeOf(root);
  const tree = await writeTree(top, async (git) => {
    await git(['read-tree', subtree === '' ? revision : 'HEAD']);
    if (subtree === '') return;
    await git(['rm', '-r', '--cached', '--quiet', '--ignore-unmatch', '--', subtree]);
    await git(['read-tree', `--prefix=${subtree}/`, `${revision}:${subtree}`]);
  });
  await run(top, ['branch', branch, await commitTree(top, tree, 'HEAD', message)]);
  return branch;
}

/** The tree of HEAD, with some files different. */
export async function branchWith(root: string, { files, branch, message }: BranchChange): Promise<Checked<Branched>> {
  const head = await verified(root, 'HEAD^{commit}');
  if (head === undefined) return refuse(NO_COMMIT);
  const { top, subtree } = await placeOf(root);
  const inTop = (path: string) => (subtree === '' ? path : `${subtree}/${path}`);
  const entries = await entriesOf(root, head, [...files.keys()]);
  const problems = await notAsCommitted(root, [...files.keys()], entries);
  if (problems.length > 0) return { ok: false, problems };
  const tree = await writeTree(top, async (git) => {
    await git(['read-tree', head]);
    for (const [path, text] of files) {
      if (text === null) {
        await git(['update-index', '--force-remove', '--', inTop(path)]);
        continue;
      }
      // By its path, so that what the repository does with line ends is done here too.
      const blob = (await git(['hash-object', '-w', '--stdin', `--path=${inTop(path)}`], { input: text })).trim();
      await git(['update-index', '--add', '--cacheinfo', `${entries.get(path)?.mode ?? PLAIN_FILE},${blob},${inTop(path)}`]);
    }
  });
  const there = await verified(top, `refs/heads/${branch}`);
  if (there !== undefined) {
    const isSame = (await verified(top, `${there}^{tree}`)) === tree && (await verified(top, `${there}^`)) === head;
    if (isSame) return { ok: true, value: { branch, commit: there } };
    return refuse({
      code: 'branch-there',
      message: `There is a branch ${branch} already, and it says something else.`,
      hint: `Look at it, then delete it: git branch -D ${branch}`,
    });
  }
  const commit = await commitTree(top, tree, head, message).catch((error: unknown) => error as Error);
  if (commit instanceof Error) {
    if (!/tell me who you are|identity|user\.name|user\.email/i.test(commit.message)) throw commit;
    return refuse({
      code: 'no-git-identity',
      message: 'git does not know who makes the commit.',
      hint: 'Tell it: git config user.name "…" && git config user.email "…"',
    });
  }
  await run(top, ['branch', branch, commit]);
  return { ok: true, value: { branch, commit } };
}

const PLAIN_FILE = '100644';
const LINK = '120000';
const NO_COMMIT = {
  code: 'no-git',
  message: 'The configuration is in no git repository, or nothing is committed in it, so there is nothing that a branch could stand on.',
  hint: 'Make it one: git init && git add -A && git commit -m "The configuration"',
};

type Entries = ReadonlyMap<string, { readonly mode: string }>;

/** What HEAD has at these paths, which are relative to the root. */
async function entriesOf(root: string, head: string, paths: readonly string[]): Promise<Entries> {
  const listed = await run(root, ['--literal-pathspecs', 'ls-tree', '-z', head, '--', ...paths]);
  return new Map(
    listed.split('\0').flatMap((line) => {
      const found = /^(\d+) \w+ \w+\t(.*)$/s.exec(line);
      return found === null ? [] : [[found[2] ?? '', { mode: found[1] ?? '' }] as const];
    }),
  );
}

async function notAsCommitted(root: string, paths: readonly string[], entries: Entries): Promise<readonly Problem[]> {
  const status = await run(root, ['--literal-pathspecs', 'status', '--porcelain', '-z', '--untracked-files=all', '--', ...paths]);
  const changed = new Set(status.split('\0').map((line) => line.slice('XY '.length)));
  const { subtree } = await placeOf(root);
  return paths.flatMap((path) => {
    const at = { path, line: 1, column: 1 };
    const problem = (code: string, message: string, hint: string): Problem => ({ severity: 'error', code, message, at, hint });
    if (entries.get(path)?.mode === LINK)
      return [problem('linked-file', `${path} is a symbolic link.`, 'Put the file itself there, or edit by hand what it leads to.')];
    if (changed.has(subtree === '' ? path : `${subtree}/${path}`))
      return [
        problem(
          'uncommitted-changes',
          `${path} has changes that are not committed, and the branch would have to go around them.`,
          'Commit or stash them, then do it again.',
        ),
      ];
    if (!entries.has(path) && existsSync(join(root, path)))
      return [problem('not-in-git', `${path} is not in git: it is ignored.`, 'Take it out of .gitignore and commit it.')];
    return [];
  });
}

/** A tree that is put together in an index of its own. */
async function writeTree(top: string, stage: (git: Git) => Promise<void>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-branch-'));
  try {
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    const git: Git = (args, options) => run(top, args, { ...options, env });
    await stage(git);
    return (await git(['write-tree'])).trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function commitTree(top: string, tree: string, parent: string, message: string): Promise<string> {
  return (await run(top, ['commit-tree', tree, '-p', parent, '-F', '-'], { input: message })).trim();
}

function refuse(problem: Omit<Problem, 'severity'>): Checked<never> {
  return { ok: false, problems: [{ severity: 'error', ...problem }] };
}
