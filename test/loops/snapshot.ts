// The fixture organisation as loops read it.
import { join } from 'node:path';
import { readFolder } from '../../adapters/files/read.ts';
import { snapshotOf } from '../../controller/runtime.ts';
import type { Snapshot } from '../../loops/loop.ts';
import { readOrganisation } from '../../resources/organisation.ts';
import { resolve } from '../../resources/resolve.ts';

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'organisation');

export function snapshotOfFixture(): Snapshot {
  const { organisation } = readOrganisation(readFolder(FIXTURE).files);
  const resolved = resolve(organisation, { asOf: '2026-11-21' });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return { id: 'fixture', resources: snapshotOf(resolved.value).content.resources };
}
