// A branch back to what was: made without touching the working tree, the index or the current branch, in an index of its own, on top of HEAD.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeOf } from './place.ts';
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
