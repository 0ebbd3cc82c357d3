// A scoring model, compiled once for many records.
import { conditionOf } from '../../resources/conditions/condition.ts';
import type { ScoringModelSpec, ScoringSide } from '../../resources/scoring-model/schema.ts';
import { type FirstRule, firstRule } from './first-rule.ts';
import { compileEngagement, type Engagement } from './engagement.ts';
import { compileFactor, type Factor, MISSING, type Measure } from './factor.ts';
import { type ReadField, readerOf } from '../field.ts';

export type SideName = 'fit' | 'intent';

export interface Side {
  readonly name: SideName;
  readonly weight: number;
  readonly factors: readonly Factor[];
  readonly engagement: Engagement | undefined;
}

/** A condition on one field: what is taken off, who is not graded. */
export interface FieldTest {
  readonly id: string;
  readonly field: string;
  readonly condition: string;
  holds(record: Readonly<Record<string, unknown>>, asOf: number): boolean;
}

export interface Model {
  readonly version: string;
  readonly max: number;
  readonly sides: readonly [fit: Side, intent: Side];
  readonly negative: readonly (FieldTest & { readonly points: number })[];
  readonly exclude: readonly (FieldTest & { readonly reason: string })[];
  readonly mql: ScoringModelSpec['mql'];
  /** From the best. */
  readonly grades: readonly string[];
  /** On the score: the place of its grade. */
  readonly gradeRule: FirstRule;
  /** What a factor found last: scoring is never in two places at once. */
  readonly measure: Measure;
}

export function compileModel(spec: ScoringModelSpec): Model {
  return {
    version: spec.version,
    max: spec.max_score,
    sides: [sideOf('fit', spec.fit, undefined), sideOf('intent', spec.intent, spec.engagement)],
    negative: spec.negative.map((row) => ({ ...fieldTest(row), points: row.points })),
    exclude: spec.exclude.map((row) => ({ ...fieldTest(row), reason: row.reason ?? row.id })),
    mql: spec.mql,
    grades: Object.keys(spec.grades),
    gradeRule: firstRule(Object.values(spec.grades).map(conditionOf)).first,
    measure: { value: undefined, outcome: MISSING, points: 0, undecayed: undefined },
  };
}

function sideOf(name: SideName, { weight, components }: ScoringSide, engagement: ScoringModelSpec['engagement']): Side {
  return {
    name,
    weight,
    factors: components.map(compileFactor),
    engagement: engagement === undefined ? undefined : compileEngagement(engagement),
  };
}

function fieldTest({ id, field, condition }: { readonly id: string; readonly field: string; readonly condition: string }): FieldTest {
  const read: ReadField = readerOf(field);
  const { first } = firstRule([conditionOf(condition)]);
  return { id, field, condition, holds: (record, asOf) => first(read(record), asOf) === 0 };
}
