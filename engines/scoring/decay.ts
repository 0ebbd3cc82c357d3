// What time takes: after a half-life half is left.

/** The share that is left, 0 to 1, after an age in milliseconds; an age below 0 counts as 0. */
export function left(age: number, halfLife: number): number {
  return 0.5 ** (Math.max(age, 0) / halfLife);
}
