// A type of territory that was changed by hand.
import { type Adoption, adoptFields, type Divergence, dropped, requiredText, textOrNull, type Vocabulary, wholeNumber } from '../adopt.ts';
import type { Resource } from '../resource.ts';
import type { TerritoryTypeSpec } from './schema.ts';

const VOCABULARY: Vocabulary = {
  MasterLabel: { path: ['spec', 'label'], read: requiredText },
  Priority: { path: ['spec', 'priority'], read: wholeNumber },
  Description: { path: ['spec', 'description'], read: textOrNull },
};

export function* adoptType(type: Resource<TerritoryTypeSpec>, found: readonly Divergence[]): Generator<Adoption> {
  if (found.some(({ field }) => field === '')) yield dropped(type, found);
  else yield* adoptFields(type, found, VOCABULARY);
}
