// Where the declared organisation is read from: a folder, and the git history behind it where there is one.
import type { Problem } from '../resources/core.ts';
import type { Branches } from './branches.ts';

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
  /** Whether there is a file beside those that were read: a table that one of them names. */
  has?(path: string): boolean;
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
  /** Where proposals become branches. */
  readonly branches: Branches;
}
