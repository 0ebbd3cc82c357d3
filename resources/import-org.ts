// The records of an org as the files of a configuration. What has no words is left out and said; what is declared already is not written
// again.
import type { Problem } from './core.ts';
import { importingOf, type ImportOptions, type KindImport, type LiveRecord } from './importing.ts';
import { kinds } from './index.ts';
import { type Declaration, writeFile } from './write.ts';

export interface ImportedOrg {
  readonly declarations: readonly Declaration[];
  /** Warnings: what stays in the org undeclared, and what somebody has to look at. */
  readonly problems: readonly Problem[];
}

interface Importable {
  readonly name: string;
  readonly import: KindImport;
}

export const importableKinds: readonly Importable[] = kinds.flatMap((kind) =>
  kind.import === undefined ? [] : [{ name: kind.name, import: kind.import }],
);

/** The kinds with all that they refer to. */
export function withNeeds(names: Iterable<string>): ReadonlySet<string> {
  const wanted = new Set(names);
  for (const name of wanted) for (const need of importableKinds.find((kind) => kind.name === name)?.import.needs ?? []) wanted.add(need);
  return wanted;
}

/** The types of records that these kinds read. */
export function typesOf(names: ReadonlySet<string>): readonly string[] {
  return [...new Set(importableKinds.filter(({ name }) => names.has(name)).flatMap((kind) => kind.import.types))];
}

export function importOrg(live: readonly LiveRecord[], options: ImportOptions): ImportedOrg {
  const problems: Problem[] = [];
  const importing = importingOf(live, options, problems);
  const declarations = importableKinds.filter(({ name }) => options.kinds.has(name)).flatMap((kind) => [...kind.import.read(importing)]);
  return { declarations, problems };
}

/** The text of each file, by its path in the folder of the import. */
export function filesOf(declarations: readonly Declaration[], head: string): ReadonlyMap<string, string> {
  const byFile = Map.groupBy(declarations, ({ file }) => file);
  return new Map([...byFile].map(([file, some]) => [file, writeFile(head, some)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}
