// Days since a date: `age_days`.

const DAY = 86_400_000;
/** In every year. */
const DAYS: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const FORM = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Milliseconds since 1970 of `YYYY-MM-DD` (midnight UTC) or a date-time with `Z`, `±hh:mm`, `±hhmm` or none (UTC); nothing for text
 * in another form and for days that do not exist.
 */
export function instantOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const plain = plainInstant(value);
  if (plain !== undefined) return plain;
  const found = FORM.exec(value.trim());
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const fraction = found[7] ?? '';
  const millis = Number(`${fraction.slice(0, 3).padEnd(3, '0')}.${fraction.slice(3)}`);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const offset = offsetMinutes(found[8]);
  if (offset === undefined) return undefined;
  return midnight.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + millis;
}

/**
 * The forms in which programs write instants, read without a regular expression: `2026-04-16` and `2026-04-16T12:00:00`, with thousandths
 * or without, in UTC. Nothing for anything else, which may still be a date.
 */
function plainInstant(text: string): number | undefined {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  if (text[4] !== '-' || text[7] !== '-' || year < 100 || month < 1 || month > 12 || day < 1 || day > (DAYS[month - 1] ?? 0))
    return undefined;
  if (text.length === 10) return Date.UTC(year, month - 1, day);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  if (text[10] !== 'T' || text[13] !== ':' || text[16] !== ':') return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
  const hasMillis = text[19] === '.';
  const millis = hasMillis ? digits(text, 20, 3) : 0;
  if (millis < 0) return undefined;
  const zoneAt = hasMillis ? 23 : 19;
  const isUtc =
    text.length === zoneAt ||
    (text.length === zoneAt + 1 && text[zoneAt] === 'Z') ||
    (text.length === zoneAt + 5 && text.endsWith('+0000'));
  return isUtc ? Date.UTC(year, month - 1, day, hour, minute, second, millis) : undefined;
}

/** Some ASCII digits as a number; -1 where one of them is none. */
function digits(text: string, from: number, count: number): number {
  let number = 0;
  for (let at = from; at < from + count; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** Whole days from the value to `asOf`. The day ahead counts as 0, since clocks differ; what lies further ahead has no age. */
export function ageInDays(value: unknown, asOf: number): number | undefined {
  const instant = instantOf(value);
  if (instant === undefined) return undefined;
  const days = Math.floor((asOf - instant) / DAY);
  return days >= 0 ? days : days === -1 ? 0 : undefined;
}

function offsetMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
