// Days before and after a day, as due dates say them: `-60d`, `+2bd`.
import { type Calendar, dayNumber, dayText } from './calendar.ts';

const MOST_CLOSED_DAYS = 3660;

/**
 * A day (`YYYY-MM-DD`) moved by `+2bd` business days or `-60d` calendar days; `+0bd` is the day itself, or the next business day.
 * `null`: the calendar has no such day.
 */
export function shiftDay(calendar: Calendar, day: string, shift: string): string | null {
  const business = shift.endsWith('bd');
  const by = Number(shift.slice(0, business ? -2 : -1));
  return business ? addBusinessDays(calendar, day, by) : dayText(dayNumber(day) + by);
}

/** `days`: whole, before where it is negative. The day itself does not count. */
export function addBusinessDays(calendar: Calendar, day: string, days: number): string | null {
  if (!calendar.everOpen) return null;
  const step = days < 0 ? -1 : 1;
  let at = dayNumber(day);
  let left = Math.abs(days);
  let closed = 0;
  if (left === 0 && isBusinessDay(calendar, at)) return dayText(at);
  if (left === 0) left = 1;
  while (left > 0 && closed < MOST_CLOSED_DAYS) {
    at += step;
    if (isBusinessDay(calendar, at)) {
      left -= 1;
      closed = 0;
    } else closed += 1;
  }
  return left === 0 ? dayText(at) : null;
}

function isBusinessDay({ hoursOf }: Calendar, day: number): boolean {
  return hoursOf(day).length > 0;
}
