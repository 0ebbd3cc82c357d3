// What somebody did lately: events give points that fade, together at most the cap. They count on the intent side.
import { instantOf } from '../../resources/conditions/dates.ts';
import { fold } from '../../resources/conditions/text.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import { left } from './decay.ts';
import { roundHalfUp } from './rounding.ts';

export interface EngagementEvent {
  readonly type: string;
  /** A date or date-time, as `age_days` reads them. */
  readonly at: string;
}

export interface Engagement {
  readonly cap: number;
  points(events: readonly EngagementEvent[], asOf: number): number;
  /** How many events gave points, or took some. */
  counted(events: readonly EngagementEvent[], asOf: number): number;
}

/** What lies further ahead than clocks differ had not happened yet. */
const CLOCK_SKEW = 86_400_000;

export function compileEngagement({ types, half_life, cap }: NonNullable<ScoringModelSpec['engagement']>): Engagement {
  const pointsOf = new Map(Object.entries(types).map(([type, points]) => [fold(type), points]));
  const halfLife = millisecondsOf(half_life);
  const worth = ({ type, at }: EngagementEvent, asOf: number): number => {
    const points = pointsOf.get(fold(type));
    const instant = points === undefined ? undefined : instantOf(at);
    return points === undefined || instant === undefined || instant > asOf + CLOCK_SKEW ? 0 : points * left(asOf - instant, halfLife);
  };
  return {
    cap,
    // Rounded once, and whatever takes points away takes no more than events gave.
    points: (events, asOf) => Math.min(cap, Math.max(0, roundHalfUp(events.reduce((sum, event) => sum + worth(event, asOf), 0)))),
    counted: (events, asOf) => events.filter((event) => worth(event, asOf) !== 0).length,
  };
}
