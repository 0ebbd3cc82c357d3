// Somebody who knows more of a company or a person: a service, a table.
import type { Found, Query } from '../resources/enrichment-policy/found.ts';
import type { ProviderSpec } from '../resources/enrichment-policy/schema.ts';

export interface Provider {
  /** Never throws: every way in which nothing came of it is an answer. An aborted signal ends it. */
  lookup(query: Query, signal: AbortSignal): Promise<Found>;
  /** Names what it answers from, where that may change at once: an answer of another revision is none. */
  revision?(): Promise<string>;
}

/** The provider that a policy declares, or why it can not be asked here. */
export type ProviderOf = (spec: ProviderSpec) => Provider | { readonly unusable: string };
