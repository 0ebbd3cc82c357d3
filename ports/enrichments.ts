// What providers said, kept for as long as it counts: answers of "nothing" too, so that nobody is asked twice for the same.
import type { Kept } from '../resources/enrichment-policy/found.ts';

export interface EnrichmentKey {
  readonly provider: string;
  /** The question, in the words that all who ask it share. */
  readonly key: string;
}

export interface Enrichments {
  /** What is kept of these questions; one that was never asked is not among the answers. */
  find(project: string, keys: readonly EnrichmentKey[]): Promise<readonly (EnrichmentKey & { readonly kept: Kept })[]>;
  /** Takes the place of what was kept before. */
  keep(project: string, key: EnrichmentKey, kept: Kept, at: string): Promise<void>;
  /** Forgets what was written before this (ISO). */
  prune(project: string, before: string): Promise<void>;
}
