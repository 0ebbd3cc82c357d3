// Where the nodes of a document stand in its text, to the character: what is spliced, and what belongs to a line.
import { isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Path } from '../path.ts';

export type Entry = Pair<Node, Node | null>;

export interface Span {
  readonly start: number;
  readonly end: number;
}

export function entriesOf(map: YAMLMap): readonly Entry[] {
  return map.items as readonly Entry[];
}

export function entryOf(map: YAMLMap, key: string | number): Entry | undefined {
  return entriesOf(map).find(({ key: node }) => isScalar(node) && String(node.value) === String(key));
}

export function itemsOf(list: YAMLSeq): readonly Node[] {
  return list.items.filter(isNode);
}

/** The nodes on the way to a path, the root first, as far as they are there. An alias ends the way: what it stands for is elsewhere. */
export function nodesOn(root: Node | null, path: Path): readonly Node[] {
  const way: Node[] = root === null ? [] : [root];
  for (const part of path) {
    const here = way.at(-1);
    const next: unknown = isMap(here) ? entryOf(here, part)?.value : isSeq(here) && typeof part === 'number' ? here.items[part] : undefined;
    if (!isNode(next)) break;
    way.push(next);
  }
  return way;
}

/** Written as nothing, as in `key:`. */
export function isUnwritten(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.range !== null && node.range !== undefined && node.range[0] === node.range[1]);
}

export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Behind the last character of a value: comments and blank lines after it are not part of it. */
export function endOf(text: string, node: Node): number {
  if (isMap(node) && node.flow !== true) {
    const last = entriesOf(node).at(-1);
    return last === undefined ? (node.range?.[1] ?? 0) : entrySpan(text, last).end;
  }
  if (isSeq(node) && node.flow !== true) {
    const last = itemsOf(node).at(-1);
    return last === undefined ? (node.range?.[1] ?? 0) : endOf(text, last);
  }
  let end = node.range?.[1] ?? 0;
  if (isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')) {
    while (end > startOf(node) && /[\r\n]/.test(text[end - 1] ?? '')) end -= 1;
  }
  return end;
}

export function entrySpan(text: string, entry: Entry): Span {
  const start = startOf(entry.key);
  if (entry.value !== null && !isUnwritten(entry.value)) return { start, end: endOf(text, entry.value) };
  return { start, end: behindColon(entry) };
}

/** Behind the colon of an entry, or behind its key where it has none. */
export function behindColon(entry: Entry): number {
  const { srcToken } = entry as { readonly srcToken?: { readonly sep?: readonly { readonly type: string; readonly offset?: number }[] } };
  const colon = srcToken?.sep?.find(({ type }) => type === 'map-value-ind')?.offset;
  return colon === undefined ? (entry.key.range?.[1] ?? 0) : colon + 1;
}

export function spanOf(text: string, node: Node): Span {
  return { start: startOf(node), end: endOf(text, node) };
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line of an offset ends: at its newline, or at the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

export function splice(text: string, { start, end }: Span, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}
