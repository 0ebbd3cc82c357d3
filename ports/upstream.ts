// What the controller follows: a branch of a git remote, or a folder. Its newest state, and news that there may be a newer one.
import type { Checked, Problem } from '../resources/core.ts';
import type { Branches } from './branches.ts';
import type { Source, Tree } from './source.ts';

export interface Head {
  /** Null in a folder outside git, or before the first commit. */
  readonly commit: string | null;
  /** Worth telling, though it stops nothing: the branch was rewritten and no longer contains the commit that was seen before. */
  readonly notices: readonly Problem[];
}

export interface Upstream {
  /** What is followed, for people: address without credentials and branch, or the folder. */
  readonly name: string;
  /**
   * The newest commit of what is followed. A remote that does not answer, refuses the credential or has no such branch is a problem
   * with its remedy; the last known state is never passed off as the newest one, and nothing never means "empty".
   */
  head(): Promise<Checked<Head>>;
  /** The files as of a head. */
  read(head: Head): Promise<Tree>;
  /** Calls back when something may have changed, where the place can tell by itself. Absent: it has to be asked from time to time. */
  watch?(changed: () => void): Promise<{ close(): Promise<void> }>;
  /**
   * A file beside the declarations that they name (a table), as it is at the newest head that was told, as an absolute path on this machine.
   * `path` is relative to the root. Nothing where there is none.
   */
  file?(path: string): Promise<string | undefined>;
  /** The same place as source of plans, branches and blame: `why`, adoption and revert branches. */
  readonly source: Pick<Source, 'readAt' | 'lastChange'>;
  /** Where proposals become branches; absent where nothing can be followed. */
  readonly branches?: Branches;
}
