// Where a record is in its lifecycle: what is kept of it between two looks, and when the next look is due by itself.
import { addBusinessDays } from '../calendars/days.ts';
import { dayNumber, dayText } from '../calendars/calendar.ts';
import { due } from '../calendars/clock.ts';
import type { Lifecycle, Stage } from './model.ts';

/** As it is kept; times are ISO. */
export interface Place {
  readonly stage: string;
  readonly since: string;
  /** When the SLA of the stage runs out. */
  readonly due?: string;
  /** Why it was rejected or recycled to here. */
  readonly reason?: string;
  /** Until then it is not let in where it came from, or anywhere before that. */
  readonly rest?: { readonly until: string; readonly from: string };
  /** What people wrote and what was acted on: it counts no more until they write it anew. */
  readonly spent?: { readonly stage: string; readonly reason: string };
  /** When it is looked at again by itself. */
  readonly wake?: string;
  /** Stages before this one, the oldest first. */
  readonly history: readonly Past[];
}

export type Past = Pick<Place, 'stage' | 'since' | 'due' | 'reason'>;

const MOST_PAST = 50;

/** Of a state as it was stored; nothing where there is none, or nothing that can be read. */
export function readPlace(stored: unknown): Place | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { stage, since, history } = stored as Partial<Place>;
  if (typeof stage !== 'string' || typeof since !== 'string' || !Array.isArray(history)) return undefined;
  return stored as Place;
}

export interface Arrival {
  readonly to: string;
  readonly reason?: string | undefined;
  /** Milliseconds for which it is not let in again. */
  readonly rest?: number | undefined;
  /** It goes back: a rest that still runs is not over by that. */
  readonly back?: boolean;
  readonly spent?: Place['spent'];
}

/** The record in another stage, from now (milliseconds) on. */
export function moved(
  lifecycle: Lifecycle,
  before: Place | undefined,
  { to, reason, rest, back = false, spent = before?.spent }: Arrival,
  now: number,
): Place {
  const stage = lifecycle.stages[lifecycle.placeOf.get(to) ?? -1];
  const overdue = stage === undefined ? undefined : slaDue(lifecycle, stage, now);
  const own = rest === undefined || before === undefined ? undefined : { until: new Date(now + rest).toISOString(), from: before.stage };
  const resting = own ?? (back && before?.rest !== undefined && now < Date.parse(before.rest.until) ? before.rest : undefined);
  const past = before === undefined ? [] : [...before.history, pastOf(before)].slice(-MOST_PAST);
  return {
    stage: to,
    since: new Date(now).toISOString(),
    ...(overdue !== undefined && { due: new Date(overdue).toISOString() }),
    ...(reason !== undefined && { reason }),
    ...(resting !== undefined && { rest: resting }),
    ...(spent !== undefined && { spent }),
    history: past,
  };
}

function pastOf({ stage, since, due: late, reason }: Place): Past {
  return { stage, since, ...(late !== undefined && { due: late }), ...(reason !== undefined && { reason }) };
}

/** Milliseconds since 1970; nothing where the stage has no SLA, or its calendar never opens. */
function slaDue({ hours, days }: Lifecycle, { sla }: Stage, now: number): number | undefined {
  if (sla === undefined) return undefined;
  if (sla.kind === 'time') return hours === undefined ? now + sla.ms : (due(hours, now, sla.ms) ?? undefined);
  const day = addBusinessDays(days, dayText(days.zone.dayAt(now)), sla.days);
  if (day === null) return undefined;
  return Math.max(...days.hoursOf(dayNumber(day)).map(({ to }) => to));
}

/** With the time of its next look. */
export function scheduled(lifecycle: Lifecycle, place: Place, now: number): Place {
  const wake = wakeAt(lifecycle, place, now);
  const { wake: _, ...rest } = place;
  return wake === undefined ? rest : { ...rest, wake: new Date(wake).toISOString() };
}

/** Time has come to where something may be different, and what comes after it is not planned yet: an SLA that ran out, a later look. */
export function isDue(lifecycle: Lifecycle, place: Place, now: number): boolean {
  if (place.wake === undefined || Date.parse(place.wake) > now) return false;
  return (
    wakeAt(lifecycle, place, now) !== undefined || (place.due !== undefined && place.due >= place.wake && Date.parse(place.due) <= now)
  );
}

/** The next moment at which time alone may change something; nothing where none is ahead. */
export function wakeAt({ stages, placeOf }: Lifecycle, place: Place, now: number): number | undefined {
  const recycle = stages[placeOf.get(place.stage) ?? -1]?.recycle;
  const moments = [
    ...(place.due === undefined ? [] : [Date.parse(place.due)]),
    ...(place.rest === undefined ? [] : [Date.parse(place.rest.until)]),
    ...(recycle === undefined ? [] : [Date.parse(place.since) + recycle.after]),
  ].filter((moment) => moment > now);
  return moments.length === 0 ? undefined : Math.min(...moments);
}
