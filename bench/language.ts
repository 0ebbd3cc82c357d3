// How long reading takes: 10,000 territories in 100 files, parsed anew and from what was kept of them.
// `node bin/with-node.js bench/language.ts`: the first line is a process's first reading, the second one its next.
import { materialise } from '../resources/materialise.ts';
import { type ParseCache, readOrganisation, type SourceFile } from '../resources/organisation.ts';
import { resolve } from '../resources/resolve.ts';

const FILES = 100;
const TERRITORIES = 100;

const frame = [
  'apiVersion: loopctl/v1\nkind: Project\nmetadata: {name: bench}\nspec: {environments: [{name: local}]}\n',
  'apiVersion: loopctl/v1\nkind: TerritoryModel\nmetadata: {name: FY27}\nspec: {label: FY27, state: active, default_access: {account: edit, opportunity: edit, case: read}}\n',
  'apiVersion: loopctl/v1\nkind: TerritoryType\nmetadata: {name: Area}\nspec: {label: Area, priority: 1}\n',
].join('---\n');
const files: readonly SourceFile[] = [
  { path: 'loopctl.yaml', text: frame, hash: 'frame' },
  ...Array.from({ length: FILES }, (_, at) => ({ path: `design/territories/region-${at}.yaml`, text: region(at), hash: `region-${at}` })),
];

const kept = new Map<string, string>();
const filling: ParseCache = { get: () => undefined, set: (key, value) => void kept.set(key, JSON.stringify(value)) };
const keeping: ParseCache = { get: (key) => JSON.parse(kept.get(key) ?? 'null') as unknown, set: () => {} };

measure('parsed anew', filling);
measure('from the cache', keeping);

function measure(name: string, cache: ParseCache): void {
  const before = { at: performance.now(), cpu: process.cpuUsage() };
  const { organisation, problems } = readOrganisation(files, { cache });
  const resolved = resolve(organisation, { asOf: '2027-02-01' });
  if (!resolved.ok || problems.length > 0) throw new Error(JSON.stringify(problems.slice(0, 3)));
  const records = materialise(resolved.value).length;
  const { user, system } = process.cpuUsage(before.cpu);
  console.log(
    `${name}: ${records} records in ${(performance.now() - before.at).toFixed(0)} ms, ${((user + system) / 1000).toFixed(0)} ms of CPU`,
  );
}

function region(at: number): string {
  const territory = (name: string, label: string): string =>
    `apiVersion: loopctl/v1\nkind: Territory\nmetadata: {name: ${name}, owner: revops}\nspec:\n  label: ${label}\n  type: Area\n  access: {account: all}\n`;
  return [
    territory(`region-${at}`, `Region ${at}`),
    ...Array.from({ length: TERRITORIES - 1 }, (_, patch) => territory(`region-${at}/patch-${patch}`, `Patch ${at}.${patch}`)),
  ].join('---\n');
}
