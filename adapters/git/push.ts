// Pushing a branch to a remote, if it is still where it was seen there; and what the remote says against it, with a remedy.
import type { Checked, Problem } from '../../resources/core.ts';
import { type Followed, judge, problemOf } from './refusal.ts';

/** Speaks to the remote, with what lets it in. */
export type Ask = (args: readonly string[]) => Promise<string>;

export interface Push {
  readonly branch: string;
  readonly commit: string;
  /** `null`: there is none. */
  readonly expect: string | null;
  /** A name of a remote, or its address. */
  readonly to: string;
}

export async function push(ask: Ask, { branch, commit, expect, to }: Push, followed: Followed): Promise<Checked<null>> {
  const ref = `refs/heads/${branch}`;
  try {
    await ask(['push', '--no-verify', `--force-with-lease=${ref}:${expect ?? ''}`, to, `${commit}:${ref}`]);
    return { ok: true, value: null };
  } catch (error) {
    return { ok: false, problems: [refusalOf(error, branch, followed)] };
  }
}

/** The commit of a branch of the remote. */
export async function remoteCommit(ask: Ask, branch: string, to: string): Promise<string | undefined> {
  const told = await ask(['ls-remote', to, `refs/heads/${branch}`]);
  return told.split('\n').flatMap((line) => (line.endsWith(`\trefs/heads/${branch}`) ? [line.split('\t')[0] ?? ''] : []))[0];
}

export function movedByOthers(branch: string): Problem {
  return {
    severity: 'error',
    code: 'branch-moved',
    message: `Somebody else moved the branch ${branch}: it is left as it is.`,
    hint: 'Merge it, or delete it; then do it again.',
  };
}

function refusalOf(error: unknown, branch: string, followed: Followed): Problem {
  const text = error instanceof Error ? error.message : String(error);
  if (/stale info|fetch first|non-fast-forward|cannot lock ref/i.test(text)) return movedByOthers(branch);
  const [, why] = /\[remote rejected\][^(]*\(([^)]*)\)/.exec(text) ?? [];
  if (why !== undefined)
    return {
      severity: 'error',
      code: 'push-refused',
      message: `${followed.shown} does not take the branch ${branch}: ${why}`,
      hint: 'A rule of the repository is against it: let branches that begin with loopctl/ be pushed.',
    };
  const failure = judge(error);
  const problem = problemOf(failure, followed);
  if (failure.cause !== 'credential') return problem;
  return { ...problem, hint: 'It must be allowed to write branches: a token with contents: write, or a deploy key with write access.' };
}
