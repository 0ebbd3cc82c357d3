// How near two texts are, by code point. Jaro, "Advances in record-linkage methodology", JASA 84 (1989); Winkler's bonus for a common prefix,
// "String comparator metrics" (1990), p = 0.1, at most 4 letters, without a threshold.

/** 0..1; 0 for two empty texts. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return a === '' ? 0 : 1;
  const left = pointsOf(a);
  const right = pointsOf(b);
  const near = jaroOf(left, right);
  return near + commonPrefix(left, right) * 0.1 * (1 - near);
}

/** 0..1; 0 for two empty texts. */
export function jaro(a: string, b: string): number {
  return jaroOf(pointsOf(a), pointsOf(b));
}

function jaroOf(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Uint8Array(b.length);
  const matched: number[] = [];
  for (let at = 0; at < a.length; at += 1) {
    const end = Math.min(b.length - 1, at + reach);
    for (let to = Math.max(0, at - reach); to <= end; to += 1) {
      if (taken[to] === 1 || b[to] !== a[at]) continue;
      taken[to] = 1;
      matched.push(b[to] as number);
      break;
    }
  }
  if (matched.length === 0) return 0;
  let moved = 0;
  let next = 0;
  for (let at = 0; at < b.length; at += 1) {
    if (taken[at] !== 1) continue;
    if (b[at] !== matched[next]) moved += 1;
    next += 1;
  }
  const m = matched.length;
  return (m / a.length + m / b.length + (m - moved / 2) / m) / 3;
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < 4 && length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** Code points: what people see as one letter is not cut in two. */
function pointsOf(text: string): readonly number[] {
  const points: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const point = text.codePointAt(at) as number;
    points.push(point);
    if (point > 0xffff) at += 1;
  }
  return points;
}
