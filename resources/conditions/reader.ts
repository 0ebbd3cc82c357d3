// The characters of a condition, read from left to right. The first thing that cannot be read ends the reading.
import type { ConditionProblem } from './ast.ts';

/** `value`: tests one value. `record`: tests a record, with paths in front. */
export type Subject = 'value' | 'record';

/** Leaves the descent at the first problem; never leaves parse.ts. */
export class Unreadable extends Error {
  readonly problem: ConditionProblem;
  constructor(problem: ConditionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

export function fail(code: string, offset: number, message: string, hint?: string): never {
  throw new Unreadable({ code, message, offset, ...(hint === undefined ? {} : { hint }) });
}

export interface Reader {
  readonly text: string;
  readonly subject: Subject;
  at: number;
  depth: number;
}

export function takeWord(reader: Reader, word: string): boolean {
  skipSpace(reader);
  if (!atWord(reader, word)) return false;
  reader.at += word.length;
  return true;
}

export function atWord(reader: Reader, word: string): boolean {
  const end = reader.at + word.length;
  return reader.text.slice(reader.at, end).toLowerCase() === word && !/[\w.]/.test(reader.text[end] ?? '');
}

export function takeColon(reader: Reader): void {
  skipSpace(reader);
  takeChar(reader, ':');
}

export function takeChar(reader: Reader, char: string): boolean {
  if (reader.text[reader.at] !== char) return false;
  reader.at += 1;
  return true;
}

export function match(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found;
}

export function skipSpace(reader: Reader): void {
  while (reader.at < reader.text.length && /\s/.test(reader.text[reader.at] as string)) reader.at += 1;
}

export function shorten(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
