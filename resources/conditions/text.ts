// How texts and numbers are read before they are compared: `fold`, `words`, `number`, and what counts as missing.

/** NFKC, lower case without a locale, runs of white space as one space, trimmed. Accents stay. */
export function fold(text: string): string {
  if (text === lastText) return lastFolded;
  lastFolded = foldPlain(text) ?? text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  lastText = text;
  return lastFolded;
}

// The rules of a model ask the same value again and again: the last answers are kept.
let lastText = '';
let lastFolded = '';
let lastLineOf = '';
let lastLine = ' ';

/** Most texts are ASCII with single spaces inside, and need lower case at most. Nothing for others. */
function foldPlain(text: string): string | undefined {
  let hasCapitals = false;
  let space = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 32) {
      if (space) return undefined;
      space = true;
    } else {
      if (code < 33 || code > 126) return undefined;
      if (code >= 65 && code <= 90) hasCapitals = true;
      space = false;
    }
  }
  if (space && text !== '') return undefined;
  return hasCapitals ? text.toLowerCase() : text;
}

/** The words of a text, each with a space before and after it, so that a run of words is found as a part of it. */
export function wordLine(text: string): string {
  if (text === lastLineOf) return lastLine;
  const words = fold(text).match(/[\p{L}\p{N}\p{M}]+/gu);
  lastLine = words === null ? ' ' : ` ${words.join(' ')} `;
  lastLineOf = text;
  return lastLine;
}

/** A number with the digits that it was written in: a comparison is exact where doubles are not. */
export interface Exact {
  readonly value: number;
  readonly digits: string;
}

/** A JSON number, or text that is one in ASCII digits with or without commas between thousands. Nothing else is a number. */
export function exactNumber(value: unknown): Exact | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? { value, digits: String(value) } : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (!/^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/.test(text)) return undefined;
  const digits = text.replaceAll(',', '');
  return { value: Number(digits), digits };
}

/** Less than, equal to or greater than 0. */
export function compareExact(a: Exact, b: Exact): number {
  if (a.value !== b.value) return a.value < b.value ? -1 : 1;
  // Equal as doubles: up to 15 digits that is exact.
  if (a.digits.length <= 15 && b.digits.length <= 15) return 0;
  return compareDecimals(a.digits, b.digits);
}

function compareDecimals(a: string, b: string): number {
  const left = decimal(a);
  const right = decimal(b);
  // Written with an exponent: no more is known than the double says.
  if (left === undefined || right === undefined) return 0;
  const scale = Math.max(left.fraction.length, right.fraction.length);
  const [x, y] = [scaled(left, scale), scaled(right, scale)];
  return x < y ? -1 : x > y ? 1 : 0;
}

interface Decimal {
  readonly sign: string;
  readonly whole: string;
  readonly fraction: string;
}

function decimal(digits: string): Decimal | undefined {
  const found = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(digits);
  return found === null ? undefined : { sign: found[1] === '-' ? '-' : '', whole: found[2] ?? '0', fraction: found[3] ?? '' };
}

function scaled({ sign, whole, fraction }: Decimal, scale: number): bigint {
  return BigInt(`${sign}${whole}${fraction.padEnd(scale, '0')}`);
}

/** Absent, null, blank text, a list of nothing else; an object with a `path` is missing when its path is. */
export function isMissing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.every(isMissing);
  if (typeof value === 'object' && Object.hasOwn(value, 'path')) return isMissing((value as { path: unknown }).path);
  return false;
}
