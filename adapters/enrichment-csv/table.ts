// A table of companies or people as an index, read once as a stream. A bad row is told with its line and hides none of the others; where the
// rest of a file can not be read the whole is not: half a table would say "nobody" of the other half.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type InfoRecord, parse } from 'csv-parse';
import type { Candidate, Value, Values } from '../../resources/enrichment-policy/found.ts';
import { LISTS, NUMBERS } from '../../resources/enrichment-policy/values.ts';

export interface Table {
  readonly rows: number;
  /** Lines that were left out, and why. */
  readonly bad: readonly { readonly line: number; readonly message: string }[];
  find(by: 'domain' | 'name' | 'email' | 'linkedin', key: string): readonly Candidate[];
}

export interface TableKeys {
  /** The registrable domain of what somebody wrote. */
  domain(text: string): string | undefined;
  /** A company's name without what makes no difference; '' where nothing is left. */
  name(text: string): string;
}

/** Columns that say who a row is about. */
const IDENTITY = ['id', 'domain', 'company', 'email', 'linkedin', 'country', 'state'] as const;
type Identity = (typeof IDENTITY)[number];
const MOST_ROWS = 2_000_000;
const MOST_TOLD = 100;

/** Throws with a message for people where the file can not be read as a table. */
export async function readTable(path: string, columns: Readonly<Record<string, string>>, keys: TableKeys): Promise<Table> {
  const file = createReadStream(path);
  const parser = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  // A pipe alone would leave the parser waiting for ever.
  file.on('error', (error) => parser.destroy(error));
  const index = newIndex(keys);
  const bad: { line: number; message: string }[] = [];
  const seen = new Set<string>();
  let header: readonly string[] | undefined;
  let rows = 0;
  for await (const { record, info } of file.pipe(parser) as AsyncIterable<{ record: readonly string[]; info: InfoRecord }>) {
    const tell = (message: string) => bad.length < MOST_TOLD && bad.push({ line: info.lines, message });
    if (header === undefined) {
      header = headerOf(record, columns);
      continue;
    }
    if (record.length !== header.length) {
      tell(`has ${record.length} cells, and the first line names ${header.length} columns`);
      continue;
    }
    const cells = new Map(header.map((name, at) => [name, record[at] ?? '']));
    const id = cells.get('id') || createHash('sha256').update(record.join('\0')).digest('hex').slice(0, 12);
    // The same row twice is one.
    if (seen.has(id) && !cells.get('id')) continue;
    seen.add(id);
    if (!index.add(candidateOf(id, cells))) tell('says of nobody: it has no domain, company, email or linkedin');
    else rows += 1;
    if (rows > MOST_ROWS) throw new Error(`has more than ${MOST_ROWS} rows`);
  }
  if (header === undefined) throw new Error('is empty: its first line names the columns');
  return { rows, bad, find: index.find };
}

/** Columns by the product's names: those that `columns` renames, the others as they are. */
function headerOf(record: readonly string[], columns: Readonly<Record<string, string>>): readonly string[] {
  const written = new Map(Object.entries(columns).map(([name, column]) => [column, name]));
  const missing = [...written.keys()].filter((column) => !record.includes(column));
  if (missing.length > 0) throw new Error(`has no column "${missing.join('", "')}": its first line names ${record.join(', ')}`);
  const names = record.map((column) => written.get(column) ?? column);
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) < at);
  if (twice !== undefined) throw new Error(`names the column "${twice}" twice`);
  if (!names.some((name) => name === 'domain' || name === 'company' || name === 'email' || name === 'linkedin'))
    throw new Error('has no column domain, company, email or linkedin, so nobody could be found in it');
  return names;
}

function candidateOf(id: string, cells: ReadonlyMap<string, string>): Candidate {
  const cell = (name: Identity) => cells.get(name) || undefined;
  const [domain, name, email, linkedin, country, state] = (['domain', 'company', 'email', 'linkedin', 'country', 'state'] as const).map(
    cell,
  );
  return {
    id,
    label: [name, domain, email, country].filter((part) => part !== undefined).join(', ') || id,
    values: valuesOf(cells),
    ...(domain !== undefined && { domains: domain.split(';').map((one) => one.trim()) }),
    ...(name !== undefined && { name }),
    ...(email !== undefined && { emails: [email] }),
    ...(linkedin !== undefined && { linkedin }),
    ...(country !== undefined && { country }),
    ...(state !== undefined && { state }),
  };
}

function valuesOf(cells: ReadonlyMap<string, string>): Values {
  const values: Record<string, Value> = {};
  for (const [name, cell] of cells) {
    const value = cell === '' || name === '' || name === 'id' ? undefined : valueOf(name, cell);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** Text, but for values that are numbers or lists. `1,200` is 1200; a number that can not be read is not known. */
function valueOf(name: string, cell: string): Value | undefined {
  if (LISTS.has(name)) return cell.split(';').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
  if (!NUMBERS.has(name)) return cell;
  const plain = cell.replace(/^(-?\d{1,3}(?:,\d{3})+)(?=\.|$)/, (digits) => digits.replaceAll(',', ''));
  return /^-?\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}

function newIndex(keys: TableKeys) {
  const maps = {
    domain: new Map<string, Candidate[]>(),
    name: new Map<string, Candidate[]>(),
    email: new Map<string, Candidate[]>(),
    linkedin: new Map<string, Candidate[]>(),
  };
  const put = (map: Map<string, Candidate[]>, key: string | undefined, candidate: Candidate): boolean => {
    if (key === undefined || key === '') return false;
    const before = map.get(key);
    if (before === undefined) map.set(key, [candidate]);
    else if (!before.includes(candidate)) before.push(candidate);
    return true;
  };
  return {
    /** False: it can not be found by anything. */
    add(candidate: Candidate): boolean {
      const found = [
        ...(candidate.domains ?? []).map((domain) => put(maps.domain, keys.domain(domain), candidate)),
        put(maps.name, keys.name(candidate.name ?? ''), candidate),
        ...(candidate.emails ?? []).map((email) => put(maps.email, email.toLowerCase(), candidate)),
        put(maps.linkedin, plainAddress(candidate.linkedin ?? ''), candidate),
      ];
      return found.includes(true);
    },
    find: (by: keyof typeof maps, key: string): readonly Candidate[] =>
      maps[by].get(by === 'name' ? keys.name(key) : by === 'linkedin' ? plainAddress(key) : key) ?? [],
  };
}

function plainAddress(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^(?:[a-z]{2,3}\.)?linkedin\.com/, 'linkedin.com')
    .replace(/[/?#]+$/, '');
}
