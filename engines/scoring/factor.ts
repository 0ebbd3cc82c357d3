// One component of a model, ready to be asked. It writes what it finds into a `Measure` that the model owns, so that a score without its
// breakdown makes no objects.
import { conditionOf } from '../../resources/conditions/condition.ts';
import { instantOf } from '../../resources/conditions/dates.ts';
import { isMissing } from '../../resources/conditions/text.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import type { ScoringComponent } from '../../resources/scoring-model/schema.ts';
import { left } from './decay.ts';
import { type Facts, type ReadField, readerOf } from '../field.ts';
import { firstRule } from './first-rule.ts';
import { roundHalfUp, share } from './rounding.ts';
import { type Signals, signalsOf } from './signals.ts';

/** Where no rule gave the points. A rule is its place in the list. */
export const NO_RULE = -1;
export const MISSING = -2;
export const SKIPPED = -3;
export const SIGNALS = -4;

export interface Measure {
  value: unknown;
  /** A rule's place, or one of the numbers above. */
  outcome: number;
  points: number;
  /** Before they faded; `undefined` where nothing did. */
  undecayed: number | undefined;
}

export interface Factor {
  readonly id: string;
  readonly field: string;
  readonly weight: number;
  /** What explanations call its rules. */
  readonly rules: readonly string[];
  /** `rule:<id or number>` of each. */
  readonly reasons: readonly string[];
  readonly conditions: readonly string[];
  readonly signals: Signals | undefined;
  measure(record: Facts, asOf: number, into: Measure): void;
}

export function compileFactor({ id, field, weight, on_missing, decay, buying_signals, rules = [] }: ScoringComponent): Factor {
  const read = readerOf(field);
  const signals = buying_signals === undefined ? undefined : signalsOf(buying_signals);
  const points = rules.map((rule) => rule.points);
  const { first, ofMissing } = firstRule(rules.map(({ condition }) => conditionOf(condition)));
  const absent = on_missing === 'skip' ? SKIPPED : MISSING;
  const listed = new Set(buying_signals).size;
  const fade = decay === undefined ? undefined : fading(millisecondsOf(decay.half_life), readerOf(decay.field));

  const names = rules.map((rule, index) => rule.id ?? String(index + 1));
  const outcomeOf = (value: unknown, asOf: number): number => {
    const rule = first(value, asOf);
    return rule >= 0 || !isMissing(value) ? rule : absent;
  };
  return {
    id,
    field,
    weight,
    rules: names,
    reasons: names.map((name) => `rule:${name}`),
    conditions: rules.map(({ condition }) => condition),
    signals,
    measure(record, asOf, into) {
      const value = read(record);
      into.value = value;
      into.undecayed = undefined;
      if (signals === undefined) into.outcome = outcomeOf(value, asOf);
      else {
        const count = signals.count(value);
        if (count === 0 && isMissing(value)) into.outcome = ofMissing >= 0 ? ofMissing : absent;
        else if (points.length > 0) into.outcome = first(count, asOf);
        else {
          into.outcome = SIGNALS;
          into.points = share(count, weight, listed);
        }
      }
      if (into.outcome !== SIGNALS) into.points = into.outcome >= 0 ? (points[into.outcome] as number) : 0;
      if (fade !== undefined && (into.outcome >= 0 || into.outcome === SIGNALS)) fade(record, asOf, into);
    },
  };
}

/** No time, or one that cannot be read: no decay. Nor for what is not past yet. */
function fading(halfLife: number, readTime: ReadField): (record: Facts, asOf: number, into: Measure) => void {
  return (record, asOf, into) => {
    const at = instantOf(readTime(record));
    if (at === undefined || at >= asOf) return;
    into.undecayed = into.points;
    into.points = roundHalfUp(into.points * left(asOf - at, halfLife));
  };
}
