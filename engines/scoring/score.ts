// How good a record is. `total` gives the number alone and is what batches and replays call; `score` gives every factor with what it
// read, the rule that gave its points and what it could have given. Both count in the same way: a property test holds them together.
import { type EngagementEvent } from './engagement.ts';
import { type Factor, MISSING, type Measure, NO_RULE, SIGNALS, SKIPPED } from './factor.ts';
import type { Facts } from '../field.ts';
import type { Model, Side, SideName } from './model.ts';
import { share } from './rounding.ts';

export interface FactorScore {
  readonly id: string;
  readonly side: SideName;
  readonly field: string;
  /** What was read. */
  readonly input: unknown;
  /** The id of the rule that gave the points, or its number from 1. */
  readonly rule: string | null;
  /** `rule:<id or number>`, `no_rule`, `missing`, `skipped`, `signals`, `events`. */
  readonly reason: string;
  readonly points: number;
  readonly max: number;
  /** Points before they faded, where a date says since when. */
  readonly undecayed?: number;
  /** The buying signals that were found. */
  readonly signals?: readonly string[];
}

export interface SidePoints {
  readonly points: number;
  readonly max: number;
}

export interface Score {
  /** 0 to `max`. */
  readonly score: number;
  readonly max: number;
  /** None where the record is excluded. */
  readonly grade: string | null;
  readonly excluded: { readonly id: string; readonly reason: string } | null;
  /** Enough on both sides, and not excluded; absent where the model does not say what that is. */
  readonly mql?: boolean;
  readonly sides: Readonly<Record<SideName, SidePoints>>;
  readonly factors: readonly FactorScore[];
  readonly negative: readonly { readonly id: string; readonly points: number }[];
  /** The share of the model, 0 to 1, whose factors were not skipped. */
  readonly coverage: number;
  readonly version: string;
}

export interface ScoreOptions {
  /** Milliseconds since 1970. */
  readonly asOf: number;
  readonly events?: readonly EngagementEvent[];
}

const NO_EVENTS: readonly EngagementEvent[] = [];

/** The score without its reasons. `asOf`: milliseconds since 1970. */
export function total(model: Model, record: Facts, asOf: number, events: readonly EngagementEvent[] = NO_EVENTS): number {
  let sum = 0;
  for (const side of model.sides) sum += sidePoints(side, model.measure, record, asOf, events);
  for (const row of model.negative) if (row.holds(record, asOf)) sum += row.points;
  return within(sum, model.max);
}

function sidePoints(side: Side, measure: Measure, record: Facts, asOf: number, events: readonly EngagementEvent[]): number {
  const { factors, engagement } = side;
  let points = 0;
  let skipped = 0;
  for (let at = 0; at < factors.length; at += 1) {
    const factor = factors[at] as Factor;
    factor.measure(record, asOf, measure);
    if (measure.outcome === SKIPPED) skipped += factor.weight;
    else points += measure.points;
  }
  if (engagement !== undefined && events.length > 0) points += engagement.points(events, asOf);
  return scaled(points, skipped, side.weight);
}

/** What was skipped is left out of the measure: the rest stands for the whole side. */
function scaled(points: number, skipped: number, weight: number): number {
  if (skipped === 0) return points;
  return skipped >= weight ? 0 : share(points, weight, weight - skipped);
}

/** The score with everything that it is made of. */
export function score(model: Model, record: Facts, { asOf, events = NO_EVENTS }: ScoreOptions): Score {
  const factors: FactorScore[] = [];
  const [fitSide, intentSide] = model.sides;
  const fit = measureSide(fitSide, model.measure, record, asOf, events, factors);
  const intent = measureSide(intentSide, model.measure, record, asOf, events, factors);
  const negative: { readonly id: string; readonly points: number }[] = [];
  let sum = fit.points + intent.points;
  for (const row of model.negative) {
    if (!row.holds(record, asOf)) continue;
    negative.push({ id: row.id, points: row.points });
    sum += row.points;
  }
  const points = within(sum, model.max);
  const exclusion = excludedBy(model, record, asOf);
  const found: { -readonly [Key in keyof Score]: Score[Key] } = {
    score: points,
    max: model.max,
    grade: exclusion === undefined ? gradeOf(model, points) : null,
    excluded: exclusion === undefined ? null : { id: exclusion.id, reason: exclusion.reason },
    sides: { fit: { points: fit.points, max: fitSide.weight }, intent: { points: intent.points, max: intentSide.weight } },
    factors,
    negative,
    coverage: (model.max - fit.skipped - intent.skipped) / model.max,
    version: model.version,
  };
  const { mql } = model;
  if (mql !== undefined) found.mql = exclusion === undefined && fit.points >= mql.min_fit && intent.points >= mql.min_intent;
  return found;
}

function excludedBy({ exclude }: Model, record: Facts, asOf: number): Model['exclude'][number] | undefined {
  for (const row of exclude) if (row.holds(record, asOf)) return row;
  return undefined;
}

/** The first grade whose condition holds. */
function gradeOf(model: Model, points: number): string | null {
  return model.grades[model.gradeRule(points, 0)] ?? null;
}

function measureSide(
  side: Side,
  measure: Measure,
  record: Facts,
  asOf: number,
  events: readonly EngagementEvent[],
  into: FactorScore[],
): { readonly points: number; readonly skipped: number } {
  let points = 0;
  let skipped = 0;
  for (const factor of side.factors) {
    factor.measure(record, asOf, measure);
    if (measure.outcome === SKIPPED) skipped += factor.weight;
    points += measure.points;
    into.push(factorScore(factor, side.name, measure));
  }
  if (side.engagement !== undefined) {
    const given = side.engagement.points(events, asOf);
    points += given;
    into.push({
      id: 'engagement',
      side: side.name,
      field: 'events',
      input: side.engagement.counted(events, asOf),
      rule: null,
      reason: 'events',
      points: given,
      max: side.engagement.cap,
    });
  }
  return { points: scaled(points, skipped, side.weight), skipped };
}

function factorScore(factor: Factor, side: SideName, { value, outcome, points, undecayed }: Measure): FactorScore {
  const found: { -readonly [Key in keyof FactorScore]: FactorScore[Key] } = {
    id: factor.id,
    side,
    field: factor.field,
    input: value ?? null,
    rule: outcome >= 0 ? (factor.rules[outcome] as string) : null,
    reason: outcome >= 0 ? (factor.reasons[outcome] as string) : reasonOf(outcome),
    points,
    max: factor.weight,
  };
  if (undecayed !== undefined) found.undecayed = undecayed;
  if (factor.signals !== undefined && outcome !== MISSING && outcome !== SKIPPED) found.signals = factor.signals.counted();
  return found;
}

function reasonOf(outcome: number): string {
  switch (outcome) {
    case MISSING:
      return 'missing';
    case SKIPPED:
      return 'skipped';
    case SIGNALS:
      return 'signals';
    case NO_RULE:
    default:
      return 'no_rule';
  }
}

function within(points: number, max: number): number {
  return Math.min(Math.max(points, 0), max);
}
