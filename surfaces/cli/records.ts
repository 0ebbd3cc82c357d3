// Records that a command is asked about: one of the org by id, or those of a file.
import { parse } from 'csv-parse/sync';
import { fullId, subject } from '../../loops/subject.ts';
import type { LoopEvent } from '../../loops/event.ts';
import { Refusal } from './ending.ts';
import { checkColumns, textOf } from './text-file.ts';

export interface RecordOptions {
  readonly file?: string;
  readonly object?: string;
  /** A condition in the org's own language. */
  readonly query?: string;
}

/** Key prefixes of the objects that loops know: https://help.salesforce.com/s/articleView?id=000385203 */
const PREFIXES: Readonly<Record<string, string>> = {
  '00Q': 'Lead',
  '001': 'Account',
  '003': 'Contact',
  '006': 'Opportunity',
  '500': 'Case',
};

/** Those of a query are read later. */
export function eventsOf(cwd: string, id: string | undefined, { file, object, query }: RecordOptions): readonly LoopEvent[] {
  if ([id, file, query].filter((one) => one !== undefined).length !== 1)
    throw new Refusal('usage', 'Name a record by its id, or records with --file FILE or --query CONDITION.');
  if (query !== undefined) return [];
  if (id !== undefined) {
    const of = object ?? PREFIXES[id.slice(0, 3)];
    if (of === undefined) throw new Refusal('unknown-object', `Whose id ${id} is can not be told: say --object Lead.`);
    return [checked({ object: of, id: fullId(id) }, id)];
  }
  return rowsOf(cwd, file ?? '').map((record, at) =>
    checked({ object: object ?? 'Lead', record: record as NonNullable<LoopEvent['record']> }, `${file}, record ${at + 1}`),
  );
}

function checked(event: LoopEvent, where: string): LoopEvent {
  const { record } = event;
  if ('record' in event && (typeof record !== 'object' || record === null || Array.isArray(record)))
    throw new Refusal('bad-record', `${where} is ${JSON.stringify(record).slice(0, 60)}, and no record: {"company": "Acme"} is one.`);
  const read = subject.safeParse(event);
  if (read.success) return event;
  const [issue] = read.error.issues;
  throw new Refusal('bad-record', `${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is no record'}`);
}

function rowsOf(cwd: string, file: string): readonly unknown[] {
  const text = textOf(cwd, file);
  const rows = /\.csv$/i.test(file) ? table(text, file) : valuesOf(text, file);
  if (rows.length === 0) throw new Refusal('empty-file', `${file} holds no record.`);
  return rows;
}

function valuesOf(text: string, file: string): readonly unknown[] {
  if (text.trim() === '') return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    throw new Refusal('bad-file', `${file} is no JSON: ${(error as Error).message}. A table needs the ending .csv.`);
  }
}

/** The first line names the fields; an empty cell is no value. */
function table(text: string, file: string): readonly unknown[] {
  let rows: readonly (readonly string[])[];
  try {
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new Refusal('bad-file', `${file} is no table: ${(error as Error).message}`);
  }
  const [columns = [], ...cells] = rows;
  checkColumns(columns, file);
  return cells.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] === '' ? null : row[at]])));
}
