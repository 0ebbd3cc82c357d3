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
/** A state is where its row of the table begins: the next states by symbol, and behind them the least number that ends there. */
const WIDTH = SYMBOLS + 1;
const NONE = 0x7fffffff;
/** Rows of 152 bytes: at most 3 MB. With more, phrases are looked for one by one. */
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
  readonly table: Int32Array;
  /** Of all phrases that end in a state, by the number of its row. */
  readonly numbers: readonly (readonly number[])[];
  /** The state behind a space: where every text begins. */
  readonly start: number;
}

/** The least number, `NONE`, or nothing where the text is not ASCII. */
function walkLeast({ table, start }: Automaton, text: string): number | undefined {
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
    state = table[state + symbol] as number;
    const here = table[state + SYMBOLS] as number;
    if (here < found) found = here;
  }
  if (between) return found;
  return Math.min(found, table[(table[state] as number) + SYMBOLS] as number);
}

/** False where the text is not ASCII; some of it may then have been marked, and truly occurs. */
function walkMark({ table, numbers, start }: Automaton, text: string, seen: Uint8Array): boolean {
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
    state = table[state + symbol] as number;
    if (table[state + SYMBOLS] !== NONE) for (const number of numbers[state / WIDTH] ?? []) seen[number] = 1;
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
  const table = new Int32Array(most * WIDTH);
  const numbers: number[][] = [[]];
  for (const { line, number } of [{ line: ' ', number: NONE }, ...plain]) {
    let state = 0;
    for (let at = 0; at < line.length; at += 1) {
      const edge = state + (SYMBOL_OF[line.charCodeAt(at)] as number);
      if (table[edge] === 0) table[edge] = (numbers.push([]) - 1) * WIDTH;
      state = table[edge] as number;
    }
    if (number !== NONE) numbers[state / WIDTH]?.push(number);
  }
  joinFailures(table, numbers);
  for (const [row, here] of numbers.entries()) table[row * WIDTH + SYMBOLS] = Math.min(NONE, ...here);
  return { table, numbers, start: table[BETWEEN] as number };
}

/** Gives every state the edges, and the ends, of the longest other beginning that it ends in: breadth first, so that this one is done. */
function joinFailures(table: Int32Array, numbers: number[][]): void {
  const failure = new Map<number, number>();
  const queue: number[] = [];
  for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
    const child = table[symbol] as number;
    if (child !== 0) queue.push(child);
  }
  for (const state of queue) {
    const other = failure.get(state) ?? 0;
    numbers[state / WIDTH]?.push(...(numbers[other / WIDTH] ?? []));
    for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
      const fallback = table[other + symbol] as number;
      const child = table[state + symbol] as number;
      if (child === 0) table[state + symbol] = fallback;
      else {
        failure.set(child, fallback);
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
