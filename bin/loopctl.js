#!/usr/bin/env node
// Entry of the command line: finds a Node that is new enough, then runs the program (TypeScript in a clone, JavaScript in a package).
import module from 'node:module';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { outputMayEnd } from './output.js';
import { isNewEnough, packagedNode, respawn } from './runtime.js';

const source = new URL('../main.ts', import.meta.url);
if (isNewEnough()) {
  module.enableCompileCache();
  outputMayEnd();
  const { main } = await import((existsSync(source) ? source : new URL('../dist/main.js', import.meta.url)).href);
  await main();
} else {
  respawn(packagedNode(), ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
}
