// A commit that is put together in an index of its own, on top of any other: no working tree, index or branch is touched.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checked } from '../../resources/core.ts';
import type { NewCommit, Tip } from '../../ports/branches.ts';
import type { Git } from './run.ts';

const PLAIN_FILE = '100644';

/** `subtree`: where the root lies below the top of the repository, which is where `git` works; empty at the top. */
export async function commitOn(git: Git, subtree: string, { base, files, message, author }: NewCommit): Promise<Checked<string>> {
  const tree = await treeWith(git, base, subtree, files);
  const parent = ['commit-tree', tree, '-p', base, '-F', '-'];
  try {
    return { ok: true, value: (await git(parent, { input: message, env: identityOf(author) })).trim() };
  } catch (error) {
    if (!/tell me who you are|identity|user\.name|user\.email/i.test(String(error))) throw error;
    const hint =
      'Say it in loopctl.yaml: proposals: {author: "Name <mail>"}; or tell git: git config user.name "…" && git config user.email "…"';
    return {
      ok: false,
      problems: [{ severity: 'error', code: 'no-git-identity', message: 'git does not know who makes the commit.', hint }],
    };
  }
}

/** The tree of a commit, with some files different. */
async function treeWith(git: Git, base: string, subtree: string, files: NewCommit['files']): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-commit-'));
  try {
    // Empty: what the repository does with line ends is then read from the index.
    const top = join(folder, 'tree');
    mkdirSync(top);
    const env = { GIT_INDEX_FILE: join(folder, 'index'), GIT_WORK_TREE: top };
    const own: Git = (args, options) => git(args, { ...options, env: { ...options?.env, ...env } });
    await own(['read-tree', base]);
    for (const [path, text] of files) {
      const whole = subtree === '' ? path : `${subtree}/${path}`;
      if (text === null) {
        await own(['update-index', '--force-remove', '--', whole]);
        continue;
      }
      const mode = (await own(['--literal-pathspecs', 'ls-tree', '--full-tree', base, '--', whole])).split(' ')[0];
      const blob = (await own(['hash-object', '-w', '--stdin', `--path=${whole}`], { input: text })).trim();
      await own(['update-index', '--add', '--cacheinfo', `${mode === undefined || mode === '' ? PLAIN_FILE : mode},${blob},${whole}`]);
    }
    return (await own(['write-tree'])).trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function identityOf(author: string | undefined): Record<string, string> {
  const [, name, email] = /^(.*?)\s*<([^<>]*)>$/.exec(author ?? '') ?? [];
  if (name === undefined || email === undefined) return {};
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

/** What a commit says of itself. */
export async function tipOf(git: Git, commit: string): Promise<Tip> {
  const told = await git(['show', '-s', '--format=%an <%ae> %at%n%cn <%ce> %ct%n%B', commit]);
  const [author, committer, ...message] = told.split('\n');
  return { commit, message: message.join('\n'), amended: author !== committer };
}
