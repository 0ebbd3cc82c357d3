// What the tuner learns from: past records, each with the rule of every component that gave its points, oldest first.
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import type { ScoredRow } from '../backtest/rows.ts';
import type { Facts } from '../field.ts';
import type { EngagementEvent } from '../scoring/engagement.ts';
import { compileModel, type SideName } from '../scoring/model.ts';
import { type FactorScore, type Score, score } from '../scoring/score.ts';

/** A record as it was known when it was decided on, and what became of it. */
export interface PastRow {
  readonly facts: Facts;
  readonly events?: readonly EngagementEvent[];
  /** Did it convert? */
  readonly outcome: boolean;
  /** Orders rows in time: a sequence number, or milliseconds since 1970. */
  readonly order: number;
  /** The moment of the decision, in milliseconds since 1970. */
  readonly asOf: number;
}

/** A rule whose points can move. */
export interface TunableRule {
  readonly side: SideName;
  /** Places in the spec. */
  readonly component: number;
  readonly rule: number;
  readonly id: string;
  /** The id of the rule, or its number from 1. */
  readonly name: string;
  readonly condition: string;
  readonly points: number;
  readonly weight: number;
  readonly locked: boolean;
}

const SIDES = ['fit', 'intent'] as const;

/** In the order of the model. */
export function tunableRules({ fit, intent, tuning }: ScoringModelSpec): readonly TunableRule[] {
  const locked = new Set(tuning.locked);
  return SIDES.flatMap((side) =>
    (side === 'fit' ? fit : intent).components.flatMap(({ id, weight, rules = [] }, component) =>
      rules.map((rule, at) => ({
        side,
        component,
        rule: at,
        id,
        name: rule.id ?? String(at + 1),
        condition: rule.condition,
        points: rule.points,
        weight,
        locked: locked.has(id) || (rule.id !== undefined && locked.has(rule.id)),
      })),
    ),
  );
}

export interface Fired {
  /** Into the tunable rules. */
  readonly at: number;
  /** What a point of the rule was worth in the score: less than 1 where it faded, more where it stood for a factor that was skipped. */
  readonly share: number;
}

export interface LearnedRow extends ScoredRow {
  readonly fired: readonly Fired[];
}

/** The rows that the model grades, oldest first. */
export function learnedRows(spec: ScoringModelSpec, rules: readonly TunableRule[], rows: readonly PastRow[]): readonly LearnedRow[] {
  return everyRow(spec, rules, rows).filter(({ grade }) => grade !== null);
}

/** Those that it excludes as well. Rows of one moment stay in the order in which they came. */
export function everyRow(spec: ScoringModelSpec, rules: readonly TunableRule[], rows: readonly PastRow[]): readonly LearnedRow[] {
  const model = compileModel(spec);
  const places = new Map(rules.map(({ id, name }, at) => [`${id} ${name}`, at]));
  return rows
    .map(({ facts, events, outcome, order, asOf }) => {
      const found = score(model, facts, events === undefined ? { asOf } : { asOf, events });
      return { ...scoredRow(found, outcome, order), fired: firedIn(found, places) };
    })
    .toSorted((a, b) => a.order - b.order);
}

function scoredRow({ score: points, grade, factors }: Score, outcome: boolean, order: number): ScoredRow {
  return { score: points, grade, factors: Object.fromEntries(factors.map(({ id, points: of }) => [id, of])), outcome, order };
}

function firedIn({ factors, sides }: Score, places: ReadonlyMap<string, number>): readonly Fired[] {
  const skipped: Record<SideName, number> = { fit: 0, intent: 0 };
  for (const { reason, side, max } of factors) if (reason === 'skipped') skipped[side] += max;
  return factors.flatMap((factor) => {
    const at = factor.rule === null ? undefined : places.get(`${factor.id} ${factor.rule}`);
    const { max } = sides[factor.side];
    return at === undefined ? [] : [{ at, share: (left(factor) * max) / (max - skipped[factor.side]) }];
  });
}

/** Of points that faded. */
function left({ points, undecayed }: FactorScore): number {
  return undecayed === undefined || undecayed === 0 ? 1 : points / undecayed;
}
