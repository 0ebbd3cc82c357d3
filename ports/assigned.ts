// Which records were put into which territory from here: the org does not say of an assignment whether a person or a program made it, and what
// people made is theirs.
import type { Scope } from './store.ts';

export interface Assigned {
  /** The record's id in the org. */
  readonly record: string;
  /** The territory's. */
  readonly territory: string;
}

export interface KnownAssigned extends Assigned {
  /** The id of the association: another one for the same territory is somebody else's. `null`: it was sent, and no answer came. */
  readonly association: string | null;
}

export interface AssignedRecords {
  all(scope: Scope): Promise<readonly KnownAssigned[]>;
  /** Before it is sent: what was sent and never answered is known again. */
  claim(scope: Scope, rows: readonly Assigned[], at: string): Promise<void>;
  /** By which id the org has them. */
  name(scope: Scope, rows: readonly KnownAssigned[]): Promise<void>;
  /** Of what was taken away again, or never came about. */
  release(scope: Scope, rows: readonly Assigned[]): Promise<void>;
}
