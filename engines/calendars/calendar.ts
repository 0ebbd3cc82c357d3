// Business hours as instants. Hours are wall time of the zone, so a day's hours are worked out once and remembered; what elapses between
// them is real time. An interval whose end is not after its start runs over midnight and belongs to the day on which it starts; a holiday
// takes out the intervals that start on it.
import { DAY, type Zone, zoneOf } from './zone.ts';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface CalendarSpec {
  /** IANA: `America/New_York`. */
  readonly timezone: string;
  /** `[["09:00", "12:30"], ["13:30", "18:00"]]`; `24:00` is the end of the day. */
  readonly hours: Readonly<Partial<Record<Weekday, readonly (readonly [from: string, to: string])[]>>>;
  /** `YYYY-MM-DD` */
  readonly holidays?: readonly string[];
}

/** Milliseconds since 1970, without the end. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface Calendar {
  readonly zone: Zone;
  /** Open at some time of some day. */
  readonly everOpen: boolean;
  /** Of a day (days since 1970-01-01 on the zone's calendar), by start; empty where it is closed. */
  hoursOf(day: number): readonly Interval[];
}

const MOST_DAYS = 5000;
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 3;
const CLOSED: readonly Interval[] = [];

export function compileCalendar({ timezone, hours, holidays = [] }: CalendarSpec): Calendar {
  const zone = zoneOf(timezone);
  const week = WEEKDAYS.map((weekday) => (hours[weekday] ?? []).map(([from, to]) => wallInterval(from, to)));
  const closed = new Set(holidays.map(dayNumber));
  const known = new Map<number, readonly Interval[]>();

  function hoursOf(day: number): readonly Interval[] {
    const before = known.get(day);
    if (before !== undefined) return before;
    const found = closed.has(day) ? CLOSED : instants(day, week[(((day + FIRST_WEEKDAY) % 7) + 7) % 7] ?? [], zone);
    if (known.size >= MOST_DAYS) known.clear();
    known.set(day, found);
    return found;
  }
  return { zone, everOpen: week.some((day) => day.length > 0), hoursOf };
}

/** What a gap of the clock swallows whole is not there. */
function instants(day: number, walls: readonly Interval[], { instantOf }: Zone): readonly Interval[] {
  return walls
    .map(({ from, to }) => ({ from: instantOf(day * DAY + from), to: instantOf(day * DAY + to) }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
}

/** Milliseconds after midnight. */
function wallInterval(from: string, to: string): Interval {
  const [start, end] = [wallTime(from), wallTime(to)];
  return { from: start, to: end > start ? end : end + DAY };
}

function wallTime(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':');
  return (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** Days since 1970-01-01 of `YYYY-MM-DD`. */
export function dayNumber(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / DAY);
}

export function dayText(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
