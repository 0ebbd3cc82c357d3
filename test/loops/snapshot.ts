// The fixture organisation as loops read it.
import { join } from 'node:path';
import { readFolder } from '../../adapters/files/read.ts';
import { snapshotOf } from '../../controller/runtime.ts';
import type { Snapshot } from '../../loops/loop.ts';
import { readOrganisation } from '../../resources/organisation.ts';
import { resolve } from '../../resources/resolve.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

export function snapshotOfFixture(): Snapshot {
  // What single loops need beside the organisation, which other tests count.
  const files = ['organisation', 'loops'].flatMap((folder) => readFolder(join(FIXTURES, folder)).files);
  const { organisation } = readOrganisation(files);
  const resolved = resolve(organisation, { asOf: '2026-11-21' });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return { id: 'fixture', resources: snapshotOf(resolved.value).content.resources };
}
