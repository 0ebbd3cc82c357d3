// Reads a table from a file of comma-separated values, row by row. A bad row is told with its line and hides none of the others.
import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CsvError, type InfoRecord, parse } from 'csv-parse';
import type { Table, TableRow } from '../../controller/table.ts';
import { Refusal } from './ending.ts';
import type { Progress } from './progress.ts';
import { checkColumns } from './text-file.ts';

/** The first line names the columns. Refused: a file that can not be read, that has no such line, or names a column twice. */
export async function openTable(cwd: string, name: string): Promise<Table> {
  const path = resolve(cwd, name);
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    throw new Refusal('file-unreadable', `${name} can not be read: ${(error as Error).message}`);
  }
  const records = parsed(path)[Symbol.asyncIterator]();
  const columns = await firstLine(records, name);
  return { name, columns, rows: rowsOf(records, columns) };
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: InfoRecord;
}

async function* parsed(path: string): AsyncGenerator<Parsed> {
  const file = createReadStream(path);
  const parser = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  // A pipe alone would leave the parser waiting for ever.
  file.on('error', (error) => parser.destroy(error));
  yield* file.pipe(parser) as AsyncIterable<Parsed>;
}

async function firstLine(records: AsyncIterator<Parsed>, name: string): Promise<readonly string[]> {
  const first = await records.next().catch((error: Error) => {
    throw new Refusal('bad-file', `${name} is no table: ${error.message}`);
  });
  if (first.done === true) throw new Refusal('bad-file', `${name} is empty: its first line names the columns.`);
  const columns = first.value.record;
  checkColumns(columns, name);
  return columns;
}

async function* rowsOf(records: AsyncIterator<Parsed>, columns: readonly string[]): AsyncGenerator<TableRow> {
  for (;;) {
    let next: IteratorResult<Parsed>;
    try {
      next = await records.next();
    } catch (error) {
      yield faultOf(error);
      return;
    }
    if (next.done === true) return;
    const { record, info } = next.value;
    const line = info.lines - newLinesIn(record);
    if (record.length !== columns.length) {
      yield { line, fault: `has ${record.length} cells, and the first line names ${columns.length} columns` };
      continue;
    }
    yield { line, values: Object.fromEntries(columns.map((column, at) => [column, record[at] || null])) };
  }
}

/** Quotes that do not close: where the rest of the file belongs can not be told. */
function faultOf(error: unknown): TableRow {
  const { message, lines } = error as CsvError;
  if (typeof lines !== 'number') throw error;
  return { line: lines, fault: `can not be read, nor what follows it: ${message}` };
}

function newLinesIn(record: readonly string[]): number {
  return record.reduce((sum, cell) => (cell.includes('\n') ? sum + cell.split('\n').length - 1 : sum), 0);
}

/** Rows between two words on how far it is. */
const TOLD_EVERY = 10_000;

/** The rows as they come, with a word now and then on how many they are. */
export async function* watched(rows: Table['rows'], progress: Progress): AsyncGenerator<TableRow> {
  let done = 0;
  try {
    for await (const row of rows) {
      done += 1;
      if (done % TOLD_EVERY === 0) progress.count(done, 'row');
      yield row;
    }
  } finally {
    progress.end();
  }
}
