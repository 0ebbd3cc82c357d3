// How a pool stands, in a few numbers.

export interface PoolCount {
  readonly pool: string;
  readonly members: number;
  /** Could have the next record. */
  readonly eligible: number;
  /** Records that wait. */
  readonly held: number;
  /** Assignments so far. */
  readonly assigned: number;
}
