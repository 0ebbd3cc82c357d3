// A file that somebody hands to a command, as text: in UTF-8, or refused with what it is instead. A guess would change names and places.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Refusal } from './ending.ts';

/** Without its byte order mark. */
export function textOf(cwd: string, file: string): string {
  const bytes = bytesOf(resolve(cwd, file), file);
  if (isUtf16(bytes)) throw badEncoding(file, 'UTF-16');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badEncoding(file, 'ISO-8859-1');
  }
}

function bytesOf(path: string, file: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Refusal('file-unreadable', `${file} can not be read: ${(error as Error).message}`);
  }
}

/** By its mark, or because every other byte of what it begins with is nothing. */
function isUtf16(bytes: Buffer): boolean {
  const mark = bytes.subarray(0, 2).toString('hex');
  return mark === 'fffe' || mark === 'feff' || bytes.subarray(0, 200).includes(0);
}

function badEncoding(file: string, looksLike: string): Refusal {
  const remedy = `Save it as UTF-8 (Excel: "CSV UTF-8"), or: iconv -f ${looksLike} -t UTF-8 ${file}`;
  return new Refusal('bad-encoding', `${file} is not UTF-8; it looks like ${looksLike}. ${remedy}`);
}

/** Refused: a first line whose cells are not separated by commas, or that names a column twice. */
export function checkColumns(columns: readonly string[], file: string): void {
  const [only = ''] = columns;
  if (only.includes('\0')) throw badEncoding(file, 'UTF-16');
  const other = columns.length > 1 ? undefined : [';', '\t', '|'].find((separator) => only.includes(separator));
  if (other !== undefined) {
    const told = other === '\t' ? 'tabs' : `"${other}"`;
    throw new Refusal('bad-separator', `${file}:1 separates its columns by ${told}: commas are wanted. Save it as comma-separated values.`);
  }
  const twice = columns.find((column, at) => columns.indexOf(column) < at);
  if (twice !== undefined) throw new Refusal('bad-file', `${file}:1 names the column "${twice}" twice: which one counts can not be told.`);
}
