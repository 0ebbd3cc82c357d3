// The mark that a record bears which a decision made: it is found again by it, and told from what people made.

/** `effect`: the id of what was wanted. */
export function creationKey(effect: string): string {
  return `loopctl:${effect}`;
}

/** At the end of a text. */
const MARK = /loopctl:[A-Za-z0-9-]+\s*$/;

/** Nothing where there is none. */
export function markIn(text: unknown): string | undefined {
  return typeof text === 'string' ? MARK.exec(text)?.[0].trimEnd() : undefined;
}
