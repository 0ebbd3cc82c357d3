// Values as YAML text, in the way in which the files of a configuration are written.
import { Document, isCollection, Scalar } from 'yaml';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Nothing is ever folded: where lines end is what people decided. */
const PLAIN = { lineWidth: 0, flowCollectionPadding: false } as const;

/** How the text was written that a value takes the place of. */
export type Style = Scalar.Type | undefined;

/**
 * A value on one line, lists and mappings in brackets. `inFlow`: it stands between brackets itself, where commas need quotes.
 * A text keeps the quotes of the one whose place it takes.
 */
export function printLine(value: Json, inFlow: boolean, like?: Style): string {
  if (typeof value === 'string' && /[\n\r]/.test(value)) return JSON.stringify(value);
  const quoted = like === 'QUOTE_DOUBLE' || like === 'QUOTE_SINGLE';
  const scalar = new Scalar(value);
  if (quoted && typeof value === 'string') scalar.type = like;
  const isScalar = typeof value !== 'object' || value === null;
  const wrapped: Document = new Document([isScalar ? scalar : value], { aliasDuplicateObjects: false });
  const flow = inFlow || !isScalar;
  if (isCollection(wrapped.contents)) wrapped.contents.flow = flow;
  const text = wrapped.toString(PLAIN).trim();
  return flow ? text.slice(1, -1) : text.slice(2);
}

/** A value over as many lines as it needs. The first one stands where the value begins, `column` characters into its line. */
export function printBlock(value: Json, column: number): string {
  const text = new Document(value, { aliasDuplicateObjects: false }).toString(PLAIN).trimEnd();
  return indented(text, column);
}

/** A text over several lines as a block, behind its key in a mapping whose keys stand at `column`. */
export function printText(value: string, column: number): string {
  const text = new Document({ k: value }).toString({ ...PLAIN, blockQuote: 'literal' }).replace(/\n$/, '');
  return indented(text.slice('k: '.length), column);
}

function indented(text: string, column: number): string {
  return text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(column)}`);
}
