// A field that was filled in after the outcome predicts it perfectly and is worth nothing. Found by name, and by being too good.
import { fold } from '../../resources/conditions/text.ts';
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import { aucOf } from './discrimination.ts';
import type { ScoredRow } from './rows.ts';

export type Leak =
  | { readonly code: 'leak_denied_field'; readonly factor: string; readonly field: string }
  | { readonly code: 'leak_single_factor_auc'; readonly factor: string; readonly auc: number };

export type FactorAucs = Readonly<Record<string, number | null>>;

/** How well each factor's points predict alone; `null` where there is one outcome. */
export function factorAucs(rows: readonly ScoredRow[]): FactorAucs {
  const outcomes = rows.map(({ outcome }) => outcome);
  const ids = Object.keys(rows[0]?.factors ?? {});
  return Object.fromEntries(
    ids.map((id) => [
      id,
      aucOf(
        rows.map(({ factors }) => factors[id] ?? 0),
        outcomes,
      )?.value ?? null,
    ]),
  );
}

/** By factor, in the order of the model. Whatever else reads a field (what is taken off, who is excluded, what fades) counts too. */
export function findLeaks(spec: ScoringModelSpec, aucs: FactorAucs): readonly Leak[] {
  const { deny_fields, max_factor_auc } = spec.guard;
  const denied = new Set(deny_fields.map(fold));
  return readersOf(spec).flatMap(({ id, fields }) => {
    const leaks: Leak[] = fields
      .filter((field) => denied.has(fold(field)))
      .map((field) => ({ code: 'leak_denied_field', factor: id, field }));
    const auc = aucs[id] ?? null;
    if (auc !== null && auc >= max_factor_auc) leaks.push({ code: 'leak_single_factor_auc', factor: id, auc });
    return leaks;
  });
}

function readersOf({ fit, intent, negative, exclude }: ScoringModelSpec) {
  return [
    ...[...fit.components, ...intent.components].map(({ id, field, decay }) => ({
      id,
      fields: decay === undefined || decay.field === field ? [field] : [field, decay.field],
    })),
    ...[...negative, ...exclude].map(({ id, field }) => ({ id, fields: [field] })),
  ];
}

export interface ColumnAuc {
  /** Distinct values; none at all is one of them. */
  readonly values: number;
  /** Rows without a value. */
  readonly empty: number;
  /** How well the mean outcome of each value predicts, on the same rows; `null` where there is one outcome. */
  readonly target_mean_auc: number | null;
}

/** Of a column that no model reads yet: which ones to deny. Columns with a value a row (ids, dates) always look perfect. */
export function columnAuc(values: readonly (string | number | boolean | null | undefined)[], outcomes: readonly boolean[]): ColumnAuc {
  const keys = values.map((value) => (value === undefined || value === null ? '' : String(value).trim()));
  const counts = new Map<string, { n: number; converted: number }>();
  for (const [at, key] of keys.entries()) {
    const count = counts.get(key) ?? { n: 0, converted: 0 };
    counts.set(key, { n: count.n + 1, converted: count.converted + (outcomes[at] === true ? 1 : 0) });
  }
  const means = keys.map((key) => (counts.get(key)?.converted ?? 0) / (counts.get(key)?.n ?? 1));
  return {
    values: counts.size,
    empty: counts.get('')?.n ?? 0,
    target_mean_auc: aucOf(means, outcomes)?.value ?? null,
  };
}
