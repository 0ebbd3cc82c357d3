// Exact fractions. A pointer grows by 1/weight, and ten tenths must equal three thirds: doubles would break such ties by chance.

export interface Rational {
  readonly top: bigint;
  /** Above zero, without a factor in common with `top`. */
  readonly bottom: bigint;
}

export const ZERO: Rational = { top: 0n, bottom: 1n };

/** Of a number as it is written in decimal: 0.1 is one tenth, not the double nearest to it. */
export function rational(value: number): Rational {
  if (Number.isSafeInteger(value)) return { top: BigInt(value), bottom: 1n };
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const power = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  return power >= 0 ? { top: digits * 10n ** BigInt(power), bottom: 1n } : reduced(digits, 10n ** BigInt(-power));
}

/** `7`, `-3`, `11/2`, as `rationalText` writes it. */
export function parseRational(text: string): Rational {
  const slash = text.indexOf('/');
  return slash < 0 ? { top: BigInt(text), bottom: 1n } : { top: BigInt(text.slice(0, slash)), bottom: BigInt(text.slice(slash + 1)) };
}

export function rationalText({ top, bottom }: Rational): string {
  return bottom === 1n ? String(top) : `${top}/${bottom}`;
}

export function add(a: Rational, b: Rational): Rational {
  return a.bottom === b.bottom ? reduced(a.top + b.top, a.bottom) : reduced(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
}

export function negate({ top, bottom }: Rational): Rational {
  return { top: -top, bottom };
}

/** Of a number that is not zero. */
export function inverse({ top, bottom }: Rational): Rational {
  return top < 0n ? { top: -bottom, bottom: -top } : { top: bottom, bottom: top };
}

/** Less than, equal to or greater than 0. */
export function compare(a: Rational, b: Rational): number {
  const [left, right] = [a.top * b.bottom, b.top * a.bottom];
  return left < right ? -1 : left > right ? 1 : 0;
}

function reduced(top: bigint, bottom: bigint): Rational {
  if (bottom === 1n) return { top, bottom };
  let [a, b] = [top < 0n ? -top : top, bottom];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 1n ? { top, bottom } : { top: top / a, bottom: bottom / a };
}
