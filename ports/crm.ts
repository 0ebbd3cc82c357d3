// The CRM as loopctl needs it: records by natural key, read in sets, written in batches. A dry run is a CRM without `write`.
import type { Address, Fields, Problem } from '../resources/core.ts';
import type { Assigned, Owned } from '../plans/in-use.ts';
import type { CrmTypes, LiveObject, OrgIdentity } from '../plans/plan.ts';
import type { ChangeFeed } from './changes.ts';
import type { CrmRecords } from './records.ts';

export interface CrmReader {
  /** What the engine must know of each type. */
  readonly types: CrmTypes;
  /** Which org this is and who we are in it. */
  identify(): Promise<OrgIdentity>;
  /** What the user or the org lacks for the types that are used; empty when nothing is missing. */
  preflight(types: readonly string[]): Promise<readonly Problem[]>;
  /**
   * Every record among `addresses` that exists, with the fields that the adapter's table names. Set-based: the number of calls depends
   * on types and pages, not on records. A failed read throws; it never means "empty".
   */
  read(addresses: readonly Address[]): Promise<readonly LiveObject[]>;
  /**
   * Every record of these types that we may see, set-based as `read`. Fields and the permissions on them: the custom ones of `objects`.
   * A member of a queue that is no user has a link to what it is in its place: `Regular/All_Sales`, `Role/Western`.
   */
  list(types: readonly string[], objects?: readonly string[]): Promise<readonly LiveObject[]>;
  /** How many records of these objects each of these queues owns, by `{type: 'Group', key}` as text; one that owns none may be left out. */
  ownedBy(
    queues: readonly { readonly address: Address; readonly id: string }[],
    objects: readonly string[],
  ): Promise<ReadonlyMap<string, Owned>>;
  /** What is assigned to each of these territories, by address as text. One in which nothing is may be left out. */
  inTerritories(territories: readonly { readonly address: Address; readonly id: string }[]): Promise<ReadonlyMap<string, Assigned>>;
  /** Calls since the start, and the org's daily budget as last told. */
  calls(): Calls;
}

export interface Crm extends CrmReader {
  /** Records as loops read them. */
  readonly records: CrmRecords;
  /** Tells of changes as they happen, where the org is set up for it. */
  readonly changes: ChangeFeed;
  /**
   * One batch of one type and operation, in one call where the org has one for it. An outcome a row, in order; it never throws for what
   * the org answers or fails to answer, so that no outcome is lost. Nothing is sent twice: what may have been executed is `unknown`.
   */
  write(batch: WriteBatch): Promise<readonly RowOutcome[]>;
  /** Many rows at once, where there is no hurry. */
  readonly bulk: BulkWrites;
  /** How far the org is with a row that was `pending`. */
  poll(type: string, row: WriteRow): Promise<RowOutcome>;
}

/** What the org works off by itself: the calls that it takes do not depend on the rows. */
export interface BulkWrites {
  /** Hands the rows over; `refused`: nothing of it will be executed. Nothing is handed over twice. */
  begin(
    type: string,
    rows: readonly WriteRow[],
    operation?: WriteBatch['operation'],
  ): Promise<{ readonly kind: 'begun'; readonly job: string } | BulkRefused>;
  /** An outcome a row, in order; nothing while the org is at it. */
  ended(job: string, rows: readonly WriteRow[]): Promise<readonly RowOutcome[] | undefined>;
}

export interface BulkRefused {
  readonly kind: 'refused';
  readonly outcome: RowOutcome;
}

/** Rows that one call can carry. */
export const BATCH_SIZE = 200;

export interface Calls {
  readonly read: number;
  readonly write: number;
  readonly used?: number;
  readonly limit?: number;
}

export interface WriteBatch {
  readonly type: string;
  readonly operation: 'create' | 'update' | 'delete';
  readonly rows: readonly WriteRow[];
}

export interface WriteRow {
  readonly address: Address;
  /** The record's id; absent on create. */
  readonly id?: string;
  /** What is written; lookups are `Link`s. Empty on delete. */
  readonly fields: Fields;
  /** Ids behind the links of `fields`, by address as text. */
  readonly ids: ReadonlyMap<string, string>;
}

export type RowOutcome =
  | { readonly status: 'done'; readonly id: string }
  | { readonly status: 'failed'; readonly code: string; readonly message: string }
  /** The row is locked or the org is busy: the same row may be sent again. */
  | { readonly status: 'retry'; readonly code: string; readonly message: string }
  /** No answer: it may have been executed. Look before sending it again. */
  | { readonly status: 'unknown'; readonly code: string; readonly message: string }
  /** Not executed, and nothing else need be sent: the sign-in is refused, the daily limit is reached, the org is gone. */
  | { readonly status: 'unavailable'; readonly code: string; readonly message: string }
  /** Accepted, and the org works on it (activation of a territory model). */
  | { readonly status: 'pending'; readonly id: string; readonly message: string };

/** The CRM refuses everything from here on (login, daily limit): nothing else is sent. */
export class CrmUnavailable extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CrmUnavailable';
    this.code = code;
  }
}

/** A call that the CRM answered with a refusal, or did not answer (no status). */
export class CallFailed extends Error {
  readonly code: string;
  readonly status: number | undefined;
  constructor(code: string, message: string, status: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CallFailed';
    this.code = code;
    this.status = status;
  }
}

/** A field is asked for of an object that the org does not have, or that the user may not see. */
export class UnknownObject extends CallFailed {
  readonly object: string;
  constructor(object: string, message: string, status: number | undefined, options?: ErrorOptions) {
    super('NO_SUCH_OBJECT', message, status, options);
    this.name = 'UnknownObject';
    this.object = object;
  }
}

/** The same CRM, its calls counted from here on: a run of a process that lives long tells of its own alone. */
export function fromHere(crm: Crm): Crm {
  const before = crm.calls();
  const calls = () => {
    const now = crm.calls();
    return { ...now, read: now.read - before.read, write: now.write - before.write };
  };
  return { ...crm, calls };
}
