// The fixture organisation as a version to simulate, with lines of it changed.
import { join } from 'node:path';
import { readFolder } from '../../../adapters/files/read.ts';
import { snapshotOf } from '../../../controller/runtime.ts';
import { simulate, type Simulation } from '../../../controller/simulate.ts';
import { fileRecords } from '../../../controller/simulate/past.ts';
import type { PastRecord } from '../../../controller/simulate/replay.ts';
import { NOBODY_AWAY, type Version } from '../../../controller/simulate/version.ts';
import { readOrganisation } from '../../../resources/organisation.ts';
import { resolve } from '../../../resources/resolve.ts';

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'organisation');
export const NOW = Date.parse('2026-11-21T12:00:00Z');

type Edit = readonly [file: string, from: string, to: string];

export function version(...edits: readonly Edit[]): Version {
  const texts = new Map(readFolder(FIXTURE).files.map((file) => [file.path, file]));
  for (const [path, from, to] of edits) {
    const file = texts.get(path);
    if (file?.text.includes(from) !== true) throw new Error(`${path} does not say ${from}`);
    texts.set(path, { ...file, text: file.text.replace(from, to) });
  }
  const { organisation, problems } = readOrganisation([...texts.values()]);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const resolved = resolve(organisation, { asOf: '2026-11-21' });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return { label: edits.length === 0 ? 'before' : 'after', commit: null, content: snapshotOf(resolved.value).content, people: NOBODY_AWAY };
}

export type Fields = Readonly<Record<string, string | number | null>>;

export function leads(...records: readonly Fields[]): readonly PastRecord[] {
  return fileRecords(records.map((record) => ({ object: 'Lead', record })));
}

export function through(before: Version, after: Version, records: readonly PastRecord[], examples = 1_000): Promise<Simulation> {
  return simulate({ before, after, records, now: NOW, examples });
}

/** By name: what of a record is different. */
export function differences({ examples }: Simulation) {
  return Object.fromEntries(
    examples.map((example) => {
      const { name, object: _object, why: _why, ...rest } = example;
      return [name, rest];
    }),
  );
}
