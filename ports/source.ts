// Where the declared organisation is read from: a folder, and the git history behind it where there is one.
import type { Checked, Problem } from '../resources/core.ts';

/** A file as text. `hash` is git's id of its content: the same text has the same hash everywhere. */
export interface TextFile {
  /** Relative to the root of the configuration, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly hash: string;
}

export interface Tree {
  /** Null outside git, or before the first commit. */
  readonly commit: string | null;
  /** Something differs from the commit. */
  readonly dirty: boolean;
  readonly files: readonly TextFile[];
  /** What could not be read. A failed read never means "empty". */
  readonly problems: readonly Problem[];
}

export interface CommitInfo {
  readonly commit: string;
  readonly author: string;
  /** ISO. */
  readonly at: string;
  readonly subject: string;
}

export interface Source {
  /** The folder of `loopctl.yaml`. */
  readonly root: string;
  /** The working tree as it is. */
  read(): Promise<Tree>;
  /** The files of a commit; `undefined` where git does not know the revision. */
  readAt(revision: string): Promise<Tree | undefined>;
  /** The newest commit that wrote one of the lines from `line` to `last` (default: the line alone); nothing where one is not committed. */
  lastChange(path: string, line: number, last?: number): Promise<CommitInfo | undefined>;
  /** A branch that holds the root as `revision` had it, made without touching the working tree. Returns its name. */
  revertBranch(revision: string, branch: string, message: string): Promise<string>;
  /**
   * A branch with one commit on top of the current one, in which these files are different. Neither the working tree nor the index nor
   * the current branch is touched. Refused outside git, and where one of the files is not as it was committed. A branch of that name
   * that says exactly this already is left as it is.
   */
  branchWith(change: BranchChange): Promise<Checked<Branched>>;
}

export interface BranchChange {
  /** Paths relative to the root, with `/`. `null`: the file is gone. */
  readonly files: ReadonlyMap<string, string | null>;
  readonly branch: string;
  readonly message: string;
}

export interface Branched {
  readonly branch: string;
  readonly commit: string;
}
