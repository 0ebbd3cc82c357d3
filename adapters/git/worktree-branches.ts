// Branches of the repository that a working tree belongs to: made in it, and pushed to its remote where that is wanted.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Checked, Problem } from '../../resources/core.ts';
import type { Branches, NewCommit, Tip, Where } from '../../ports/branches.ts';
import { type Address, addressOf, type Environment, surroundings } from './address.ts';
import { commitOn, tipOf } from './commit.ts';
import { placeOf, verified } from './place.ts';
import { type Ask, movedByOthers, push, remoteCommit } from './push.ts';
import { type Followed, judge, problemOf } from './refusal.ts';
import { run, tryRun } from './run.ts';

const SILENCE_MS = 60_000;

/** `environment`: what lets git in at the remote, like `GITHUB_TOKEN`. */
export function worktreeBranches(root: string, environment: Environment): Branches {
  return {
    shared: false,
    remote: async () => {
      const found = await remoteOf(root, environment);
      return found?.url;
    },
    tip: (branch, where) => (where === 'here' ? tipHere(root, branch) : tipThere(root, branch, environment)),
    commit: (change) => commit(root, change),
    move: (branch, made, expect, where) => move(root, branch, made, expect, where, environment),
  };
}

async function tipHere(root: string, branch: string): Promise<Checked<Tip | undefined>> {
  const there = await verified(root, `refs/heads/${branch}`);
  return { ok: true, value: there === undefined ? undefined : await tipOf(gitIn(root), there) };
}

