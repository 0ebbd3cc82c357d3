// What is kept of a record's clocks between two looks. Times are ISO.

export interface SlaState {
  /** By policy. */
  readonly clocks: Readonly<Record<string, Kept>>;
}

export interface Kept {
  /** Who had it at the last look: an id of the org, or a username. */
  readonly owner: string | null;
  /** It was handed over, and was not yet what the policy is about. */
  readonly armed?: true;
  /** The deal was won, and that was seen. */
  readonly won?: true;
  /** How often it was taken from somebody. */
  readonly times: number;
  readonly running?: RunningClock;
  /** Clocks that have ended, the oldest first. */
  readonly past: readonly PastClock[];
}

export interface RunningClock {
  readonly owner: string;
  readonly since: string;
  /** What the field that tells of an act was then. */
  readonly value: unknown;
  /** Tasks and events that were there already: `00T…`, and `00T… closed` of a closed one. */
  readonly acts: readonly string[];
  readonly pauses: readonly { readonly from: string; readonly to: string | null }[];
  /** Marks that were acted on. */
  readonly passed: readonly string[];
  readonly due: string | null;
  /** When it is looked at again by itself. */
  readonly wake?: string;
}

/** met: in time. late: after the target. handed_on: it went to another person. taken_back: nobody has it any more. */
export type Ending = 'met' | 'late' | 'handed_on' | 'taken_back';

export interface PastClock {
  readonly owner: string;
  readonly since: string;
  readonly ended: string;
  readonly how: Ending;
  /** The target was over when it ended. */
  readonly over: boolean;
  /** Milliseconds of business time. */
  readonly took: number;
}

export const STATES = 'sla';
const MOST_PAST = 20;

export function stateKey(object: string, id: string): string {
  return `${STATES}/${object}/${id}`;
}

/** Nothing where there is none, or nothing that can be read. */
export function readState(stored: unknown): SlaState | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { clocks } = stored as Partial<SlaState>;
  return typeof clocks === 'object' && clocks !== null ? (stored as SlaState) : undefined;
}

export function withPast(past: readonly PastClock[], one: PastClock): readonly PastClock[] {
  return [...past, one].slice(-MOST_PAST);
}
