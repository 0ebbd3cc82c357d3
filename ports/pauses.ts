// Seats that people took out by hand, without a commit: who, since when, until when and why. Rows are never taken away: what was is history.

export interface Pause {
  readonly id: string;
  readonly seat: string;
  /** ISO. */
  readonly at: string;
  readonly by: string;
  /** The first day on which the seat takes part again, or the instant (ISO, with a time). Default: until somebody says so. */
  readonly until?: string;
  readonly reason?: string;
}

/** Of an environment of a project. */
export interface PausePlace {
  readonly project: string;
  readonly environment: string;
}

export interface Pauses {
  /** Those that nobody ended, the oldest first; whether their day is over says the calendar of the seat. */
  open(place: PausePlace): Promise<readonly Pause[]>;
  /** In the place of whatever was said of the seat before. */
  begin(place: PausePlace, pause: Pause): Promise<void>;
  /** False: the seat was not paused. */
  end(place: PausePlace, seat: string, by: string, at: string): Promise<boolean>;
}
