// How hot an account is: its strongest signal, raised a little for each further type of signal that is alive.
// score = min(max, strongest × (1 + min(bonus_per_type × (types − 1), bonus_cap)))
import { type Signal, strengthOf } from './signal.ts';

export interface StackPolicy {
  /** Shares of the strongest: for each further type, and at most. */
  readonly bonus_per_type: number;
  readonly bonus_cap: number;
  /** What has faded below this is dead. */
  readonly live_floor: number;
  readonly max_score: number;
  /** Names with the score from which on they hold: `{hot: 80, warm: 60}`. */
  readonly bands: Readonly<Record<string, number>>;
}

export interface Stack {
  /** 0..max_score; 0 where nothing is alive. */
  readonly score: number;
  /** Distinct types that are alive. */
  readonly types: number;
  /** The share by which the strongest was raised. */
  readonly bonus: number;
  /** `none` below the lowest band. */
  readonly band: string;
  /** What is alive, strongest first; one of each fingerprint. */
  readonly live: readonly LiveSignal[];
}

export interface LiveSignal {
  readonly signal: Signal;
  readonly strength: number;
}

/** `now`: milliseconds since 1970. The order of the signals makes no difference to the score. */
export function stackSignals(signals: readonly Signal[], now: number, policy: StackPolicy): Stack {
  const live = strongestOfEach(signals, now)
    .filter(({ strength }) => strength >= policy.live_floor)
    .sort((a, b) => b.strength - a.strength);
  const types = new Set(live.map(({ signal }) => signal.type)).size;
  const bonus = Math.min(policy.bonus_per_type * Math.max(types - 1, 0), policy.bonus_cap);
  const score = Math.min(policy.max_score, (live[0]?.strength ?? 0) * (1 + bonus));
  return { score, types, bonus, band: bandOf(score, policy.bands), live };
}

function strongestOfEach(signals: readonly Signal[], now: number): LiveSignal[] {
  const single: LiveSignal[] = [];
  const byFingerprint = new Map<string, LiveSignal>();
  for (const signal of signals) {
    const found = { signal, strength: strengthOf(signal, now) };
    if (signal.fingerprint === undefined) single.push(found);
    else if (found.strength > (byFingerprint.get(signal.fingerprint)?.strength ?? -1)) byFingerprint.set(signal.fingerprint, found);
  }
  return [...single, ...byFingerprint.values()];
}

/** 79.99999999999999 is 80 to everybody but a computer. */
const ROUNDING = 1e-9;

function bandOf(score: number, bands: StackPolicy['bands']): string {
  const [band] = Object.entries(bands)
    .filter(([, least]) => score >= least - ROUNDING)
    .sort(([, a], [, b]) => b - a);
  return band?.[0] ?? 'none';
}
