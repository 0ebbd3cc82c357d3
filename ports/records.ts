// Records of the org as loops read them: fields of one, and how many somebody owns.

export interface CrmRecords {
  /** Fields of a record by the org's names; nothing where there is none, or it is not to be seen. A failed read throws. */
  record(object: string, id: string, fields: readonly string[]): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** How many open records of an object each of these users owns, by username; 0 where there are none. */
  openRecords(object: string, owners: readonly string[]): Promise<ReadonlyMap<string, number>>;
}
