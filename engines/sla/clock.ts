// A clock of a hand-off: when its target is over, which of its marks have passed, and when the next one comes. Business time is the
// calendars'; a pause moves everything behind it.
import type { SLAPolicySpec } from '../../resources/sla-policy/schema.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import { type Calendar, dayNumber, dayText } from '../calendars/calendar.ts';
import { due, elapsed, type Pause, sameBusinessDay } from '../calendars/clock.ts';
import { addBusinessDays } from '../calendars/days.ts';

/** A policy's times, compiled. */
export interface Times {
  readonly target: Target;
  /** Escalations and the reassignment, by name, in milliseconds of business time. */
  readonly marks: readonly { readonly name: string; readonly after: number }[];
}

export type Target =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'business-days'; readonly days: number }
  | { readonly kind: 'same-business-day' };

export const TARGET = 'target';
export const REASSIGN = 'reassign';

export function compileTimes({ target, escalations, reassign }: Pick<SLAPolicySpec, 'target' | 'escalations' | 'reassign'>): Times {
  return {
    target: targetOf(target),
    marks: [
      ...escalations.map(({ id, after }) => ({ name: id ?? after, after: millisecondsOf(after) })),
      ...(reassign === undefined ? [] : [{ name: REASSIGN, after: millisecondsOf(reassign.after) }]),
    ],
  };
}

function targetOf(written: string): Target {
  if (written === 'same_business_day') return { kind: 'same-business-day' };
  const days = /^\+(\d+)bd$/.exec(written)?.[1];
  return days === undefined ? { kind: 'time', ms: millisecondsOf(written) } : { kind: 'business-days', days: Number(days) };
}

export interface Running {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly pauses: readonly Pause[];
  /** Marks that were acted on. */
  readonly passed: readonly string[];
}

export interface Judged {
  /** When the target is over; `null`: never, as the calendar does not open again or the clock stands still. */
  readonly due: number | null;
  /** Marks that have come and were not acted on, the earliest first. */
  readonly come: readonly string[];
  /** When the next mark comes; `null`: none is ahead. */
  readonly next: number | null;
  /** Milliseconds of business time so far. */
  readonly elapsed: number;
}

export function judge({ target, marks }: Times, calendar: Calendar, { since, pauses, passed }: Running, now: number): Judged {
  const end = dueOf(target, calendar, since, pauses);
  const moments = [{ name: TARGET, at: end }, ...marks.map(({ name, after }) => ({ name, at: due(calendar, since, after, pauses) }))]
    .flatMap(({ name, at }) => (at === null || passed.includes(name) ? [] : [{ name, at }]))
    .sort((a, b) => a.at - b.at);
  return {
    due: end,
    come: moments.filter(({ at }) => at <= now).map(({ name }) => name),
    next: moments.find(({ at }) => at > now)?.at ?? null,
    elapsed: elapsed(calendar, since, now, pauses),
  };
}

/** Days end at their last close; what a pause took of business time comes on top. */
function dueOf(target: Target, calendar: Calendar, since: number, pauses: readonly Pause[]): number | null {
  if (target.kind === 'time') return due(calendar, since, target.ms, pauses);
  const close = target.kind === 'same-business-day' ? sameBusinessDay(calendar, since) : closeAfter(calendar, since, target.days);
  if (close === null || pauses.length === 0) return close;
  const lost = elapsed(calendar, since, close) - elapsed(calendar, since, close, pauses);
  return lost === 0 ? close : due(calendar, close, lost, pauses);
}

function closeAfter(calendar: Calendar, since: number, days: number): number | null {
  const day = addBusinessDays(calendar, dayText(calendar.zone.dayAt(since)), days);
  return day === null ? null : Math.max(...calendar.hoursOf(dayNumber(day)).map(({ to }) => to));
}
