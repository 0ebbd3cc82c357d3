// Edits of a configuration file that change one value and leave every other character as people wrote it.
import { splitDocuments } from './documents.ts';
import { editDocument } from './edit/document.ts';
import { withSpecOf } from './edit/transplant.ts';
import type { Edit } from './edit/value.ts';

/** An edit of one of a file's documents, which are counted from 0 over `---` lines. */
export interface FileEdit {
  readonly part: number;
  readonly edit: Edit;
}

/** The file with the edits made one after the other; or the first that cannot be made without changing something else. */
export function editFile(
  text: string,
  edits: readonly FileEdit[],
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly failed: FileEdit } {
  let now = text;
  for (const one of edits) {
    const next = editPart(now, one.part, (part) => editDocument(part, one.edit));
    if (next === undefined) return { ok: false, failed: one };
    now = next;
  }
  return { ok: true, text: now };
}

/** The file without one of its documents; nothing where no other is left. What is said at the top of the file stays. */
export function dropDocument(text: string, part: number): string | undefined {
  const parts = splitDocuments(text);
  const isDeclaring = (index: number) => /^[^\S\n]*[^\s#]/m.test(parts[index]?.text ?? '');
  if (!parts.some((_, index) => index !== part && isDeclaring(index))) return undefined;
  const offset = offsetOf(parts, part);
  const end = offset + (parts[part]?.text.length ?? 0);
  const head = /^(?:[ \t]*(?:#.*)?\r?\n)*/.exec(text)?.[0] ?? '';
  if (part > 0 && parts.slice(0, part).some((_, index) => isDeclaring(index))) return text.slice(0, offset) + text.slice(end);
  // The first one goes: the next needs no marker before it.
  return (part > 0 ? text.slice(0, offset) : head) + text.slice(end).replace(/^---[ \t]*\r?\n/, '');
}

/** The file, one of whose documents has the spec of a document of another file; nothing where it does not stand on lines of its own. */
export function transplant(text: string, part: number, from: { readonly text: string; readonly part: number }): string | undefined {
  const other = splitDocuments(from.text)[from.part]?.text;
  return other === undefined ? undefined : editPart(text, part, (own) => withSpecOf(own, other));
}

/** Which of a file's documents has this line, counted from 1. */
export function partAt(text: string, line: number): number {
  return Math.max(
    0,
    splitDocuments(text).findLastIndex((part) => part.line <= line),
  );
}

function editPart(text: string, part: number, edit: (text: string) => string | undefined): string | undefined {
  const parts = splitDocuments(text);
  const found = parts[part];
  if (found === undefined) return undefined;
  const offset = offsetOf(parts, part);
  const after = edit(found.text);
  if (after === undefined) return undefined;
  // The marker stands in the file where the part has blanks.
  const marker = part === 0 ? 0 : MARKER;
  return text.slice(0, offset + marker) + after.slice(marker) + text.slice(offset + found.text.length);
}

const MARKER = '---'.length;

function offsetOf(parts: readonly { readonly text: string }[], part: number): number {
  return parts.slice(0, part).reduce((sum, { text }) => sum + text.length, 0);
}
