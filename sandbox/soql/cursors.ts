// Open answers of queries: the ids of all rows, for the pages that are still to come. They live in memory, as long ones would cost a
// write each; a client whose answer is gone asks again, as it must with Salesforce after two days.
import { randomBytes } from 'node:crypto';
import { base62, withChecksum } from '../ids.ts';
import type { Org } from '../org.ts';
import type { Compiled } from './plan.ts';

export interface Cursor {
  readonly caller: string;
  readonly query: Compiled;
  readonly ids: readonly string[];
}

const MOST = 200;

const open = new WeakMap<Org, Map<string, Cursor>>();

/** The locator of the answer: an id with prefix 01g. The oldest answers make room. */
export function openCursor(org: Org, cursor: Cursor): string {
  const cursors = open.get(org) ?? new Map<string, Cursor>();
  open.set(org, cursors);
  const id = withChecksum(`01g${base62(randomBytes(6).readUIntBE(0, 6), 12)}`);
  cursors.set(id, cursor);
  if (cursors.size > MOST) cursors.delete(cursors.keys().next().value ?? '');
  return id;
}

export function readCursor(org: Org, id: string): Cursor | undefined {
  return open.get(org)?.get(id);
}
