// Clocks that run in business hours: when something is due, how much has elapsed. Pauses stop them.
import type { Calendar, Interval } from './calendar.ts';

/** From the first instant to the one before `to`; `null`: it goes on. */
export interface Pause {
  readonly from: number;
  readonly to: number | null;
}

/** The furthest that is looked ahead: nothing is due a lifetime from now. */
const HORIZON_DAYS = 36_525;

/**
 * The first instant at which `duration` (milliseconds of business time) has elapsed since `start`: exactly at a close it is due at that
 * close, and nothing is due at once. `null`: never.
 */
export function due(calendar: Calendar, start: number, duration: number, pauses: readonly Pause[] = []): number | null {
  if (duration <= 0) return start;
  let left = duration;
  for (const { from, to } of running(calendar, start, pauses)) {
    if (left <= to - from) return from + left;
    left -= to - from;
  }
  return null;
}

/** Milliseconds of business time from `from` to `to`; 0 where `to` is not after it. */
export function elapsed(calendar: Calendar, from: number, to: number, pauses: readonly Pause[] = []): number {
  let sum = 0;
  for (const open of running(calendar, from, pauses)) {
    if (open.from >= to) break;
    sum += Math.min(open.to, to) - open.from;
  }
  return sum;
}

export function isOpen(calendar: Calendar, at: number): boolean {
  return elapsed(calendar, at, at + 1) > 0;
}

/** The last close of the day of the start, if it is still ahead, else of the next business day. `null`: never. */
export function sameBusinessDay(calendar: Calendar, start: number): number | null {
  const today = calendar.zone.dayAt(start);
  for (let day = today; day < today + HORIZON_DAYS && calendar.everOpen; day += 1) {
    const close = Math.max(...calendar.hoursOf(day).map(({ to }) => to));
    if (close > start) return close;
  }
  return null;
}

/** The times from an instant on in which the clock runs, in order, each instant once. */
function* running(calendar: Calendar, start: number, pauses: readonly Pause[]): Generator<Interval> {
  if (!calendar.everOpen) return;
  const stops = pauses.toSorted((a, b) => a.from - b.from);
  const first = calendar.zone.dayAt(start);
  // Hours may run over midnight, into the day of the start.
  let seen = start;
  for (let day = first - 2; day < first + HORIZON_DAYS; day += 1) {
    for (const open of calendar.hoursOf(day)) {
      if (open.to <= seen) continue;
      yield* without(stops, Math.max(open.from, seen), open.to);
      seen = open.to;
    }
    const last = stops.findLast(({ to }) => to === null);
    if (last !== undefined && last.from <= seen) return;
  }
}

function* without(stops: readonly Pause[], from: number, to: number): Generator<Interval> {
  let at = from;
  for (const stop of stops) {
    if (stop.from >= to) break;
    if (stop.to !== null && stop.to <= at) continue;
    if (stop.from > at) yield { from: at, to: stop.from };
    if (stop.to === null || stop.to >= to) return;
    at = Math.max(at, stop.to);
  }
  if (at < to) yield { from: at, to };
}
