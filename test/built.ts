// The program as the package has it, built once for all tests: a command of it starts in a third of the time that the sources take.
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { buildProgram } from '../scripts/built-program.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder like an installed package. */
    readonly program: string;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = buildProgram();
  project.provide('program', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