async function tipThere(root: string, branch: string, environment: Environment): Promise<Checked<Tip | undefined>> {
  const remote = await remoteOf(root, environment);
  if (remote === undefined) return { ok: false, problems: [NO_REMOTE] };
  const { ask, url, followed } = spoken(root, remote, environment);
  try {
    const there = await remoteCommit(ask, branch, url);
    if (there === undefined) return { ok: true, value: undefined };
    if ((await verified(root, `${there}^{commit}`)) === undefined)
      await ask(['fetch', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', url, `refs/heads/${branch}`]);
    return { ok: true, value: await tipOf(gitIn(root), there) };
  } catch (error) {
    return { ok: false, problems: [problemOf(judge(error), followed)] };
  }
}

async function commit(root: string, change: NewCommit): Promise<Checked<string>> {
  if ((await verified(root, 'HEAD^{commit}')) === undefined) return { ok: false, problems: [NO_COMMIT] };
  const problems = await notAsCommitted(root, change);
  if (problems.length > 0) return { ok: false, problems };
  const { top, subtree } = await placeOf(root);
  return commitOn(gitIn(top), subtree, change);
}

async function move(
  root: string,
  branch: string,
  made: string,
  expect: string | null,
  where: Where,
  environment: Environment,
): Promise<Checked<null>> {
  if (where === 'here') return moveHere(root, branch, made, expect);
  const remote = await remoteOf(root, environment);
  if (remote === undefined) return { ok: false, problems: [NO_REMOTE] };
  const { ask, url, followed } = spoken(root, remote, environment);
  return push(ask, { branch, commit: made, expect, to: url }, followed);
}

async function moveHere(root: string, branch: string, made: string, expect: string | null): Promise<Checked<null>> {
  const ref = `refs/heads/${branch}`;
  // Somebody may have it before him: his files would then look changed.
  const open = await run(root, ['worktree', 'list', '--porcelain']);
  if (open.split('\n').includes(`branch ${ref}`))
    return { ok: false, problems: [{ ...movedByOthers(branch), code: 'branch-open', message: `The branch ${branch} is checked out.` }] };
  try {
    await run(root, ['update-ref', '-m', 'loopctl: proposal', ref, made, expect ?? NO_SUCH_REF]);
    return { ok: true, value: null };
  } catch (error) {
    if ((await verified(root, ref)) === expect) throw error;
    return { ok: false, problems: [movedByOthers(branch)] };
  }
}

const NO_SUCH_REF = '';

const NO_COMMIT: Problem = {
  severity: 'error',
  code: 'no-git',
  message: 'The configuration is in no git repository, or nothing is committed in it, so there is nothing that a branch could stand on.',
  hint: 'Make it one: git init && git add -A && git commit -m "The configuration"',
};

const NO_REMOTE: Problem = {
  severity: 'error',
  code: 'no-remote',
  message: 'The repository has no remote that a branch could be pushed to.',
  hint: 'Add it: git remote add origin …',
};

/** The remote of the current branch, else `origin`, as it is written down: what git makes of it is git's own business. */
async function remoteOf(root: string, environment: Environment): Promise<Address | undefined> {
  const branch = (await tryRun(root, ['symbolic-ref', '--quiet', '--short', 'HEAD']))?.trim();
  const named = branch === undefined ? undefined : (await tryRun(root, ['config', '--get', `branch.${branch}.remote`]))?.trim();
  const name = named === undefined || named === '' || named === '.' ? 'origin' : named;
  const url =
    (await tryRun(root, ['config', '--get', `remote.${name}.pushurl`])) ?? (await tryRun(root, ['config', '--get', `remote.${name}.url`]));
  const address = url === undefined ? undefined : addressOf(url.trim(), environment);
  return address?.ok === true ? address.value : undefined;
}

function spoken(
  root: string,
  remote: Address,
  environment: Environment,
): { readonly ask: Ask; readonly url: string; readonly followed: Followed } {
  const { LC_ALL, ...around } = surroundings(remote, environment);
  const ask: Ask = (args) => run(root, args, { env: { ...around, LC_ALL: LC_ALL ?? 'C' }, timeoutMs: SILENCE_MS });
  const followed = { shown: remote.shown, hasCredential: remote.authorization !== undefined, timeoutMs: SILENCE_MS };
  return { ask, url: remote.url, followed };
}

function gitIn(folder: string) {
  return (args: readonly string[], options?: Parameters<typeof run>[2]) => run(folder, args, options);
}

/** Files that the commit would go around: what a person has not committed yet must not look undone. */
async function notAsCommitted(root: string, { base, files }: NewCommit): Promise<readonly Problem[]> {
  const paths = [...files.keys()];
  const modes = await modesOf(root, base, paths);
  const status = await run(root, ['--literal-pathspecs', 'status', '--porcelain', '-z', '--untracked-files=all', '--', ...paths]);
  const changed = new Set(status.split('\0').map((line) => line.slice('XY '.length)));
  const { subtree } = await placeOf(root);
  return paths.flatMap((path) => {
    const problem = (code: string, message: string, hint: string): Problem => ({
      severity: 'error',
      code,
      message,
      at: { path, line: 1, column: 1 },
      hint,
    });
    if (modes.get(path) === LINK)
      return [problem('linked-file', `${path} is a symbolic link.`, 'Put the file itself there, or edit by hand what it leads to.')];
    if (changed.has(subtree === '' ? path : `${subtree}/${path}`))
      return [
        problem(
          'uncommitted-changes',
          `${path} has changes that are not committed, and the branch would have to go around them.`,
          'Commit or stash them, then do it again.',
        ),
      ];
    if (!modes.has(path) && existsSync(join(root, path)))
      return [problem('not-in-git', `${path} is not in git: it is ignored.`, 'Take it out of .gitignore and commit it.')];
    return [];
  });
}

const LINK = '120000';

async function modesOf(root: string, commitId: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const listed = await run(root, ['--literal-pathspecs', 'ls-tree', '-z', commitId, '--', ...paths]);
  return new Map(
    listed.split('\0').flatMap((line) => {
      const found = /^(\d+) \w+ \w+\t(.*)$/s.exec(line);
      return found === null ? [] : [[found[2] ?? '', found[1] ?? ''] as const];
    }),
  );
}
