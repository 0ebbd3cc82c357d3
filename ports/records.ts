// Records of the org as loops read them: fields of one, and how many somebody owns.
import type { RecordChange } from './changes.ts';
import type { AccountSearch } from './candidates.ts';

export interface OutOfOffice {
  readonly username: string;
  /** The first day, and the first one back: `YYYY-MM-DD`. */
  readonly from: string;
  readonly until: string;
  /** What it is called in the calendar. */
  readonly subject?: string;
}

export interface CrmRecords extends AccountSearch {
  /** Fields of a record by the org's names; nothing where there is none, or it is not to be seen. A failed read throws. */
  record(object: string, id: string, fields: readonly string[]): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** The same of many, in as few calls as the length of a query allows; by id. What is not there is left out. */
  records(
    object: string,
    ids: readonly string[],
    fields: readonly string[],
  ): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>>;
  /**
   * Records of an object that changed since a moment (ISO) or the cursor of a change, oldest first, a page of them; it looks back a little,
   * because what is being written just now shows up late. `next` is where the page after goes on; absent where the present is reached.
   */
  changedSince(object: string, since: string): Promise<{ readonly changes: readonly RecordChange[]; readonly next?: string }>;
  /** Fields of the records whose field `by` names this one, at most 200 of them; `newest`: the last ones. */
  children(
    object: string,
    by: string,
    record: string,
    fields: readonly string[],
    of?: { readonly newest?: boolean },
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /**
   * Fields of all records whose field `by` holds one of these values, and `by` itself, in as few calls as the length of a query allows; in no
   * order. No values: none. `open`: what the org calls open alone. `since`: what was written at this moment (ISO) or later.
   */
  childrenOf(
    object: string,
    by: string,
    values: readonly string[],
    fields: readonly string[],
    of?: { readonly open?: boolean; readonly since?: string },
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /**
   * Records one page after the other, by id: those behind `after`. `open`: what the org calls open alone. `where`: a condition in the org's
   * own language, of somebody who may read it all.
   */
  page(
    object: string,
    fields: readonly string[],
    of: { readonly after?: string; readonly limit: number; readonly open?: boolean; readonly where?: string },
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** How many open records of an object each of these users owns, by username; 0 where there are none. */
  openRecords(object: string, owners: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Who is out of office for whole days, by their own calendars, on any of these days (`YYYY-MM-DD`, both count). */
  outOfOffice(from: string, to: string): Promise<readonly OutOfOffice[]>;
}
