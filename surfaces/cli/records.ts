// Records that a command is asked about: one of the org by id, or those of a file.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { subject } from '../../loops/subject.ts';
import type { LoopEvent } from '../../loops/loop.ts';
import { Refusal } from './ending.ts';

export interface RecordOptions {
  readonly file?: string;
  readonly object?: string;
}

/** Key prefixes of the objects that loops know: https://help.salesforce.com/s/articleView?id=000385203 */
const PREFIXES: Readonly<Record<string, string>> = { '00Q': 'Lead', '001': 'Account', '003': 'Contact', '006': 'Opportunity', '500': 'Case' };

export function eventsOf(cwd: string, id: string | undefined, { file, object }: RecordOptions): readonly LoopEvent[] {
  if ((id === undefined) === (file === undefined)) throw new Refusal('usage', 'Name a record by its id, or records with --file FILE.');
  if (id !== undefined) {
    const of = object ?? PREFIXES[id.slice(0, 3)];
    if (of === undefined) throw new Refusal('unknown-object', `Whose id ${id} is can not be told: say --object Lead.`);
    return [checked({ object: of, id }, id)];
  }
  return rowsOf(cwd, file ?? '').map((record, at) => checked({ object: object ?? 'Lead', record }, `${file}, record ${at + 1}`));
}

function checked(event: object, where: string): LoopEvent {
  const read = subject.safeParse(event);
  if (read.success) return event as LoopEvent;
  const [issue] = read.error.issues;
  throw new Refusal('bad-record', `${where}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is no record'}`);
}

function rowsOf(cwd: string, file: string): readonly unknown[] {
  const text = textOf(resolve(cwd, file), file);
  if (/\.csv$/i.test(file)) return table(text, file);
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    throw new Refusal('bad-file', `${file} is no JSON: ${(error as Error).message}. A table needs the ending .csv.`);
  }
}

function textOf(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Refusal('file-unreadable', `${file} can not be read: ${(error as Error).message}`);
  }
}

/** The first line names the fields; an empty cell is no value. */
function table(text: string, file: string): readonly unknown[] {
  try {
    const rows: Record<string, string>[] = parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value])));
  } catch (error) {
    throw new Refusal('bad-file', `${file} is no table: ${(error as Error).message}`);
  }
}
