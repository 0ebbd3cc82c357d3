// How near two texts are, by code point. Jaro, "Advances in record-linkage methodology", JASA 84 (1989); Winkler's bonus for a common prefix,
// "String comparator metrics" (1990), p = 0.1, at most 4 letters, without a threshold.

/** 0..1; 0 for two empty texts. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return a === '' ? 0 : 1;
  const left = Array.from(a);
  const right = Array.from(b);
  const near = jaroOf(left, right);
  return near + commonPrefix(left, right) * 0.1 * (1 - near);
}

/** 0..1; 0 for two empty texts. */
export function jaro(a: string, b: string): number {
  return jaroOf(Array.from(a), Array.from(b));
}

function jaroOf(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Uint8Array(b.length);
  const matched: string[] = [];
  for (const [at, letter] of a.entries()) {
    const end = Math.min(b.length - 1, at + reach);
    for (let to = Math.max(0, at - reach); to <= end; to += 1) {
      if (taken[to] === 1 || b[to] !== letter) continue;
      taken[to] = 1;
      matched.push(letter);
      break;
    }
  }
  if (matched.length === 0) return 0;
  let moved = 0;
  let next = 0;
  for (const [at, letter] of b.entries()) {
    if (taken[at] !== 1) continue;
    if (letter !== matched[next]) moved += 1;
    next += 1;
  }
  const m = matched.length;
  return (m / a.length + m / b.length + (m - moved / 2) / m) / 3;
}

function commonPrefix(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < 4 && length < a.length && a[length] === b[length]) length += 1;
  return length;
}
