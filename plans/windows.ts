// When a plan may be applied: `Mon-Thu 08:00-17:00`, `Sat`, `22:00-02:00`, in the project's time zone. What counts is what the clock on the
// wall says, so summer time needs no rule: an hour that is skipped never comes, one that comes twice is open twice.
import type { Checked } from '../resources/core.ts';

export interface WindowRule {
  /** Inside it is allowed; where there are several, inside any of them. */
  readonly allow?: string;
  /** Inside it is not, whatever else allows it. */
  readonly deny?: string;
}

interface WeeklyWindow {
  /** 0 = Monday … 6 = Sunday: the days on which it begins. */
  readonly days: ReadonlySet<number>;
  /** Minutes of the day, the second without itself. Where they run backwards the window ends on the next day. */
  readonly from: number;
  readonly to: number;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY_MINUTES = 24 * 60;

/** Why `now` is outside of the windows, as a sentence; nothing where it is inside. What cannot be read keeps closed. */
export function outsideWindows(rules: readonly WindowRule[], now: Date, timezone: string): string | undefined {
  const wall = wallClock(now, timezone);
  if (wall === undefined) return `The time zone "${timezone}" is not known here, so no window can be read.`;
  const allows = rules.flatMap(({ allow }) => (allow === undefined ? [] : [allow]));
  const denies = rules.flatMap(({ deny }) => (deny === undefined ? [] : [deny]));
  for (const text of [...allows, ...denies]) {
    const read = parseWindow(text);
    if (!read.ok) return read.problems.map(({ message, hint }) => `${message} ${hint}`).join(' ');
  }
  const told = `It is ${wall.text} (${timezone})`;
  const denied = denies.find((text) => covers(text, wall));
  if (denied !== undefined) return `${told}; nothing is applied in ${denied}.`;
  if (allows.length > 0 && !allows.some((text) => covers(text, wall))) return `${told}; changes are applied in ${allows.join(', ')}.`;
  return undefined;
}

/** `Mon-Thu 08:00-17:00`: days (one, a range, several with commas), times, or both. */
function parseWindow(text: string): Checked<WeeklyWindow> {
  const match = /^(?<days>[a-z, -]*[a-z])?\s*(?:(?<from>\d{1,2}:\d{2})\s*-\s*(?<to>\d{1,2}:\d{2}))?$/i.exec(text.trim());
  const { days = '', from, to } = match?.groups ?? {};
  const read = days === '' ? DAYS.map((_, day) => day) : daysOf(days);
  const [start, end] = [from === undefined ? 0 : minutesOf(from), to === undefined ? DAY_MINUTES : minutesOf(to)];
  if (
    text.trim() === '' ||
    match === null ||
    read === undefined ||
    start === undefined ||
    end === undefined ||
    start === end ||
    start === DAY_MINUTES
  ) {
    const message = `The window "${text}" cannot be read.`;
    const hint = 'Write days, times, or both: "Mon-Thu 08:00-17:00", "Sat,Sun", "22:00-02:00".';
    return { ok: false, problems: [{ severity: 'error', code: 'window-unreadable', message, hint }] };
  }
  return { ok: true, value: { days: new Set(read), from: start, to: end } };
}

interface WallClock {
  readonly day: number;
  readonly minute: number;
  readonly text: string;
}

function wallClock(now: Date, timezone: string): WallClock | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
    const [weekday = '', hour = '', minute = ''] = [parts.get('weekday'), parts.get('hour'), parts.get('minute')];
    return { day: DAYS.indexOf(weekday.toLowerCase()), minute: Number(hour) * 60 + Number(minute), text: `${weekday} ${hour}:${minute}` };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function covers(text: string, { day, minute }: WallClock): boolean {
  const read = parseWindow(text);
  if (!read.ok) return false;
  const { days, from, to } = read.value;
  if (from < to) return days.has(day) && minute >= from && minute < to;
  return (days.has(day) && minute >= from) || (days.has((day + 6) % 7) && minute < to);
}

function daysOf(text: string): readonly number[] | undefined {
  const days: number[] = [];
  for (const part of text.split(',')) {
    const [first = '', last = first, ...more] = part.split('-').map((name) => name.trim().toLowerCase().slice(0, 3));
    const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)];
    if (from < 0 || to < 0 || more.length > 0) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      days.push(day);
      if (day === to) break;
    }
  }
  return days;
}

function minutesOf(time: string): number | undefined {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const total = hours * 60 + minutes;
  return minutes < 60 && total <= DAY_MINUTES ? total : undefined;
}
