// Where a value stands in its file. Positions are not kept: most runs report nothing. The first question about a document reads it
// once more, with the places of all its nodes.
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, parseDocument } from 'yaml';
import type { Origin } from './core.ts';
import { originIn, type Part, splitDocuments, YAML_OPTIONS } from './documents.ts';
import type { Path } from './path.ts';

/** The place of a path: of its `key` (a row of a list has none: its value's), or of its `value`. */
export interface Place {
  readonly path: Path;
  readonly of?: 'key' | 'value';
  /** Characters into the text that the value is (a condition's error, say). */
  readonly inside?: number;
}

export interface Positions {
  /** Where the path stands; where it is absent, its nearest parent. */
  find(part: number, place: Place): Origin;
  /** The last line of a document that says something, counted from 1. */
  lastLine(part: number): number;
}

export function positionsOf(path: string, text: string): Positions {
  let parts: readonly Part[] | undefined;
  const documents = new Map<number, Document>();
  return {
    find(index, place) {
      parts ??= splitDocuments(text);
      const part = parts[index];
      if (part === undefined) return { path, line: 1, column: 1 };
      let document = documents.get(index);
      if (document === undefined) {
        document = parseDocument(part.text, YAML_OPTIONS);
        documents.set(index, document);
      }
      return originIn(path, part, offsetOf(document, part.text, place));
    },
    lastLine(index) {
      parts ??= splitDocuments(text);
      const part = parts[index];
      return part === undefined ? 1 : originIn(path, part, part.text.trimEnd().length).line;
    },
  };
}

function offsetOf(document: Document, text: string, { path, of = 'value', inside }: Place): number {
  let node: Node | null | undefined = document.contents;
  let keyStart: number | undefined;
  let offset = start(node) ?? 0;
  for (const part of path) {
    const container: Node | null | undefined = isAlias(node) ? node.resolve(document) : node;
    if (isMap(container)) {
      const pairs = container.items as readonly Pair<Node, Node | null>[];
      const pair: Pair<Node, Node | null> | undefined = pairs.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) return keyStart ?? offset;
      keyStart = start(pair.key);
      node = pair.value;
      offset = start(node) ?? keyStart ?? offset;
    } else if (isSeq(container) && typeof part === 'number') {
      const item: unknown = container.items[part];
      if (!isNode(item)) return keyStart ?? offset;
      keyStart = undefined;
      node = item;
      offset = start(node) ?? offset;
    } else {
      return keyStart ?? offset;
    }
  }
  if (of === 'key') return keyStart ?? offset;
  return inside === undefined ? offset : insideScalar(node, text, offset, inside);
}

function start(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/**
 * The file's offset of the `inside`-th character of a text. Exact for text on one line; for blocks and text over several lines, where
 * the text begins.
 */
function insideScalar(node: unknown, text: string, offset: number, inside: number): number {
  if (!isScalar(node) || typeof node.value !== 'string' || node.range === undefined || node.range === null) return offset;
  const source = text.slice(node.range[0], node.range[1]);
  if (source.includes('\n')) return offset;
  const quote = source[0];
  if (quote !== '"' && quote !== "'") return offset + Math.min(inside, source.length);
  let at = 1;
  for (let left = inside; left > 0 && at < source.length - 1; left -= 1) at += characterLength(source, at, quote);
  return offset + at;
}

/** How many characters of a quoted text's source stand for the one at `at`. */
function characterLength(source: string, at: number, quote: string): number {
  if (quote === "'") return source.startsWith("''", at) ? 2 : 1;
  if (source[at] !== '\\') return 1;
  return { x: 4, u: 6, U: 10 }[source[at + 1] ?? ''] ?? 2;
}
