// What the rules of an object get to work with: the org, who calls, the moment, and ways to touch other rows.
import type { Caller } from '../access/caller.ts';
import type { Org } from '../org.ts';
import type { Row } from '../schema/field.ts';

export interface Work {
  readonly org: Org;
  readonly caller: Caller;
  /** The moment of the request, to the second. */
  readonly now: number;
  /** Ids that this request has already looked up: 200 contacts of one account look once. */
  readonly looked: Map<string, boolean>;
  readonly rows: RowAccess;
}

/** For rules: rows by their cells, without the checks that a client's request goes through. */
export interface RowAccess {
  read(object: string, id: string): Row | undefined;
  insert(work: Work, object: string, cells: Row): string;
  /** `user`: the caller changed the row; `system`: it was touched on the way. */
  patch(work: Work, object: string, id: string, cells: Row, by: 'user' | 'system'): void;
  /** Deletes with everything that hangs on it. */
  remove(work: Work, object: string, row: Row): void;
}

export interface Change {
  /** As it will be stored; rules may fill in more. */
  readonly row: Row;
  /** As it was; nothing on create. */
  readonly old: Row | undefined;
  /** Names of the fields that the client sent. */
  readonly given: ReadonlySet<string>;
}

/** What is particular to one object. Each may refuse; then nothing of the row is stored. */
export interface ObjectRules {
  before?(work: Work, change: Change): void;
  after?(work: Work, change: Change): void;
  beforeDelete?(work: Work, row: Row): void;
  afterDelete?(work: Work, row: Row): void;
  /** True where the deletion goes its own way (territory models: later, and all at once). */
  deleteInstead?(work: Work, row: Row): boolean;
}

/** The cell differs from before; on create, it is there. */
export function isChanged(change: Change, name: string): boolean {
  return change.old ? change.old[name] !== change.row[name] : (change.row[name] ?? null) !== null;
}
