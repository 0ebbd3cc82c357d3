// Record ids as Salesforce makes them: a key prefix, the instance, a counter in base 62, and three characters of checksum.

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const SHAPE = /^[0-9A-Za-z]{15}(?:[A-Za-z0-5]{3})?$/;

/** The id of 18 characters for a counter: ids of one prefix sort in the order in which they were made. */
export function makeId(prefix: string, instance: string, counter: number): string {
  return withChecksum(`${prefix}${instance}${base62(counter, 12 - instance.length)}`);
}

export function base62(value: number, width: number): string {
  let rest = value;
  let text = '';
  while (text.length < width) {
    text = DIGITS.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

export function withChecksum(id15: string): string {
  return id15 + checkOf(id15, 0) + checkOf(id15, 5) + checkOf(id15, 10);
}

/**
 * The id in its form of 18 characters, or nothing where the text is no id. One of 18 characters may have lost its case on the way
 * (a spreadsheet, a case-insensitive store): the checksum restores it.
 */
export function normalizeId(text: string): string | undefined {
  if (!SHAPE.test(text)) return undefined;
  if (text.length === 15) return withChecksum(text);
  const id15 = text.slice(0, 15);
  if (withChecksum(id15) === text) return text;
  const restored = [0, 5, 10].map((from) => restoreCase(id15.slice(from, from + 5), text.charAt(15 + from / 5))).join('');
  return restored.length === 15 ? withChecksum(restored) : undefined;
}

/** A group of five characters gives five bits, the lowest for the first: set where the character is A–Z. */
function checkOf(id15: string, from: number): string {
  let bits = 0;
  for (let index = 0; index < 5; index += 1) {
    const code = id15.charCodeAt(from + index);
    if (code >= 65 && code <= 90) bits |= 1 << index;
  }
  return CHECKS.charAt(bits);
}

function restoreCase(five: string, check: string): string {
  const bits = CHECKS.indexOf(check.toUpperCase());
  return Array.from(five, (char, index) => ((bits >> index) & 1 ? char.toUpperCase() : char.toLowerCase())).join('');
}
