// Branches of the remote that is followed: made in the clone of the data folder, and pushed at once. None of them is kept here.
import type { Checked } from '../../resources/core.ts';
import type { Branches, Tip } from '../../ports/branches.ts';
import type { Address } from './address.ts';
import type { Clone } from './clone.ts';
import { commitOn, tipOf } from './commit.ts';
import { push, remoteCommit } from './push.ts';
import { judge, problemOf } from './refusal.ts';

export interface RemoteRepository {
  readonly clone: Clone;
  readonly address: Address;
  /** Where the root lies below the top of the repository; empty at the top. */
  readonly subtree: string;
  /** The branch that is followed: never pushed to. */
  readonly followed: string;
  readonly timeoutMs: number;
}

const ORIGIN = 'origin';

export function remoteBranches(repository: RemoteRepository): Branches {
  const { clone, address, subtree, followed, timeoutMs } = repository;
  const words = { shown: address.shown, hasCredential: address.authorization !== undefined, timeoutMs };
  const ask = (args: readonly string[]) => clone.ask(args);
  const refused = (error: unknown) => ({ ok: false, problems: [problemOf(judge(error), words)] }) as const;
  return {
    shared: true,
    remote: async () => address.url,
    async tip(branch): Promise<Checked<Tip | undefined>> {
      try {
        await clone.open();
        const there = await remoteCommit(ask, branch, ORIGIN);
        if (there === undefined) return { ok: true, value: undefined };
        await ask(['fetch', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', ORIGIN, `refs/heads/${branch}`]);
        return { ok: true, value: await tipOf(clone.git, there) };
      } catch (error) {
        return refused(error);
      }
    },
    async commit(change) {
      try {
        return await commitOn(clone.git, subtree, change);
      } catch (error) {
        return refused(error);
      }
    },
    move(branch, commit, expect) {
      if (branch === followed) throw new Error(`${branch} is followed: it is not for proposals`);
      return push(ask, { branch, commit, expect, to: ORIGIN }, words);
    },
  };
}
