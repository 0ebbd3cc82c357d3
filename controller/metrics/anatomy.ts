// What the loops are made of, and whether they act.
import type { Archetype, Chain, Parts } from '../../loops/loop.ts';
import { LOOPS } from '../loops/registry.ts';

export interface Anatomy {
  readonly name: string;
  readonly chain: Chain;
  readonly summary: string;
  readonly archetypes: readonly Archetype[];
  readonly parts: Parts;
  /** Loops that are asked next about the same record. */
  readonly next: readonly string[];
  /** `acts`: on the org of the environment; `answers`: whoever asks; `reconciles`: the reconciler itself. */
  readonly does: 'acts' | 'answers' | 'reconciles';
}

/** `active`: the loops that the environment lists. */
export function anatomyOf(active: readonly string[]): readonly Anatomy[] {
  return [...LOOPS.values()].map(({ name, chain, summary, archetypes, parts, next = [], step }) => ({
    name,
    chain,
    summary,
    archetypes,
    parts,
    next,
    does: step === undefined ? 'reconciles' : active.includes(name) ? 'acts' : 'answers',
  }));
}
