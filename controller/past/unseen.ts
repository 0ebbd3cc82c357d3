// Fields that a model reads and no record had: a misspelt column scores as if everybody lacked it, and the model looks worse than it is.
import { isMissing } from '../../resources/conditions/text.ts';
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import { nearest } from '../../resources/suggest.ts';
import { type Facts, readerOf } from '../../engines/field.ts';

export interface UnseenField {
  readonly field: string;
  /** What reads it: ids of factors, of what is taken off, of who is excluded. */
  readonly factors: readonly string[];
  /** A column that is spelt nearly so. */
  readonly near?: string;
}

export interface Unseen {
  look(record: Facts): void;
  left(columns: readonly string[]): readonly UnseenField[];
}

export function unseenFields(spec: ScoringModelSpec): Unseen {
  const readers = new Map<string, Set<string>>();
  const reads = (id: string, field: string) => readers.set(field, (readers.get(field) ?? new Set()).add(id));
  for (const { id, field, decay } of [...spec.fit.components, ...spec.intent.components]) {
    reads(id, field);
    if (decay !== undefined) reads(id, decay.field);
  }
  for (const { id, field } of [...spec.negative, ...spec.exclude]) reads(id, field);
  const unseen = new Map([...readers.keys()].map((field) => [field, readerOf(field)]));
  return {
    look(record) {
      // After a few records there is nothing left to look for.
      for (const [field, read] of unseen) if (!isMissing(read(record))) unseen.delete(field);
    },
    left: (columns) => [
      ...[...unseen.keys()].map((field) => {
        const near = columns.includes(field) ? undefined : nearest(field, columns);
        return { field, factors: [...(readers.get(field) ?? [])], ...(near !== undefined && { near }) };
      }),
      // Events come with no table.
      ...(spec.engagement === undefined ? [] : [{ field: 'events', factors: ['engagement'] }]),
    ],
  };
}
