// Days and moments in a time zone of the IANA database.

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', ...parts });
    formats.set(zone, format);
  }
  return format;
}

/** Salesforce's names are those of IANA; `GMT` is one of them. */
export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** yyyy-MM-dd of a moment in the zone. */
export function dayIn(zone: string, moment: number): string {
  return local(zone, moment).slice(0, 10);
}

/** The moment at which the day begins in the zone. */
export function startOfDay(zone: string, date: string): number {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const guess = midnight - offset(zone, midnight);
  // Around a change of the clock the first guess may lie on the other side of it.
  return midnight - offset(zone, guess);
}

function offset(zone: string, moment: number): number {
  return Date.parse(`${local(zone, moment)}Z`) - Math.floor(moment / 1000) * 1000;
}

function local(zone: string, moment: number): string {
  if (zone === 'GMT' || zone === 'UTC') return new Date(moment).toISOString().slice(0, 19);
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  );
  return `${part['year']}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}:${part['second']}`;
}
