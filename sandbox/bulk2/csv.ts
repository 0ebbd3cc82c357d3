// CSV as Bulk API 2.0 has it: RFC 4180 with a choice of delimiters and line endings.
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { refuse } from '../refusal.ts';

const DELIMITERS: Readonly<Record<string, string>> = { COMMA: ',', TAB: '\t', SEMICOLON: ';', PIPE: '|', CARET: '^', BACKQUOTE: '`' };

export interface Format {
  readonly delimiter: string;
  readonly lineEnding: string;
}

export function formatOf(spec: Readonly<Record<string, string | undefined>>): Format {
  const delimiter =
    DELIMITERS[spec['columnDelimiter'] ?? 'COMMA'] ?? refuse('INVALIDJOB', `unknown columnDelimiter: ${spec['columnDelimiter']}`);
  const ending = spec['lineEnding'] ?? 'LF';
  if (ending !== 'LF' && ending !== 'CRLF') refuse('INVALIDJOB', `unknown lineEnding: ${ending}`);
  return { delimiter, lineEnding: ending === 'LF' ? '\n' : '\r\n' };
}

/** Header and rows; what can not be read is told with its line. */
export function readCsv(
  text: string,
  format: Format,
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  try {
    const [header = [], ...rows] = parse(text, {
      delimiter: format.delimiter,
      bom: true,
      skip_empty_lines: true,
      relax_column_count_less: true,
    });
    return { header: header.map((name) => name.trim()), rows };
  } catch (cause) {
    return refuse('INVALIDBATCH', `InvalidBatch : the CSV can not be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

export function writeCsv(header: readonly string[], rows: readonly (readonly unknown[])[], format: Format): string {
  return stringify([[...header], ...rows.map((row) => [...row])], {
    delimiter: format.delimiter,
    record_delimiter: format.lineEnding,
    cast: { boolean: String },
  });
}
