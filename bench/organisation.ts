// A large organisation for measurements: a tree of territories, a hundred a file, in a git repository as a team would have it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const A_FILE = 100;

export function organisationOf(territories: number): string {
  const root = mkdtempSync(join(tmpdir(), 'loopctl-bench-'));
  write(root, 'loopctl.yaml', FRAME);
  for (let from = 0; from < territories; from += A_FILE) {
    const documents = Array.from({ length: Math.min(A_FILE, territories - from) }, (_, index) => territory(from, index, 'Territory'));
    write(root, `design/territories/region-${from / A_FILE}.yaml`, documents.join('---\n'));
  }
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    ['-c', 'user.name=bench', '-c', 'user.email=bench@acme.example', 'commit', '-q', '-m', 'bench'],
  ]) {
    spawnSync('git', args, { cwd: root });
  }
  return root;
}

/** Changes one territory in a hundred: a label. */
export function changeOnePercent(root: string, territories: number, label: string): void {
  for (let from = 0; from < territories; from += A_FILE) {
    const documents = Array.from({ length: Math.min(A_FILE, territories - from) }, (_, index) =>
      territory(from, index, index === 7 ? label : 'Territory'),
    );
    write(root, `design/territories/region-${from / A_FILE}.yaml`, documents.join('---\n'));
  }
}

function territory(from: number, index: number, label: string): string {
  const region = `region-${from / A_FILE}`;
  const name = index === 0 ? region : `${region}/patch-${index}`;
  return `apiVersion: loopctl/v1\nkind: Territory\nmetadata: {name: ${name}}\nspec:\n  label: ${label} ${from + index}\n  type: Area\n`;
}

const FRAME = [
  'kind: Project\nmetadata: {name: bench}\nspec:\n  environments: [{name: local, org: {sandbox: true}, sync: automatic, limits: {max_change_pct: 100, max_delete: 20000}}]\n',
  'kind: TerritoryModel\nmetadata: {name: FY27}\nspec: {label: FY27, state: active, default_access: {account: edit, opportunity: edit, case: read}}\n',
  'kind: TerritoryType\nmetadata: {name: Area}\nspec: {label: Area, priority: 1}\n',
]
  .map((text) => `apiVersion: loopctl/v1\n${text}`)
  .join('---\n');

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
