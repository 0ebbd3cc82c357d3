// Buying signals: which of the listed words or phrases occur in a value, a text or a list of texts.
import { phraseIndex } from './words.ts';

export interface Signals {
  /** How many of the listed are found, each counted once. */
  count(value: unknown): number;
  /** Which were found by the last count, in the order in which they are listed. */
  counted(): readonly string[];
}

export function signalsOf(listed: readonly string[]): Signals {
  const names = [...new Set(listed)];
  const index = phraseIndex(names.map((text, number) => ({ text, number })));
  const seen = new Uint8Array(names.length);

  const mark = (value: unknown): void => {
    if (typeof value === 'string') index.mark(value, seen);
    else if (Array.isArray(value)) for (const element of value) mark(element);
    else if (typeof value === 'object' && value !== null && Object.hasOwn(value, 'path')) mark((value as { path: unknown }).path);
  };
  return {
    count(value) {
      for (let at = 0; at < seen.length; at += 1) seen[at] = 0;
      mark(value);
      let count = 0;
      for (let at = 0; at < seen.length; at += 1) count += seen[at] as number;
      return count;
    },
    counted() {
      const found: string[] = [];
      for (let at = 0; at < seen.length; at += 1) if (seen[at] === 1) found.push(names[at] as string);
      return found;
    },
  };
}
