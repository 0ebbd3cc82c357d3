// Where proposals become branches: a repository and the remote behind it. The working tree, the index, the current branch and the branch that is
// followed are never touched.
import type { Checked } from '../resources/core.ts';

export interface Branches {
  /** True: branches are for others, and are always pushed. False: a person's own repository, from which they are pushed when that is wanted. */
  readonly shared: boolean;
  /** The address of the remote, without a credential; absent where there is none. */
  remote(): Promise<string | undefined>;
  /** The branch as it is there now; nothing where there is none. */
  tip(branch: string, where: Where): Promise<Checked<Tip | undefined>>;
  /** A commit on top of another one, on no branch yet. Problems outside git, and where a file is not as it was committed. */
  commit(change: NewCommit): Promise<Checked<string>>;
  /**
   * Points the branch to the commit, if it is still where it was seen: `expect` is the commit, or `null` for none. A branch that somebody
   * else moved is left as it is, and is a problem.
   */
  move(branch: string, commit: string, expect: string | null, where: Where): Promise<Checked<null>>;
}

export type Where = 'here' | 'remote';

export interface Tip {
  readonly commit: string;
  /** The whole message of the commit. */
  readonly message: string;
  /** Its author and who committed it differ in person or time: somebody took it in hand. */
  readonly amended: boolean;
}

export interface NewCommit {
  /** The commit that it stands on. */
  readonly base: string;
  /** Paths relative to the root of the configuration, with `/`. `null`: the file is gone. */
  readonly files: ReadonlyMap<string, string | null>;
  readonly message: string;
  /** `Name <mail>`; absent: whom git's own settings name. */
  readonly author?: string;
}
