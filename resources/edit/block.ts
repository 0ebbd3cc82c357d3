// Keys and list items on lines of their own. What goes takes its lines along, with the comment at their end; a comment above stays, since
// it may be about more than the one that goes.
import { columnOf, lineEnd, lineStart, newlineOf, type Span, splice } from './places.ts';

/**
 * Puts a piece on a line of its own among entries that begin at `column`, before the one at `index`: right behind the last line of the one
 * above, so that comments stay with what stands below them.
 */
export function insertBlock(text: string, entries: readonly Span[], index: number, piece: string): string | undefined {
  const [first] = entries;
  if (first === undefined) return undefined;
  const column = columnOf(text, first.start);
  const newline = newlineOf(text);
  const written = `${' '.repeat(column)}${piece.replaceAll('\n', newline)}`;
  const above = entries[index - 1];
  if (above !== undefined) {
    const end = lineEnd(text, above.end);
    if (end === text.length) return `${text}${newline}${written}`;
    return splice(text, { start: end + 1, end: end + 1 }, `${written}${newline}`);
  }
  const line = lineStart(text, first.start);
  // Behind a dash there is no line above the first key.
  if (text.slice(line, first.start).trim() !== '')
    return splice(text, { start: first.start, end: first.start }, `${piece.replaceAll('\n', newline)}${newline}${' '.repeat(column)}`);
  const start = commentsAbove(text, line);
  return splice(text, { start, end: start }, `${written}${newline}`);
}

/** Takes the lines of an entry out. Nothing where it shares its first line with something else. */
export function removeBlock(text: string, entry: Span, after: Span | undefined): string | undefined {
  const start = lineStart(text, entry.start);
  const end = lineEnd(text, entry.end);
  if (text.slice(start, entry.start).trim() === '') return splice(text, { start, end: Math.min(end + 1, text.length) }, '');
  // `- a: 1` with more below it: that comes up behind the dash.
  if (after === undefined) return undefined;
  const next = end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0);
  return splice(text, { start: entry.start, end: next }, '');
}

/** The line where the comments begin that stand right above a line. */
function commentsAbove(text: string, line: number): number {
  let start = line;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!text.slice(above, start).trimStart().startsWith('#')) return start;
    start = above;
  }
  return start;
}
