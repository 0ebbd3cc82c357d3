// The state as a file: copied while others use it, and put back when nobody may.
import type { Lease } from './store.ts';

export interface StateFile {
  readonly path: string;
  readonly bytes: number;
  /** The newest step of its schema. */
  readonly schema: string;
}

/** What lies at a path. A state was read whole: it is whole, and its schema is not newer than this program. */
export type Found =
  | { readonly kind: 'state'; readonly file: StateFile }
  | { readonly kind: 'absent' }
  /** The state of the data folder itself. */
  | { readonly kind: 'live' }
  /** Something else, or a state that is of no use here. */
  | { readonly kind: 'useless'; readonly message: string; readonly hint: string };

/** What the disk or the live state refuses is thrown, as `StoreUnavailable` where it is the state's. */
export interface StateFiles {
  look(path: string): Found;
  /** A consistent copy of the live state, whoever writes to it meanwhile. The file is there when it is whole and on disk, or not at all. */
  copyTo(path: string): Promise<StateFile>;
  /** Keeps the controller and every apply of this data folder out, or says who is at work. */
  claim(holder: string): Promise<Lease | { readonly heldBy: string }>;
  /** Copies the live state, whole or damaged, beside itself. Absent where there is none. */
  keepAside(at: Date): Promise<string | undefined>;
  /** Puts the content of a state in the place of the live one: all of it or nothing. Messages that wait in it are not sent again. */
  replaceBy(path: string): Promise<void>;
}
