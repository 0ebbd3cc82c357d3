// Days since a date: `age_days`.

const DAY = 86_400_000;
const FORM = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Milliseconds since 1970 of `YYYY-MM-DD` (midnight UTC) or a date-time with `Z`, `±hh:mm`, `±hhmm` or none (UTC); nothing for text
 * in another form and for days that do not exist.
 */
export function instantOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
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
  const millis = Number(`0.${found[7] ?? '0'}`) * 1000;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const offset = offsetMinutes(found[8]);
  if (offset === undefined) return undefined;
  return midnight.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + millis;
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
