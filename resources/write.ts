// Documents as text, in the form that a person would write: on one line what fits on it, a line an entry where it does not.
import { API_VERSION } from './envelope.ts';
import { type Json, printLine } from './edit/print.ts';

/** A resource that is written for the first time. */
export interface Declaration {
  readonly kind: string;
  readonly name: string;
  /** Where people look for it, in the layout of a configuration. */
  readonly file: string;
  /** Keys in the order of the schema. */
  readonly spec: { readonly [key: string]: Json };
  /** Said above it, a line a sentence or so. */
  readonly comment?: string;
}

const WIDTH = 140;

/** A file of several documents, with what is said of all of them at its top. */
export function writeFile(head: string, declarations: readonly Declaration[]): string {
  return `${commented(head)}${declarations.map(writeDocument).join('---\n')}`;
}

function writeDocument({ kind, name, spec, comment }: Declaration): string {
  const head = `apiVersion: ${API_VERSION}\nkind: ${kind}\nmetadata: {name: ${printLine(name, true)}}\n`;
  return `${comment === undefined ? '' : commented(comment)}${head}${entry('spec', spec, 0)}`;
}

function commented(text: string): string {
  return text === '' ? '' : text.replace(/^/gm, '# ').concat('\n');
}

/** A key with its value, on as many lines as it needs. */
function entry(key: string, value: Json, column: number): string {
  const indent = ' '.repeat(column);
  const name = printLine(key, true);
  const line = `${indent}${name}: ${printLine(value, false)}`;
  if (typeof value !== 'object' || value === null || isEmpty(value) || (line.length <= WIDTH && !hasRows(value))) return `${line}\n`;
  return `${indent}${name}:\n${inner(value, column + 2)}`;
}

function inner(value: Json, column: number): string {
  const indent = ' '.repeat(column);
  if (isList(value)) return value.map((item) => `${indent}- ${listed(item, column + 2)}`).join('');
  return Object.entries(value as { readonly [key: string]: Json })
    .map(([key, one]) => entry(key, one, column))
    .join('');
}

function listed(item: Json, column: number): string {
  const line = printLine(item, false);
  if (column + line.length <= WIDTH || typeof item !== 'object' || item === null || isEmpty(item)) return `${line}\n`;
  return inner(item, column).slice(column);
}

/** Rows of a list stand below each other, however few they are. */
function hasRows(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const isRow = (item: Json) => typeof item === 'object' && item !== null;
  return isList(value) ? value.some(isRow) : Object.values(value).some(hasRows);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
