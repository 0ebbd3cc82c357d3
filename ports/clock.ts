// Time, randomness and ids come from outside, so that tests run on a clock of their own.

export interface Clock {
  /** Now. */
  now(): Date;
  /** Resolves after so many milliseconds of this clock, or as soon as the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
}

/** Ids that sort by the time at which they were made. */
export type NextId = () => string;

/** The calendar day of an instant in a time zone (IANA), `YYYY-MM-DD`. */
export function dayIn(timezone: string, at: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}
