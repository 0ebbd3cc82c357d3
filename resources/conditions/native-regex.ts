// The runtime's own regular expressions are many times faster than RE2, and slow where an expression can match in many ways. So they
// answer where both mean the same (ASCII) and where the ways in which a text of that length can be tried are few, counted beforehand.

/** How many ways are tried at most: some milliseconds where every one of them fails at its end. */
const MOST_WAYS = 200_000;

export interface NativeRegex {
  readonly pattern: RegExp;
  /** Only for texts of printable ASCII up to this length. */
  readonly longest: number;
}

/** Of an expression that the language accepts; nothing where it cannot be said that it is quick. */
export function nativeRegex(source: string): NativeRegex | undefined {
  if (!isPrintable(source)) return undefined;
  const ways = waysOf(source);
  if (ways === undefined || ways.fixed > MOST_WAYS) return undefined;
  const longest = ways.degree === 0 ? Number.MAX_SAFE_INTEGER : Math.floor((MOST_WAYS / ways.fixed) ** (1 / ways.degree)) - 1;
  return longest < 1 ? undefined : { pattern: new RegExp(source, 'i'), longest };
}

export function isPrintable(text: string): boolean {
  if (text === lastText) return lastIsPrintable;
  lastText = text;
  lastIsPrintable = true;
  for (let at = 0; at < text.length && lastIsPrintable; at += 1) {
    const code = text.charCodeAt(at);
    lastIsPrintable = code >= 32 && code <= 126;
  }
  return lastIsPrintable;
}

// Several expressions are tried on one text, one after the other.
let lastText = '';
let lastIsPrintable = true;

/** A text of n characters is tried in at most `fixed × (n + 1) ** degree` ways: a choice multiplies, and so does every place to begin. */
interface Ways {
  readonly fixed: number;
  readonly degree: number;
}

function waysOf(source: string): Ways | undefined {
  let fixed = 1;
  let depth = 0;
  let unbounded = 0;
  let isAnchored = source.startsWith('^');
  // Escaped signs and classes are one character each to what follows.
  const plain = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  for (let at = 0; at < plain.length; at += 1) {
    const char = plain[at];
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === '|') {
      fixed *= 2;
      if (depth === 0) isAnchored = false;
    } else if (char === '*' || char === '+') unbounded += 1;
    else if (char === '?') fixed *= plain[at - 1] === '(' ? 1 : 2;
    else if (char === '{') {
      const [, least = '0', comma, most = ''] = /^\{(\d+)(,?)(\d*)\}/.exec(plain.slice(at)) ?? [];
      const isMany = comma !== '' || Number(least) > 1;
      if (plain[at - 1] === ')' && isMany) return undefined;
      if (comma !== '' && most === '') unbounded += 1;
      else if (comma !== '') fixed *= Number(most) - Number(least) + 1;
    }
  }
  return { fixed, degree: unbounded + (isAnchored ? 0 : 1) };
}
