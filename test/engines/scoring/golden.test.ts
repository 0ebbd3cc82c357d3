// The 135-point model: every golden record, and what one edit of the model moves.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileModel } from '../../../engines/scoring/model.ts';
import { type Score, score, total } from '../../../engines/scoring/score.ts';
import type { ScoringModelSpec } from '../../../resources/scoring-model/schema.ts';
import { golden } from '../../golden.ts';
import { modelIn } from './model.ts';

interface Expected {
  readonly total: number;
  readonly grade: string | null;
  readonly sides: { readonly fit: number; readonly intent: number };
  readonly coverage: number;
  readonly negative: readonly unknown[];
  readonly excluded: string | null;
  readonly factors: Readonly<Record<string, unknown>>;
}
interface Case {
  readonly id: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly expected: Expected;
}

const path = golden('cases/demand/scoring.json');

describe.skipIf(path === undefined)('golden records', () => {
  const file =
    path === undefined
      ? { as_of: '', model: '', cases: [], edit_vp_band_to_14: [] }
      : (JSON.parse(readFileSync(path, 'utf8')) as {
          as_of: string;
          model: string;
          cases: Case[];
          edit_vp_band_to_14: { id: string; total: number; was: number }[];
        });
  const asOf = Date.parse(file.as_of);
  const spec = path === undefined ? undefined : modelIn(golden(`cases/demand/${file.model}`) as string);
  const model = spec === undefined ? undefined : compileModel(spec);

  test.each(file.cases)('$id', ({ record, expected }) => {
    const found = score(model as NonNullable<typeof model>, record, { asOf });
    expect(brief(found)).toEqual({ ...expected, coverage: expect.closeTo(expected.coverage, 4) });
    expect(total(model as NonNullable<typeof model>, record, asOf)).toBe(expected.total);
  });

  test('"Increase VP seniority to 14 points" moves exactly the records that it should', () => {
    const edited = compileModel(withBand(spec as ScoringModelSpec, 14));
    const moved = file.cases.flatMap(({ id, record }) => {
      const [was, now] = [total(model as NonNullable<typeof model>, record, asOf), total(edited, record, asOf)];
      return was === now ? [] : [{ id, total: now, was }];
    });
    expect(moved).toEqual(file.edit_vp_band_to_14);
  });
});

function brief({ score: points, grade, sides, coverage, negative, excluded, factors }: Score): unknown {
  return {
    total: points,
    grade,
    sides: { fit: sides.fit.points, intent: sides.intent.points },
    coverage,
    negative,
    excluded: excluded?.id ?? null,
    factors: Object.fromEntries(
      factors.map(({ id, points: given, reason, signals, undecayed }) => [
        id,
        { points: given, reason, ...(signals === undefined ? {} : { signals }), ...(undecayed === undefined ? {} : { undecayed }) },
      ]),
    ),
  };
}

function withBand(spec: ScoringModelSpec, points: number): ScoringModelSpec {
  const components = spec.fit.components.map((component) => ({
    ...component,
    ...(component.rules === undefined
      ? {}
      : { rules: component.rules.map((rule) => (rule.id === 'vp_band' ? { ...rule, points } : rule)) }),
  }));
  return { ...spec, fit: { ...spec.fit, components } };
}
