// `npm run check`: types, lint, architecture, dead code, format. Each says how much it looked at: a check that saw nothing fails.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const FEWEST_FILES = 40;

interface Check {
  readonly name: string;
  readonly run: () => { readonly ok: boolean; readonly seen: number; readonly output: string };
}

const checks: readonly Check[] = [
  { name: 'types', run: types },
  { name: 'lint', run: lint },
  { name: 'architecture', run: architecture },
  { name: 'dead code', run: deadCode },
  { name: 'format', run: format },
];

let failed = 0;
for (const { name, run } of checks) {
  const started = performance.now();
  const { ok, seen, output } = run();
  const enough = seen >= FEWEST_FILES;
  if (!ok || !enough) failed += 1;
  if (!ok) console.log(output.trim());
  if (!enough) console.log(`${name}: looked at ${seen} files only; wanted at least ${FEWEST_FILES}`);
  console.log(`${ok && enough ? 'ok    ' : 'FAILED'} ${name} (${seen} files, ${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
process.exit(failed > 0 ? 1 : 0);

function types() {
  const { ok, output } = program('@typescript/native', 'tsc', ['--noEmit', '--pretty', 'false']);
  const listed = program('@typescript/native', 'tsc', ['--listFilesOnly']);
  return { ok, output, seen: own(listed.output.split('\n')).length };
}

function lint() {
  const { ok, output } = program('oxlint', 'oxlint', ['--type-aware', '--deny-warnings', '.']);
  return { ok, output, seen: Number(/on (\d+) files/.exec(output)?.[1] ?? 0) };
}

function architecture() {
  const { ok, output } = program('dependency-cruiser', 'depcruise', ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', '.']);
  return { ok, output, seen: Number(/(\d+) modules/.exec(output)?.[1] ?? 0) };
}

function deadCode() {
  const { ok, output } = program('knip', 'knip', ['--no-progress', '--treat-config-hints-as-errors']);
  const production = program('knip', 'knip', ['--no-progress', '--production']);
  return { ok: ok && production.ok, output: `${output}\n${production.output}`, seen: tracked().length };
}

function format() {
  const { ok, output } = program('@biomejs/biome', 'biome', ['format', '--max-diagnostics=20']);
  return { ok, output, seen: Number(/Checked (\d+) files/.exec(output)?.[1] ?? 0) };
}

function program(pkg: string, name: string, args: readonly string[]) {
  const folder = join(root, 'node_modules', pkg);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin: string | Record<string, string> };
  const file = join(folder, typeof bin === 'string' ? bin : (bin[name] ?? ''));
  const run = spawnSync(process.execPath, [file, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { ok: run.status === 0, output: `${run.stdout}${run.stderr}` };
}

function tracked(): readonly string[] {
  const run = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], { cwd: root, encoding: 'utf8' });
  return run.stdout.split('\n').filter((line) => line !== '');
}

function own(files: readonly string[]): readonly string[] {
  return files.filter((file) => file.startsWith(root) && !file.includes('node_modules'));
}
