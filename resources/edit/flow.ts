// Lists and mappings between brackets: entries stand apart by commas, on one line or on several.
import { lineEnd, lineStart, type Span, splice } from './places.ts';

/** Puts a piece among entries, before the one at `index`. `whole`: the brackets with all between them. */
export function insertFlow(text: string, whole: Span, entries: readonly Span[], index: number, piece: string): string {
  const [before, after] = [entries[index - 1], entries[index]];
  if (before !== undefined) return splice(text, { start: before.end, end: before.end }, `${separator(text, entries)}${piece}`);
  if (after !== undefined) return splice(text, { start: after.start, end: after.start }, `${piece}${separator(text, entries)}`);
  return splice(text, whole, `${text[whole.start]}${piece}${text[whole.end - 1]}`);
}

/** One entry a line, or all that fits on one. */
function separator(text: string, entries: readonly Span[]): string {
  const between = entries.slice(1).map(({ start }, index) => text.slice(entries[index]?.end, start));
  const [first = ', '] = between;
  return between.every((one) => /^,[ \t]*\r?\n[ \t]*$/.test(one)) ? first : ', ';
}

/** Takes the entry at `index` out, with its comma; with its whole line and the comment on it where it has one for itself. */
export function removeFlow(text: string, whole: Span, entries: readonly Span[], index: number): string {
  const entry = entries[index];
  if (entry === undefined) return text;
  const [before, after] = [entries[index - 1], entries[index + 1]];
  if (before === undefined && after === undefined) return splice(text, whole, `${text[whole.start]}${text[whole.end - 1]}`);
  const comma = commaBehind(text, entry.end, after?.start ?? whole.end - 1);
  const written = { start: entry.start, end: comma === undefined ? entry.end : comma + 1 };
  const start = lineStart(text, entry.start);
  const end = lineEnd(text, written.end);
  const isAlone =
    text.slice(start, entry.start).trim() === '' && /^[ \t\r]*(?:#.*)?$/.test(text.slice(written.end, end)) && end < text.length;
  if (isAlone) {
    const without = splice(text, { start, end: end + 1 }, '');
    return after === undefined && comma === undefined && before !== undefined ? withoutComma(without, before, start) : without;
  }
  if (after !== undefined && lineStart(text, after.start) === start) return splice(text, { start: entry.start, end: after.start }, '');
  const blanks = /[ \t]*$/.exec(text.slice(start, entry.start))?.[0].length ?? 0;
  const tidy = { start: entry.start - (before === undefined ? 0 : blanks), end: written.end };
  if (comma !== undefined || before === undefined) return splice(text, tidy, '');
  if (/^,\s*$/.test(text.slice(before.end, entry.start))) return splice(text, { start: before.end, end: entry.end }, '');
  return withoutComma(splice(text, { start: entry.start, end: entry.end }, ''), before, entry.start);
}

function withoutComma(text: string, before: Span, until: number): string {
  const comma = commaBehind(text, before.end, until);
  return comma === undefined ? text : splice(text, { start: comma, end: comma + 1 }, '');
}

/** The comma between two offsets that is not part of a comment. */
function commaBehind(text: string, from: number, until: number): number | undefined {
  for (let at = from; at < until; at += 1) {
    if (text[at] === ',') return at;
    if (text[at] === '#') at = lineEnd(text, at);
  }
  return undefined;
}
