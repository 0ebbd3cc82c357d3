// What is remembered of an account's signs: each event once, with all that was found to show it. Pure: the memory goes in and the next one
// comes out.
import type { CheckedEvidence } from './evidence.ts';
import { fingerprintOf, type Signal, strengthOf } from './signal.ts';

export interface KeptSignal {
  readonly type: string;
  readonly title: string;
  readonly summary?: string | undefined;
  /** Milliseconds since 1970: when it was published first. */
  readonly at: number;
  readonly fingerprint: string;
  /** Of every page that shows it, and of its title: any of them is this event. */
  readonly marks: readonly string[];
  readonly evidence: readonly CheckedEvidence[];
  /** Who told of it. */
  readonly source: string;
}

export interface SignalMemory {
  /** ISO: when the account was looked at last; `null`: never. */
  readonly scanned: string | null;
  /** The scan by whose types and bands its signals count. */
  readonly scan: string;
  readonly signals: readonly KeptSignal[];
  /** Its score is over the threshold, and it was handed on. */
  readonly handed: boolean;
}

/** By type: what it is worth when it is new, and in how many milliseconds half of it is gone. */
export type SignalTypes = ReadonlyMap<string, { readonly base: number; readonly half_life: number }>;

/** What one event is told by. */
export function marksOf(account: string, title: string, urls: readonly string[]): readonly string[] {
  return [...new Set([...urls.map((url) => fingerprintOf({ account, title, url })), fingerprintOf({ account, title })])];
}

/** The remembered event that this is; `window`: milliseconds that may lie between the two. */
export function sameEvent(
  known: readonly KeptSignal[],
  { marks, at }: Pick<KeptSignal, 'marks' | 'at'>,
  window: number,
): KeptSignal | undefined {
  return known.find((one) => Math.abs(one.at - at) <= window && one.marks.some((mark) => marks.includes(mark)));
}

const MOST_EVIDENCE = 10;

/** The same event, with what else shows it. When it was first told of stays: telling it again makes nothing new. */
export function withEvidence(known: KeptSignal, { marks, evidence, at }: Pick<KeptSignal, 'marks' | 'evidence' | 'at'>): KeptSignal {
  const pages = new Set(known.evidence.map(({ url }) => url));
  const more = evidence.filter(({ url }) => !pages.has(url));
  return {
    ...known,
    at: Math.min(known.at, at),
    marks: [...new Set([...known.marks, ...marks])],
    evidence: [...known.evidence, ...more].slice(0, MOST_EVIDENCE),
  };
}

/** As the engine weighs them; a type that is not declared any more counts for nothing. */
export function signalsOf(kept: readonly KeptSignal[], types: SignalTypes): readonly Signal[] {
  return kept.flatMap(({ type, at, fingerprint }) => {
    const worth = types.get(type);
    return worth === undefined ? [] : [{ type, at, fingerprint, ...worth }];
  });
}

/** Without what is dead and too old to be told again as the same. */
export function stillOfUse(kept: readonly KeptSignal[], types: SignalTypes, floor: number, window: number, now: number) {
  return kept.filter((one) => {
    if (now - one.at <= window) return true;
    const worth = types.get(one.type);
    return worth !== undefined && strengthOf({ type: one.type, at: one.at, ...worth }, now) >= floor;
  });
}
