#!/usr/bin/env node
// Entry of the command line: finds a Node that is new enough, then runs the program (TypeScript in a clone, JavaScript in a package).
import module from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { outputMayEnd } from './output.js';
import { isNewEnough, packagedNode, respawn, RUNTIME_FLAGS } from './runtime.js';

const source = new URL('../main.ts', import.meta.url);
if (isNewEnough()) {
  // Somebody's own Node was started without our flags; this one may still be set, and saves the same memory.
  if (!process.execArgv.includes(RUNTIME_FLAGS[0])) setFlagsFromString('--semi-space-growth-factor=1');
  module.enableCompileCache();
  outputMayEnd();
  const { main } = await import((existsSync(source) ? source : new URL('../dist/main.js', import.meta.url)).href);
  await main();
} else {
  respawn(packagedNode(), [...RUNTIME_FLAGS, fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
}
