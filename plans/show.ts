// Values and names as people read them: one line, nothing that could steer a terminal or a page, and secrets not at all.
import { isLink } from '../resources/core.ts';

export const HIDDEN = '(sensitive)';

/** Control, invisible and direction-changing characters: what they would do is done by nobody's label. */
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** `"East"`, `12`, `Territory2/FY27/ams`, `[A, B]`, `nothing`; cut to `length` characters. */
export function show(value: unknown, length = 200): string {
  return cut(safe(written(value)), length);
}

/** Text from the outside, made harmless for one line of output. */
export function safe(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.slice(0, length);
  return `${/[\ud800-\udbff]$/.test(end) ? end.slice(0, -1) : end}…`;
}

/** `1 step`, `2 steps`, `12,000 steps`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${thousands(n)} ${n === 1 ? one : many}`;
}

export function thousands(n: number): string {
  return Number.isInteger(n) ? String(n).replace(/\B(?=(\d{3})+$)/g, ',') : String(n);
}

function written(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (value === HIDDEN) return HIDDEN;
  if (isLink(value)) return value.link;
  if (Array.isArray(value)) return `[${value.map((element) => (typeof element === 'string' ? element : written(element))).join(', ')}]`;
  return JSON.stringify(value);
}
