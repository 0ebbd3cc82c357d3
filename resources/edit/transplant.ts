// The spec of one document in the place of another's, with the comments that people wrote in it.
import { isMap, isScalar, parseDocument } from 'yaml';
import { YAML_OPTIONS } from '../documents.ts';

/** Nothing where a spec does not stand on lines of its own. */
export function withSpecOf(text: string, other: string): string | undefined {
  const [to, from] = [spanOf(text), spanOf(other)];
  if (to === undefined || from === undefined) return undefined;
  const spec = other.slice(from.start, from.end).replace(/\s*$/, '\n');
  return `${text.slice(0, to.start)}${spec}${text.slice(to.end)}`;
}

/** From the key to the end of its value, with what is said behind it. */
function spanOf(text: string): { readonly start: number; readonly end: number } | undefined {
  const { contents, errors } = parseDocument(text, YAML_OPTIONS);
  if (errors.length > 0 || !isMap(contents) || contents.flow === true) return undefined;
  const at = contents.items.findIndex(({ key }) => isScalar(key) && key.value === 'spec');
  const pair = contents.items[at];
  const start = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  if (start === undefined || (start > 0 && text[start - 1] !== '\n')) return undefined;
  const next = contents.items[at + 1]?.key;
  const end = isScalar(next) ? next.range?.[0] : text.length;
  return end === undefined ? undefined : { start, end };
}
