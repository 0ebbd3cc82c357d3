// Points are whole. A half goes up.

export function roundHalfUp(value: number): number {
  return Math.floor(value + 0.5);
}

/** `part × whole / of`, rounded: exact for whole numbers, where the quotient is no double. */
export function share(part: number, whole: number, of: number): number {
  return Math.floor((2 * part * whole + of) / (2 * of));
}
