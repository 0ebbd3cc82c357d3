// What of a remote is followed, as somebody wrote it: a branch, and a folder in its repository.
import type { Checked, Problem } from '../../resources/core.ts';
import { run } from './run.ts';

export async function isBranchName(branch: string): Promise<boolean> {
  return run('.', ['check-ref-format', `refs/heads/${branch}`]).then(
    () => true,
    () => false,
  );
}

export function badBranch(branch: string): Problem {
  return {
    severity: 'error',
    code: 'bad-branch',
    message: `"${branch}" is no name of a branch.`,
    hint: 'Give it as git branch shows it: main.',
  };
}

export function subtreeOf(path: string): Checked<string> {
  const parts = path.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  if (!parts.includes('..') && !path.startsWith('/')) return { ok: true, value: parts.join('/') };
  const message = `"${path}" is no path within a repository.`;
  return {
    ok: false,
    problems: [{ severity: 'error', code: 'bad-path', message, hint: 'Give it from the top of the repository: config.' }],
  };
}
