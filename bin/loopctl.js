#!/usr/bin/env node
// Entry of the command line: finds a Node that is new enough, then runs the program (TypeScript in a clone, JavaScript in a package).
import module from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { outputMayEnd } from './output.js';
import { isNewEnough, packagedNode, respawn } from './runtime.js';

const source = new URL('../main.ts', import.meta.url);
if (isNewEnough()) {
  // Most of what a plan reads lives for the whole command: a young generation that grows only holds what is gone. 10,000 resources take a
  // quarter less memory so, in the same time (bench/plan.ts).
  setFlagsFromString('--semi-space-growth-factor=1');
  module.enableCompileCache();
  outputMayEnd();
  const { main } = await import((existsSync(source) ? source : new URL('../dist/main.js', import.meta.url)).href);
  await main();
} else {
  respawn(packagedNode(), ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
}
