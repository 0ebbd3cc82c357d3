// Metadata as XML: elements as the Tooling API's JSON has them.
import { XMLParser } from 'fast-xml-parser';

export type Element = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: true,
  processEntities: true,
});

/** The content of the root element; nothing where the text is no XML with that root. */
export function readXml(text: string, root: string): Element | undefined {
  try {
    const tree = parser.parse(text) as Record<string, unknown>;
    return asElement(tree[root]);
  } catch {
    return undefined;
  }
}

function asElement(value: unknown): Element | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Element) : undefined;
}

/** Elements of one name: none, one, or many. */
export function elements(value: unknown): Element[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.map(asElement).filter((entry) => entry !== undefined);
}

/** `true` is a flag, and the values of a picklist are a list even if there is one. Numbers are read where they are needed. */
export function jsonOf(element: Element): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(element).map(([name, value]) => [name, name === 'value' ? elements(value).map(jsonOf) : jsonValue(value)]),
  );
}

function jsonValue(value: unknown): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  if (Array.isArray(value)) return value.map(jsonValue);
  const element = asElement(value);
  return element ? jsonOf(element) : value;
}
