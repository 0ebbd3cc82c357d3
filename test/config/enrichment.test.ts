// The policy of the guide is one that a team can paste into the starter.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadTree } from '../../controller/load.ts';
import { ALL_VALUES } from '../../resources/enrichment-policy/values.ts';
import { file } from '../resources/fixture.ts';
import { files } from './organisation.ts';

const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'enrichment.md'), 'utf8');

test('the policy has no mistake in the starter, but that its table is not there yet', () => {
  const policy = /```yaml\n(.*?)```/s.exec(guide)?.[1] ?? '';
  const tree = { commit: null, dirty: false, files: [...files(), file('qualify/enrichment.yaml', policy)], problems: [] };
  const told = (has: boolean) => loadTree({ ...tree, has: () => has }, { get: () => undefined, set: () => undefined }).problems;
  expect(told(true)).toEqual([]);
  expect(told(false).map(({ code }) => code)).toEqual(['missing-file']);
});

test('the guide lists what People Data Labs gives, all of it', () => {
  expect(ALL_VALUES.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
});
