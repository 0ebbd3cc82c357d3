// Who is there at a moment: time off and pauses take a seat out everywhere; hours and holidays take it out of pools alone, since a
// territory's owner is its owner at night too. Pure: what the configuration says is compiled once, what was found out comes in as data.
import { type Calendar, type CalendarSpec, compileCalendar, dayNumber, dayText } from '../calendars/calendar.ts';
import { isOpen } from '../calendars/clock.ts';
import { nextOpening } from '../calendars/opening.ts';
import { DAY, type Zone, zoneOf } from '../calendars/zone.ts';
import { lacking } from '../../resources/pool/required.ts';
import type { TimeOffSpec } from '../../resources/time-off/schema.ts';
import type { Roster, Seat } from '../cascade/roster.ts';
import type { Pool } from './pool.ts';

/** Somebody takes nothing for a while: a seat, or a person in whatever seats. */
export interface Away {
  readonly seat?: string;
  /** By username. */
  readonly user?: string;
  /** The first day, by the calendar of the seat. Default: already. */
  readonly from?: string;
  /** The first day on which they are back, or the instant (ISO, with a time). Default: not known. */
  readonly until?: string;
  /** As the end of a sentence: `is on vacation`. */
  readonly because: string;
}

/** What a snapshot says of it. */
export interface Hours {
  readonly calendars: ReadonlyMap<string, OpenHours>;
  readonly off: readonly Away[];
  /** The project's. */
  readonly zone: Zone;
}

interface OpenHours {
  readonly name: string;
  readonly calendar: Calendar;
  readonly holidays: ReadonlySet<string>;
}

/** `resources`: the content of a snapshot, plain JSON by `Kind/name`. */
export function compileHours(resources: Readonly<Record<string, unknown>>): Hours {
  const calendars = new Map<string, OpenHours>();
  const off: Away[] = [];
  let zone = zoneOf('UTC');
  for (const [key, content] of Object.entries(resources)) {
    const slash = key.indexOf('/');
    const [kind, name] = [key.slice(0, slash), key.slice(slash + 1)];
    if (kind === 'BusinessCalendar') {
      const spec = content as CalendarSpec;
      calendars.set(name, { name, calendar: compileCalendar(spec), holidays: new Set(spec.holidays) });
    } else if (kind === 'TimeOff') off.push(awayOf(content as TimeOffSpec));
    else if (kind === 'Project') zone = zoneOf((content as { readonly timezone: string }).timezone);
  }
  return { calendars, off, zone };
}

function awayOf({ seat, user, from, to, reason }: TimeOffSpec): Away {
  return {
    ...(seat !== undefined && { seat }),
    ...(user !== undefined && { user }),
    from,
    until: dayText(dayNumber(to) + 1),
    because: `has time off${reason === undefined ? '' : ` (${reason})`} until ${to}`,
  };
}

/** Who is there, at one moment. */
export interface Presence {
  /** Why a seat takes nothing at all, as the end of a sentence; nothing where it does. */
  off(seat: string): string | undefined;
  /** The same in a pool: also out of hours. */
  out(pool: Pool, seat: string): string | undefined;
  /** What a seat lacks of what a pool requires. `language`: of the record. */
  lacks(pool: Pool, seat: string, language?: string): string | undefined;
  /** `YYYY-MM-DD` in the pool's calendar. */
  day(pool: Pool): string;
  /** The first instant of the next one. */
  nextDay(pool: Pool): number;
  /** The first instant after now at which a member may be there who is not now; nothing where no such moment is known. */
  nextOpening(pool: Pool): number | undefined;
}

export interface PresenceOptions {
  readonly roster: Roster;
  /** Found out: out of office in the org, paused by hand. */
  readonly away: readonly Away[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Somebody who is never there within so many changes of a calendar is not waited for. */
const MOST_TURNS = 40;

export function presenceAt(hours: Hours, { roster, away, now }: PresenceOptions): Presence {
  const all = [...hours.off, ...away];
  const seatOf = (name: string) => roster.seats.get(name);

  function calendarOf(seat: Seat | undefined, pool?: Pool): OpenHours | undefined {
    const name = seat?.calendar ?? pool?.spec.calendar;
    return name === undefined ? undefined : hours.calendars.get(name);
  }

  /** By the clocks of the seat. */
  function offAt(name: string, at: number): Away | undefined {
    const seat = seatOf(name);
    const user = seat?.user?.toLowerCase();
    const mine = all.filter((one) => one.seat === name || (user !== undefined && one.user?.toLowerCase() === user));
    if (mine.length === 0) return undefined;
    const zone = calendarOf(seat)?.calendar.zone ?? hours.zone;
    return mine.find(({ from, until }) => {
      const day = dayText(zone.dayAt(at));
      if (from !== undefined && day < from) return false;
      return until === undefined || (isMoment(until) ? at < Date.parse(until) : day < until);
    });
  }

  /** The hours that a member keeps. */
  function kept(pool: Pool, name: string): OpenHours | undefined {
    return pool.spec.hours === 'ignored' ? undefined : calendarOf(seatOf(name), pool);
  }

  function endOf({ until }: Away, name: string): number | undefined {
    if (until === undefined) return undefined;
    if (isMoment(until)) return Date.parse(until);
    const zone = calendarOf(seatOf(name))?.calendar.zone ?? hours.zone;
    return zone.instantOf(Date.parse(`${until}T00:00:00Z`));
  }

  /** From `now` on, the first instant at which neither time off nor a calendar keeps the member away. */
  function backAt(pool: Pool, name: string): number | undefined {
    let at = now;
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      const absent = offAt(name, at);
      const open = kept(pool, name);
      const next = absent !== undefined ? endOf(absent, name) : open === undefined ? at : (nextOpening(open.calendar, at) ?? undefined);
      if (next === undefined || next === at) return next;
      at = next;
    }
    return undefined;
  }

  function zoneIn({ spec }: Pool): Zone {
    return hours.calendars.get(spec.calendar ?? '')?.calendar.zone ?? UTC;
  }

  return {
    off: (name) => offAt(name, now)?.because,
    out(pool, name) {
      const off = offAt(name, now)?.because;
      if (off !== undefined) return off;
      const open = kept(pool, name);
      if (open === undefined || isOpen(open.calendar, now)) return undefined;
      return open.holidays.has(dayText(open.calendar.zone.dayAt(now)))
        ? `has a holiday (calendar ${open.name})`
        : `is out of hours (calendar ${open.name})`;
    },
    lacks(pool, name, language) {
      const { requires } = pool.spec;
      const seat = seatOf(name);
      const missing = requires === undefined || seat === undefined ? [] : lacking(requires, seat, language);
      return missing.length === 0 ? undefined : missing.join(' and ');
    },
    day: (pool) => dayText(zoneIn(pool).dayAt(now)),
    nextDay(pool) {
      const zone = zoneIn(pool);
      return zone.instantOf((zone.dayAt(now) + 1) * DAY);
    },
    nextOpening(pool) {
      const times = pool.spec.members.map(({ seat }) => backAt(pool, seat)).filter((at) => at !== undefined && at > now);
      return times.length === 0 ? undefined : Math.min(...(times as number[]));
    },
  };
}

const UTC = zoneOf('UTC');

function isMoment(text: string): boolean {
  return text.length > 'YYYY-MM-DD'.length;
}
