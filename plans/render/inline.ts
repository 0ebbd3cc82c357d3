// Text from the outside in Markdown: nothing in it becomes markup or calls a person.
import { safe } from '../show.ts';

/** A code span that holds any text: its fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const plain = safe(text);
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') || plain === '' ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

/** Running text: nothing in it is markup, and no @name calls anybody. */
export function words(text: string): string {
  return safe(text)
    .replace(/[\\`*_{}[\]#|~!]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;');
}
