// Rows of a table as the facts that a model or a matcher reads: through the FieldMap of their object, else the columns as they are.
import { FieldMap } from '../../resources/field-map/schema.ts';
import { MatchPolicy } from '../../resources/match-policy/schema.ts';
import { refText } from '../../resources/core.ts';
import type { Organisation } from '../../resources/resource.ts';
import type { Facts } from '../../engines/field.ts';
import { type FieldNames, fieldNames, recordFacts } from '../../loops/facts.ts';

/** The names of an object's fields; nothing where no FieldMap is of the object. */
export function namesOf(organisation: Organisation, object: string): FieldNames | undefined {
  const declared = [...organisation.all(FieldMap), ...organisation.all(MatchPolicy)];
  return fieldNames({ id: '', resources: Object.fromEntries(declared.map(({ ref, spec }) => [refText(ref), spec])) }, object);
}

export function factsReader(organisation: Organisation, object: string | undefined, now: number): (row: Facts) => Facts {
  const names = object === undefined ? undefined : namesOf(organisation, object);
  if (object === undefined || names === undefined) return (row) => row;
  return (record) => factsOf(names, record, now);
}

/** By the product's names, with codes of places and what follows from the mail address. */
export function factsOf(names: FieldNames, record: Facts, now: number): Facts {
  const read = recordFacts(names, { world: undefined, event: { object: names.object, record }, turn: '', now, facts: new Map() });
  // Cells are texts or empty: there is nothing to refuse, and nothing to ask.
  if (!('facts' in read)) throw new Error(`a row of a table was refused: ${JSON.stringify(read)}`);
  return read.facts;
}
