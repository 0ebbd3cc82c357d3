// Wall time and instants of a zone. The rules of the zones are those of the runtime (IANA, through Intl); asking them costs microseconds,
// so offsets are remembered by UTC day: nearly all days have one.
// A wall time that a clock skips takes the offset before it (02:30 is 03:30 then); of one that it shows twice, the first is meant
// (java.time `ZonedDateTime.ofLocal`, Temporal's "compatible").

export interface Zone {
  /** Milliseconds that the zone's clocks are ahead of UTC at an instant. */
  offsetAt(instant: number): number;
  /** The instant of a wall time, given as milliseconds as if it were UTC. */
  instantOf(wall: number): number;
  /** Days since 1970-01-01 on the zone's calendar. */
  dayAt(instant: number): number;
}

export const DAY = 86_400_000;
const MOST_DAYS = 5000;

/** Of an IANA name that was checked. */
export function zoneOf(name: string): Zone {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  /** By UTC day; `null`: the offset changes within it. */
  const byDay = new Map<number, number | null>();

  function asked(instant: number): number {
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of clock.formatToParts(instant)) part[type] = Number(value);
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    const whole = Math.floor(instant / 1000) * 1000;
    return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
  }

  function offsetAt(instant: number): number {
    const day = Math.floor(instant / DAY);
    let offset = byDay.get(day);
    if (offset === undefined) {
      const [first, next] = [asked(day * DAY), asked((day + 1) * DAY)];
      offset = first === next ? first : null;
      if (byDay.size >= MOST_DAYS) byDay.clear();
      byDay.set(day, offset);
    }
    return offset ?? asked(instant);
  }

  function instantOf(wall: number): number {
    const before = offsetAt(wall - DAY);
    const first = wall - before;
    if (offsetAt(first) === before) return first;
    const after = offsetAt(wall + DAY);
    const second = wall - after;
    return offsetAt(second) === after ? second : first;
  }

  return { offsetAt, instantOf, dayAt: (instant) => Math.floor((instant + offsetAt(instant)) / DAY) };
}
