// How many open records somebody has: what was counted in the CRM, and what was assigned that the count can not hold.

export interface Counted {
  readonly count: number;
  /** When it was read: milliseconds since 1970. */
  readonly at: number;
}

export interface LoadWindow {
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * Set where another object is counted than is assigned (leads are handed out, opportunities counted): an assignment never shows in such
   * a count, so those of this long (milliseconds) are added. Not set: those since the count was read.
   */
  readonly recent?: number;
}

/** `assignments`: of this person, from the ledger. */
export function openLoad(read: Counted, assignments: Iterable<{ readonly at: number }>, { now, recent }: LoadWindow): number {
  const since = recent === undefined ? read.at : now - recent;
  let load = read.count;
  for (const { at } of assignments) if (at > since) load += 1;
  return load;
}
