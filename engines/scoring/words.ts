// Many words and phrases looked for in one pass over a text: an automaton in the manner of Aho and Corasick (1975), over letters,
// digits and "between words". It answers what `in:` answers, for all items of all rules at once. Texts that are not ASCII are read as
// `in:` reads them, one item after the other.
import { wordLine } from '../../resources/conditions/text.ts';

export interface Phrase {
  readonly text: string;
  /** What stands for it in the answer; several phrases may have the same. Not negative. */
  readonly number: number;
}

export interface PhraseIndex {
  /** The least number of a phrase whose words occur in a row in the text; -1 where there is none. */
  least(text: string): number;
  /** Sets `seen` at the number of every phrase that occurs. */
  mark(text: string, seen: Uint8Array): void;
}

/** Letters, digits, and 0 for everything between words. */
const SYMBOLS = 37;
const BETWEEN = 0;
const NONE = 0x7fffffff;
/** Rows of 148 bytes: at most 3 MB. With more, phrases are looked for one by one. */
const MOST_STATES = 20_000;
const SYMBOL_OF = Uint8Array.from({ length: 128 }, (_, code) => symbolOf(code));

export function phraseIndex(phrases: readonly Phrase[]): PhraseIndex {
  const lines = phrases.map(({ text, number }) => ({ line: wordLine(text), number }));
  const automaton = automatonOf(lines);
  if (automaton === undefined) return { least: (text) => leastOf(lines, text), mark: (text, seen) => markOf(lines, text, seen) };
  return {
    least(text) {
      const found = walkLeast(automaton, text);
      return found === undefined ? leastOf(lines, text) : found === NONE ? -1 : found;
    },
    mark(text, seen) {
      if (!walkMark(automaton, text, seen)) markOf(lines, text, seen);
    },
  };
}

interface Line {
  /** Its words, each with a space before and after it. */
  readonly line: string;
  readonly number: number;
}

interface Automaton {
  readonly next: Int32Array;
  /** Of the phrases that end in a state, the least number. */
  readonly least: Int32Array;
  readonly numbers: readonly (readonly number[])[];
  /** The state behind a space: where every text begins. */
  readonly start: number;
}

/** The least number, `NONE`, or nothing where the text is not ASCII. */
function walkLeast({ next, least, start }: Automaton, text: string): number | undefined {
  let state = start;
  let between = true;
  let found = NONE;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127) return undefined;
    const symbol = SYMBOL_OF[code] as number;
    if (symbol === BETWEEN) {
      if (between) continue;
      between = true;
    } else between = false;
    state = next[state * SYMBOLS + symbol] as number;
    const here = least[state] as number;
    if (here < found) found = here;
  }
  if (!between) {
    const here = least[next[state * SYMBOLS] as number] as number;
    if (here < found) found = here;
  }
  return found;
}

/** False where the text is not ASCII; some of it may then have been marked, and truly occurs. */
function walkMark({ next, least, numbers, start }: Automaton, text: string, seen: Uint8Array): boolean {
  let state = start;
  let between = true;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at === text.length ? 32 : text.charCodeAt(at);
    if (code > 127) return false;
    const symbol = SYMBOL_OF[code] as number;
    if (symbol === BETWEEN) {
      if (between) continue;
      between = true;
    } else between = false;
    state = next[state * SYMBOLS + symbol] as number;
    if (least[state] === NONE) continue;
    const here = numbers[state] as readonly number[];
    for (let index = 0; index < here.length; index += 1) seen[here[index] as number] = 1;
  }
  return true;
}

function leastOf(lines: readonly Line[], text: string): number {
  const words = wordLine(text);
  let found = NONE;
  for (const { line, number } of lines) if (number < found && words.includes(line)) found = number;
  return found === NONE ? -1 : found;
}

function markOf(lines: readonly Line[], text: string, seen: Uint8Array): void {
  const words = wordLine(text);
  for (const { line, number } of lines) if (words.includes(line)) seen[number] = 1;
}

/** Nothing where it would be too large. */
function automatonOf(lines: readonly Line[]): Automaton | undefined {
  // A phrase with other letters is never found in a text that has none.
  const plain = lines.filter(({ line }) => /^[ a-z0-9]+$/.test(line));
  const most = plain.reduce((sum, { line }) => sum + line.length, 2);
  if (most > MOST_STATES) return undefined;
  const next = new Int32Array(most * SYMBOLS);
  const numbers: number[][] = [[]];
  for (const { line, number } of [{ line: ' ', number: NONE }, ...plain]) {
    let state = 0;
    for (let at = 0; at < line.length; at += 1) {
      const edge = state * SYMBOLS + (SYMBOL_OF[line.charCodeAt(at)] as number);
      if (next[edge] === 0) next[edge] = numbers.push([]) - 1;
      state = next[edge] as number;
    }
    if (number !== NONE) numbers[state]?.push(number);
  }
  joinFailures(next, numbers);
  const least = Int32Array.from(numbers, (here) => Math.min(NONE, ...here));
  return { next, least, numbers, start: next[BETWEEN] as number };
}

/** Gives every state the edges, and the ends, of the longest other beginning that it ends in: breadth first, so that this one is done. */
function joinFailures(next: Int32Array, numbers: number[][]): void {
  const failure = new Int32Array(numbers.length);
  const queue: number[] = [];
  for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
    const child = next[symbol] as number;
    if (child !== 0) queue.push(child);
  }
  for (const state of queue) {
    const other = failure[state] as number;
    numbers[state]?.push(...(numbers[other] ?? []));
    for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
      const edge = state * SYMBOLS + symbol;
      const fallback = next[other * SYMBOLS + symbol] as number;
      const child = next[edge] as number;
      if (child === 0) next[edge] = fallback;
      else {
        failure[child] = fallback;
        queue.push(child);
      }
    }
  }
}

function symbolOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 47;
  if (code >= 97 && code <= 122) return code - 86;
  return code >= 65 && code <= 90 ? code - 54 : BETWEEN;
}
