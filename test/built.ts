// The program as the package has it, built once for all tests: a command of it starts in a third of the time that the sources take.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder like an installed package. */
    readonly program: string;
  }
}

const ROOT = join(import.meta.dirname, '..');

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-built-'));
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts', 'build.ts'), join(folder, 'dist')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`The program could not be built:\n${built.stdout}${built.stderr}`);
  for (const part of ['bin', 'config', 'package.json']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  project.provide('program', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
