// A model that was changed by hand: its name, what it is for, its state.
import { type Adoption, adoptFields, type Divergence, dropped, oneOf, requiredText, textOrNull, type Vocabulary } from '../adopt.ts';
import type { Resource } from '../resource.ts';
import { STATES } from './crm-words.ts';
import type { TerritoryModelSpec } from './schema.ts';

const VOCABULARY: Vocabulary = {
  Name: { path: ['spec', 'label'], read: requiredText },
  Description: { path: ['spec', 'description'], read: textOrNull },
  // On the way to a state there is no word for it: what the org works on is not settled yet.
  State: { path: ['spec', 'state'], read: oneOf(STATES) },
};

export function* adoptModel(model: Resource<TerritoryModelSpec>, found: readonly Divergence[]): Generator<Adoption> {
  if (found.some(({ field }) => field === '')) yield dropped(model, found);
  else yield* adoptFields(model, found, VOCABULARY);
}
