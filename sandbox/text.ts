/** What a client sent where a text is wanted: a number or a flag as its text, anything with parts in it as nothing. */
export function plainText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
