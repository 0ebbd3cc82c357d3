// The canonical form of a file: keys in the order in which the schema has them, no blanks at the ends of lines, one newline at the end.
// Everything else, comments and their columns among it, stays as people wrote it. What a file means never changes: a part of which
// that could not be said stays as it is.
import { parse } from 'yaml';
import type { Checked } from './core.ts';
import { readDocuments, splitDocuments, YAML_OPTIONS } from './documents.ts';
import { isMapping } from './path.ts';
import { reorder } from './reorder.ts';

/** Fails with what is wrong where the YAML cannot be read. Mistakes in what it declares do not matter here. */
export function format(text: string, path = 'file.yaml'): Checked<string> {
  const { problems } = readDocuments(path, text);
  if (problems.length > 0) return { ok: false, problems };
  const whole = `${text.replaceAll('\r\n', '\n').trimEnd()}\n`;
  let offset = 0;
  const parts = splitDocuments(whole).map(({ text: part }, index) => {
    // The marker stands in the file where the part has blanks.
    const marker = index === 0 ? '' : whole.slice(offset, offset + MARKER.length);
    offset += part.length;
    return marker + formatPart(part, index > 0).slice(marker.length);
  });
  return { ok: true, value: parts.join('').replace(/^(?:[ \t]*\n)+/, '') };
}

const MARKER = '---';

function formatPart(text: string, marked: boolean): string {
  const reordered = sameMeaning(text, reorder(text));
  const start = marked ? MARKER.length : 0;
  const lines = reordered
    .slice(start)
    .replace(/[ \t]+$/gm, '')
    .replace(/\n+$/, '\n');
  return sameMeaning(reordered, reordered.slice(0, start) + lines);
}

/** The new text, if it says what the old one says; else the old one. */
function sameMeaning(before: string, after: string): string {
  if (before === after) return after;
  try {
    return meaning(before) === meaning(after) ? after : before;
  } catch {
    // What cannot be read any more surely means something else.
    return before;
  }
}

/** What a document says, whatever the order of its keys. */
function meaning(text: string): string {
  return JSON.stringify(parse(text, YAML_OPTIONS), (_, value: unknown) =>
    isMapping(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}
