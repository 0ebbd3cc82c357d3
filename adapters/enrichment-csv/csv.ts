// A table of the configuration as a provider. It is read when it is first asked, and again when the file has changed.
import { stat } from 'node:fs/promises';
import type { Provider } from '../../ports/enrichment.ts';
import type { Candidate, Found, Query } from '../../resources/enrichment-policy/found.ts';
import { readTable, type Table, type TableKeys } from './table.ts';

export interface CsvOptions {
  /** As the policy has it, for messages. */
  readonly name: string;
  /** Where the file is now, absolute; nothing where there is none. */
  locate(): Promise<string | undefined>;
  readonly columns: Readonly<Record<string, string>>;
  readonly keys: TableKeys;
  /** What is wrong with the table, for people; once for each state of the file. */
  tell(message: string): void;
}

interface Read {
  readonly revision: string;
  readonly table: Promise<Table | { readonly fault: string }>;
}

export function csvTable(options: CsvOptions): Provider {
  let read: Read | undefined;

  async function table(): Promise<Table | { readonly fault: string }> {
    const { path, revision } = await placeOf(options);
    if (path === undefined) return { fault: `there is no file ${options.name}` };
    if (read?.revision !== revision) read = { revision, table: indexed(path, options) };
    return read.table;
  }

  return {
    revision: async () => (await placeOf(options)).revision,
    async lookup(query) {
      const found = await table();
      if ('fault' in found) return { kind: 'unavailable', error: found.fault };
      return answerOf(rowsFor(query, found));
    },
  };
}

async function placeOf({ locate }: CsvOptions): Promise<{ readonly path?: string; readonly revision: string }> {
  // A remote that can not be asked for it now is as good as a file that is not there.
  const path = await locate().catch(() => undefined);
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (path === undefined || found?.isFile() !== true) return { revision: 'none' };
  return { path, revision: `${found.ino}-${found.size}-${Math.floor(found.mtimeMs)}` };
}

async function indexed(path: string, { name, columns, keys, tell }: CsvOptions): Promise<Table | { readonly fault: string }> {
  try {
    const table = await readTable(path, columns, keys);
    if (table.bad.length > 0) {
      const lines = table.bad.slice(0, 5).map(({ line, message }) => `line ${line} ${message}`);
      tell(`${name}: ${table.bad.length} rows are left out: ${lines.join('; ')}${table.bad.length > lines.length ? '; …' : ''}`);
    }
    return table;
  } catch (error) {
    const fault = `${name} can not be read: ${(error as Error).message.replaceAll(path, name)}`;
    tell(fault);
    return { fault };
  }
}

function rowsFor({ about, domain, company, email, linkedin }: Query, table: Table): readonly Candidate[] {
  if (about === 'person') return email === undefined ? table.find('linkedin', linkedin ?? '') : table.find('email', email);
  if (domain !== undefined) return table.find('domain', domain);
  return linkedin === undefined ? table.find('name', company ?? '') : table.find('linkedin', linkedin);
}

function answerOf(candidates: readonly Candidate[]): Found {
  return candidates.length === 0 ? { kind: 'none' } : { kind: 'found', candidates };
}
