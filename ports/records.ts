// Records of the org as loops read them: fields of one, and how many somebody owns.
import type { AccountSearch } from './candidates.ts';

export interface Changed {
  readonly id: string;
  /** ISO: SystemModstamp. */
  readonly at: string;
}

export interface CrmRecords extends AccountSearch {
  /** Fields of a record by the org's names; nothing where there is none, or it is not to be seen. A failed read throws. */
  record(object: string, id: string, fields: readonly string[]): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** The same of many, in as few calls as the length of a query allows; by id. What is not there is left out. */
  records(object: string, ids: readonly string[], fields: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>>;
  /**
   * Records of an object that changed at `since` (ISO) or after, oldest change first, at most `limit`. What is being written just now may
   * show up late with an earlier time: whoever goes on from the last one looks back a little.
   */
  changedSince(object: string, since: string, limit: number): Promise<readonly Changed[]>;
  /** How many open records of an object each of these users owns, by username; 0 where there are none. */
  openRecords(object: string, owners: readonly string[]): Promise<ReadonlyMap<string, number>>;
}
