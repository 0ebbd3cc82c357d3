// A document with mistakes in its shape, made good enough to be looked at further: mistakes of one sort must not hide those of another.
// What was wrong is left out where it may be left out, and a text that may not becomes a word that says nothing.
// Nothing is ever made of a repaired document but further problems.
import type { z } from 'zod';
import { isMapping, type Path, valueAt } from './path.ts';
import { mayBeAbsent, textSchemaAt } from './shape.ts';

type Document = Readonly<Record<string, unknown>>;

export interface Repaired {
  readonly document: Document;
  /** Where something was left out or put in: what is found there is not news. */
  readonly touched: readonly Path[];
}

const MOST_ROUNDS = 5;
/** One of these is right wherever a text is; none of them is a date, which would be before or after others. */
const WORDS = ['unreadable', 'Unreadable.Unreadable__c', 'unreadable exists', 'empty', 'unreadable@unreadable', '1h', '+1d', '1.0.0', 'un'];

/** Nothing where a number, a choice or a whole part is missing: what would be found then would be wrong itself. */
export function repair(document: Document, schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): Repaired | undefined {
  const touched: Path[] = [];
  const value = structuredClone(document);
  let left = issues;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    for (const issue of left) {
      const path = issue.path as Path;
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) set(value, [...path, key], undefined);
        touched.push(...issue.keys.map((key) => [...path, key]));
        continue;
      }
      const word = mayBeAbsent(schema, path) ? undefined : wordFor(textSchemaAt(schema, path));
      if (word === undefined && !mayBeAbsent(schema, path)) return undefined;
      set(value, path, word);
      touched.push(path);
    }
    const read = schema.safeParse(value);
    if (read.success) return isMapping(read.data) ? { document: read.data, touched } : undefined;
    left = read.error.issues;
  }
  return undefined;
}

/** Does a place lie in what was touched, or around it? */
export function isTouched({ touched }: Repaired, path: Path): boolean {
  return touched.some((other) => other.slice(0, path.length).every((part, index) => part === path[index]));
}

function wordFor(text: z.ZodType | undefined): string | undefined {
  return text === undefined ? undefined : WORDS.find((word) => text.safeParse(word).success);
}

/** `undefined` takes the key away. */
function set(root: Document, path: Path, value: string | undefined): void {
  const [last] = path.slice(-1);
  const container = valueAt(root, path.slice(0, -1));
  if (typeof container !== 'object' || container === null || last === undefined) return;
  if (value === undefined) Reflect.deleteProperty(container, last);
  else Reflect.set(container, last, value);
}
