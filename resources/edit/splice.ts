// Edits as splices of the text, where the nodes of the document stand. Nothing where an edit cannot be made so.
import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Path } from '../path.ts';
import { keysAt } from '../shape.ts';
import { insertBlock, removeBlock } from './block.ts';
import { insertFlow, removeFlow } from './flow.ts';
import {
  behindColon,
  columnOf,
  endOf,
  entriesOf,
  type Entry,
  entryOf,
  entrySpan,
  isUnwritten,
  itemsOf,
  lineEnd,
  lineStart,
  nodesOn,
  spanOf,
  splice,
  startOf,
} from './places.ts';
import { type Json, printLine, printText } from './print.ts';
import type { Source } from './source.ts';
import type { Edit } from './value.ts';

export function spliced(source: Source, edit: Edit): string | undefined {
  switch (edit.op) {
    case 'set':
      return setAt(source, edit.path, edit.value);
    case 'unset':
      return unsetAt(source, edit.path);
    case 'take':
      return takeFrom(source, edit.path, edit.item);
    case 'put':
      return putInto(source, edit.path, edit.at, edit.item);
    default:
      return edit satisfies never;
  }
}

function setAt(source: Source, path: Path, value: Json): string | undefined {
  const way = nodesOn(source.document.contents, path);
  const depth = way.length - 1;
  const here = way[depth];
  const rest = path.slice(depth);
  if (here === undefined || (isAlias(here) && rest.length > 0)) return undefined;
  const entry = entryAbove(way, path, depth);
  const inFlow = way.slice(0, depth).some((node) => (isMap(node) || isSeq(node)) && node.flow === true);
  if (rest.length === 0 || isUnwritten(here)) return replaceValue(source, here, { entry, inFlow }, wrap(rest, value));
  const [key, ...inner] = rest;
  return isMap(here) && typeof key === 'string' ? addKey(source, here, path.slice(0, depth), key, wrap(inner, value)) : undefined;
}

/** The entry whose value a node is. */
function entryAbove(way: readonly Node[], path: Path, depth: number): Entry | undefined {
  const [above, key] = [way[depth - 1], path[depth - 1]];
  return isMap(above) && key !== undefined ? entryOf(above, key) : undefined;
}

/** The mappings that are still missing around a value. */
function wrap(path: Path, value: Json): Json {
  return path.reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
}

/** `inFlow`: the node stands between brackets. */
interface Around {
  readonly entry: Entry | undefined;
  readonly inFlow: boolean;
}

function replaceValue({ text }: Source, node: Node, { entry, inFlow }: Around, value: Json): string | undefined {
  const { start, end } = spanOf(text, node);
  const column = entry === undefined ? columnOf(text, start) : columnOf(text, startOf(entry.key));
  const style = isScalar(node) ? node.type : undefined;
  // A block of text takes all that follows on its line for itself.
  const isFree = !inFlow && !isUnwritten(node) && entry !== undefined && text.slice(end, lineEnd(text, end)).trim() === '';
  const written =
    isFree && typeof value === 'string' && value.includes('\n') ? printText(value, column) : printLine(value, inFlow, style ?? undefined);
  if (!isUnwritten(node)) return isScalar(node) || isAlias(node) ? splice(text, { start, end }, written) : undefined;
  if (entry === undefined) return undefined;
  const place = behindColon(entry);
  return splice(text, { start: place, end: place }, `${text[place - 1] === ':' ? '' : ':'} ${written}`);
}

function addKey(source: Source, map: Node, path: Path, key: string, value: Json): string | undefined {
  if (!isMap(map)) return undefined;
  const { text, schema } = source;
  const entries = entriesOf(map);
  const index = schema === undefined ? entries.length : placeOf(entries, keysAt(schema, path), key);
  const spans = entries.map((entry) => entrySpan(text, entry));
  const inFlow = map.flow === true;
  const column = columnOf(text, spans[0]?.start ?? 0);
  const isText = typeof value === 'string' && value.includes('\n') && !inFlow;
  const piece = `${printLine(key, true)}: ${isText ? printText(value, column) : printLine(value, inFlow)}`;
  return inFlow ? insertFlow(text, spanOf(text, map), spans, index, piece) : insertBlock(text, spans, index, piece);
}

/** Behind the last of the entries that the schema has before the key. */
function placeOf(entries: readonly Entry[], known: readonly string[], key: string): number {
  const rank = known.indexOf(key);
  const ranks = entries.map(({ key: node }) => known.indexOf(isScalar(node) ? String(node.value) : ''));
  return ranks.findLastIndex((other) => other >= 0 && other < rank) + 1;
}

function unsetAt(source: Source, path: Path): string | undefined {
  const { text, document } = source;
  const [key] = path.slice(-1);
  const way = nodesOn(document.contents, path.slice(0, -1));
  const map = way.length === path.length ? way.at(-1) : undefined;
  if (!isMap(map) || key === undefined) return undefined;
  const entries = entriesOf(map);
  const index = entries.findIndex((entry) => entry === entryOf(map, key));
  const spans = entries.map((entry) => entrySpan(text, entry));
  if (index < 0) return undefined;
  if (map.flow === true) return removeFlow(text, spanOf(text, map), spans, index);
  return entries.length === 1
    ? emptyValue(source, way, path.slice(0, -1), '{}')
    : removeBlock(text, spans[index] ?? spanOf(text, map), spans[index + 1]);
}

function takeFrom(source: Source, path: Path, item: Json): string | undefined {
  const { text } = source;
  const found = listAt(source, path);
  if (found === undefined) return undefined;
  const { list, way, spans } = found;
  const index = itemsOf(list).findIndex((node) => isScalar(node) && node.value === item);
  const span = spans[index];
  if (span === undefined) return undefined;
  if (list.flow === true) return removeFlow(text, spanOf(text, list), spans, index);
  return spans.length === 1 ? emptyValue(source, way, path, '[]') : removeBlock(text, span, undefined);
}

function putInto(source: Source, path: Path, at: number, item: Json): string | undefined {
  const { text } = source;
  const found = listAt(source, path);
  if (found === undefined) return undefined;
  const { list, spans } = found;
  if (list.flow === true) return insertFlow(text, spanOf(text, list), spans, at, printLine(item, true));
  return insertBlock(text, spans, at, `- ${printLine(item, false)}`);
}

/** A list with the places of its items; in one over several lines they begin with their dash. */
function listAt({ text, document }: Source, path: Path) {
  const way = nodesOn(document.contents, path);
  const list = way.length === path.length + 1 ? way.at(-1) : undefined;
  if (!isSeq(list)) return undefined;
  const spans = itemsOf(list).map((node) => {
    const { start, end } = spanOf(text, node);
    const line = lineStart(text, start);
    const dash = /^\s*(?=-\s)/.exec(text.slice(line, start))?.[0].length;
    return { start: list.flow === true || dash === undefined ? start : line + dash, end };
  });
  return { list, way, spans };
}

/** Everything between a key's colon and the end of its value becomes an empty list or mapping. */
function emptyValue({ text }: Source, way: readonly Node[], path: Path, empty: string): string | undefined {
  const entry = entryAbove(way, path, path.length);
  const node = way[path.length];
  if (entry === undefined || node === undefined) return undefined;
  return splice(text, { start: behindColon(entry), end: endOf(text, node) }, ` ${empty}`);
}
