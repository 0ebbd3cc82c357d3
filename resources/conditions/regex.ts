// The regular expressions that a condition may hold: a subset that people can read and that no text can make slow.
// It runs on RE2, whose time is linear in the text, or on what gives the same answer sooner; what RE2 would take and the language refuses
// is refused here, by name.
import { RE2JS } from 're2js';
import { isPrintable, nativeRegex } from './native-regex.ts';

export type RegexProblem = { readonly code: string; readonly message: string /** Into the expression. */; readonly offset: number };
export type Matcher = (folded: string) => boolean;

const MAX_LENGTH = 200;
const MAX_REPEAT = 1000;
const MAX_UNBOUNDED = 3;

/** A matcher on folded text (so case does not count), or what is wrong with the expression. */
export function compileRegex(source: string): { ok: true; matches: Matcher } | { ok: false; problem: RegexProblem } {
  const problem = check(source);
  if (problem !== undefined) return { ok: false, problem };
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    // RE2 tells what it cannot read by throwing: the expression is input.
    return {
      ok: false,
      problem: { code: 'regex_syntax', message: `the expression cannot be read: ${(error as Error).message}`, offset: 0 },
    };
  }
  const native = nativeRegex(source);
  if (native === undefined) return { ok: true, matches: (folded) => compiled.test(folded) };
  const { pattern, longest } = native;
  return {
    ok: true,
    matches: (folded) => (folded.length <= longest && isPrintable(folded) ? pattern.test(folded) : compiled.test(folded)),
  };
}

interface Group {
  readonly start: number;
  hasRepeat: boolean;
}

/** Walks the expression once. What stands there last decides what a repeat repeats. */
function check(source: string): RegexProblem | undefined {
  const bad = (code: string, message: string, offset: number): RegexProblem => ({ code, message, offset });
  if (source === '') return bad('regex_empty', 'the expression is empty', 0);
  if (source.length > MAX_LENGTH) return bad('regex_too_long', `the expression is longer than ${MAX_LENGTH} characters`, MAX_LENGTH);
  const open: Group[] = [];
  let unbounded = 0;
  /** What the next repeat would repeat: nothing, a character, or a group that holds a repeat or not. */
  let last: 'none' | 'atom' | Group = 'none';
  for (let at = 0; at < source.length; ) {
    const char = source[at] as string;
    const repeat = repeatAt(source, at);
    if (repeat !== undefined) {
      if (last === 'none') return bad('regex_syntax', 'there is nothing to repeat here', at);
      if (repeat.max < repeat.min) return bad('regex_syntax', 'the repeat ends before it begins', at);
      if (repeat.min > MAX_REPEAT || (repeat.max > MAX_REPEAT && repeat.max !== Infinity)) {
        return bad('regex_repeat', `a repeat is at most ${MAX_REPEAT}`, at);
      }
      if (repeat.max === Infinity && last !== 'atom') return bad('regex_catastrophic', 'a group may not be repeated without end', at);
      if (repeat.max > 1 && last !== 'atom' && last.hasRepeat)
        return bad('regex_catastrophic', 'a group that holds a repeat may not be repeated', at);
      unbounded += repeat.max === Infinity ? 1 : 0;
      if (unbounded > MAX_UNBOUNDED) return bad('regex_catastrophic', `at most ${MAX_UNBOUNDED} repeats may be without end`, at);
      for (const group of open) group.hasRepeat = true;
      last = 'none';
      at = repeat.end;
    } else if (char === '\\') {
      const problem = escapeProblem(source, at);
      if (problem !== undefined) return problem;
      last = /[bB]/.test(source[at + 1] as string) ? 'none' : 'atom';
      at += 2;
    } else if (char === '[') {
      const end = classEnd(source, at);
      if (typeof end !== 'number') return end;
      last = 'atom';
      at = end;
    } else if (char === '(') {
      const special = /^\(\?(?!:)/.test(source.slice(at));
      if (special) return bad('regex_lookaround_or_flags', 'look-around, named groups and flags are not part of the language', at);
      open.push({ start: at, hasRepeat: false });
      last = 'none';
      at += source.startsWith('(?:', at) ? 3 : 1;
    } else if (char === ')') {
      const group = open.pop();
      if (group === undefined) return bad('regex_syntax', 'this parenthesis closes nothing; write \\) for the character', at);
      last = group;
      at += 1;
    } else if (/[{}\]]/.test(char)) {
      return bad('regex_syntax', `write \\${char} for the character`, at);
    } else {
      last = /[|^$]/.test(char) ? 'none' : 'atom';
      at += 1;
    }
  }
  const unclosed = open.at(-1);
  return unclosed === undefined ? undefined : bad('regex_syntax', 'this parenthesis is not closed', unclosed.start);
}

interface Repeat {
  readonly min: number;
  readonly max: number;
  readonly end: number;
}

function repeatAt(source: string, at: number): Repeat | undefined {
  const found = /^(?:([?*+])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(source.slice(at));
  if (found === null) return undefined;
  const end = at + found[0].length;
  if (found[1] !== undefined) return { min: found[1] === '+' ? 1 : 0, max: found[1] === '?' ? 1 : Infinity, end };
  const min = Number(found[2]);
  const max = found[3] === undefined ? min : found[4] === '' ? Infinity : Number(found[4]);
  return { min, max, end };
}

function escapeProblem(source: string, at: number): RegexProblem | undefined {
  const char = source[at + 1];
  if (char === undefined) return { code: 'regex_syntax', message: 'the expression ends in a backslash', offset: at };
  if (/[1-9k]/.test(char)) return { code: 'regex_backreference', message: 'back-references are not part of the language', offset: at };
  if (/[dDwWsSbB]/.test(char) || !/[\p{L}\p{N}]/u.test(char)) return undefined;
  return { code: 'regex_syntax', message: `\\${char} is not part of the language`, offset: at };
}

/** Where a class ends, after its `]`. */
function classEnd(source: string, start: number): number | RegexProblem {
  const bad = (message: string, offset: number): RegexProblem => ({ code: 'regex_syntax', message, offset });
  let at = start + 1;
  if (source[at] === '^') at += 1;
  const first = at;
  while (at < source.length && source[at] !== ']') {
    if (source[at] === '\\') {
      const problem = escapeProblem(source, at);
      if (problem !== undefined) return problem;
      if (/[bB]/.test(source[at + 1] as string)) return bad('a class cannot hold a word boundary', at);
      at += 2;
    } else if (source[at] === '[') {
      return bad('write \\[ for the character', at);
    } else {
      at += 1;
    }
  }
  if (at >= source.length) return bad('this class is not closed', start);
  return at === first ? bad('an empty class matches nothing', start) : at + 1;
}
