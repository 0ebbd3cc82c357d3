// `30s`, `15m`, `4h`, `2d`: how long something takes or lasts.

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
export const DURATION = /^(\d+(?:\.\d+)?)(s|m|h|d)$/;

/** Milliseconds of a duration; `undefined` where the text is none. */
export function milliseconds(text: string): number | undefined {
  const found = DURATION.exec(text);
  if (found === null) return undefined;
  return Number(found[1]) * (UNITS[found[2] ?? ''] ?? 0);
}

/** Of a text that a schema has already accepted. */
export function millisecondsOf(text: string): number {
  const found = milliseconds(text);
  if (found === undefined) throw new Error(`a duration that was never checked: ${text}`);
  return found;
}
