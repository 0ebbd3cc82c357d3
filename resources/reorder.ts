// Puts the keys of a document in the order of its schema by moving lines, so that what is not moved stays as it was written.
import { type Document, isMap, isNode, isScalar, isSeq, type Node, type Pair, parseDocument, visit, type YAMLMap } from 'yaml';
import type { z } from 'zod';
import { YAML_OPTIONS } from './documents.ts';
import { kindsByName } from './index.ts';
import type { Path } from './path.ts';
import { schemaOf } from './read-document.ts';
import { keysAt } from './shape.ts';

/** The text with every mapping of known keys in order. An alias must stay behind its anchor, so a text with one stays as it is. */
export function reorder(text: string): string {
  const document = parseDocument(text, YAML_OPTIONS);
  const kind = kindsByName.get(String(document.get('kind')));
  if (document.errors.length > 0 || kind === undefined || !isMap(document.contents) || hasAlias(document)) return text;
  const place = bounds(document.contents, text.length);
  return text.slice(0, place.start) + rewrite({ text, schema: schemaOf(kind) }, document.contents, [], place) + text.slice(place.end);
}

interface Source {
  readonly text: string;
  readonly schema: z.ZodType;
}

interface Bounds {
  readonly start: number;
  readonly end: number;
}

function hasAlias(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** The text of a node between two offsets, its own mappings in order. */
function rewrite(source: Source, node: Node, path: Path, place: Bounds): string {
  if (isMap(node)) return node.flow === true ? rewriteFlow(source, node, path, place) : rewriteBlock(source, node, path, place);
  if (!isSeq(node)) return source.text.slice(place.start, place.end);
  const items = node.items.filter(isNode);
  let written = '';
  let from = place.start;
  for (const [index, item] of items.entries()) {
    const next = items[index + 1];
    const inner = within(source.text, item, next === undefined ? place.end : within(source.text, next, place.end).start);
    written += source.text.slice(from, inner.start) + rewrite(source, item, [...path, index], inner);
    from = inner.end;
  }
  return written + source.text.slice(from, place.end);
}

type Entry = Pair<Node, Node | null>;

/** `{b: 1, a: 2}`: the entries change places, what stands between them stays. */
function rewriteFlow(source: Source, node: YAMLMap, path: Path, place: Bounds): string {
  const entries = node.items as Entry[];
  const places = entries.map(({ key, value }) => ({ start: bounds(key, place.end).start, end: bounds(value ?? key, place.end).end }));
  const texts = entries.map((entry, index) => rewriteEntry(source, entry, path, places[index] as Bounds));
  // A comment between the entries belongs to one of them, and nobody can tell to which.
  const commented = source.text.slice(place.start, place.end).includes('#');
  const order = commented ? entries.map((_, index) => index) : orderOf(source, entries, path);
  let written = '';
  let from = place.start;
  for (const [index, at] of places.entries()) {
    written += source.text.slice(from, at.start) + (texts[order[index] ?? index] ?? '');
    from = at.end;
  }
  return written + source.text.slice(from, place.end);
}

/** An entry's text, its value rewritten. */
function rewriteEntry(source: Source, { key, value }: Entry, path: Path, place: Bounds): string {
  if (!isNode(value)) return source.text.slice(place.start, place.end);
  const inner = within(source.text, value, place.end);
  return (
    source.text.slice(place.start, inner.start) +
    rewrite(source, value, [...path, keyText(key)], inner) +
    source.text.slice(inner.end, place.end)
  );
}

/** Entries on lines of their own: each moves with the comments above it and what stands behind it. */
function rewriteBlock(source: Source, node: YAMLMap, path: Path, { start, end }: Bounds): string {
  const { text } = source;
  const entries = node.items as Entry[];
  const keys = entries.map(({ key }) => bounds(key, end).start);
  const [firstKey = start] = keys;
  const column = firstKey - lineStart(text, firstKey);
  // Behind a dash there is no line above the first entry for a comment; above a document stands what is said of the whole file.
  const inline = start === firstKey;
  const leads = keys.map((key, index) => (index === 0 ? start : leadStart(text, key, column)));
  const chunks = entries.map((entry, index) => {
    const key = keys[index] ?? start;
    const line = inline && index === 0 ? start : lineStart(text, key);
    const lead = text.slice(leads[index], line);
    const blank = /^(?:[ \t]*\n)*/.exec(lead)?.[0] ?? '';
    return { blank, lead: lead.slice(blank.length), body: rewriteEntry(source, entry, path, { start: key, end: leads[index + 1] ?? end }) };
  });
  const order = orderOf(source, entries, path);
  const stays = order.every((from, index) => from === index) || (inline && chunks[order[0] ?? 0]?.lead !== '');
  const indent = ' '.repeat(column);
  const sorted = (stays ? entries.map((_, index) => index) : order).map((from) => chunks[from]);
  const written = sorted.map((chunk, index) => {
    const body = (chunk?.body ?? '').replace(/\n?$/, '\n');
    // Blank lines part the list where they stand: they do not move.
    return inline && index === 0 ? body : `${chunks[index]?.blank ?? ''}${chunk?.lead ?? ''}${indent}${body}`;
  });
  const whole = written.join('');
  return text[end - 1] === '\n' ? whole : whole.slice(0, -1);
}

/** Where a value inside of another stands. A mapping on lines of its own begins with the comments above its first key. */
function within(text: string, node: Node, limit: number): Bounds {
  const place = bounds(node, limit);
  const line = lineStart(text, place.start);
  if (!isMap(node) || node.flow === true || text.slice(line, place.start).trim() !== '') return place;
  return { start: leadStart(text, place.start, place.start - line), end: place.end };
}

/** Where the comments and blank lines begin that belong to the key below them: up to the first line of anything else. */
function leadStart(text: string, key: number, column: number): number {
  let start = lineStart(text, key);
  for (;;) {
    if (start === 0) return start;
    const above = lineStart(text, start - 1);
    const line = text.slice(above, start - 1);
    const isComment = line.trimStart().startsWith('#') && line.length - line.trimStart().length <= column;
    if (!isComment && line.trim() !== '') return start;
    start = above;
  }
}

function orderOf({ schema }: Source, entries: readonly Entry[], path: Path): readonly number[] {
  const known = keysAt(schema, path);
  const rank = (entry: Entry | undefined): number => {
    const place = entry === undefined ? -1 : known.indexOf(keyText(entry.key));
    return place < 0 ? known.length : place;
  };
  return entries.map((_, index) => index).sort((a, b) => rank(entries[a]) - rank(entries[b]) || a - b);
}

function keyText(key: Node): string {
  return isScalar(key) ? String(key.value) : '';
}

/** Where a node stands, at most up to `limit`: comments behind it may belong to what comes next. */
function bounds(node: Node, limit: number): Bounds {
  const range = node.range ?? [0, 0, 0];
  return { start: range[0], end: Math.min(range[1], limit) };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
