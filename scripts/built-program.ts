// The program as an installed package has it: bundled, in a folder of its own, beside the packages of this one.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Gives the folder, which the caller removes. */
export function buildProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-built-'));
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts', 'build.ts'), join(folder, 'dist')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`The program could not be built:\n${built.stdout}${built.stderr}`);
  for (const part of ['bin', 'config', 'package.json']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
