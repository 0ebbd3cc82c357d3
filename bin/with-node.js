#!/usr/bin/env node
// Development only: runs a script of this repository, or the program of a package, with Node 24.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNewEnough, packagedNode, respawn } from './runtime.js';

const [program, ...rest] = process.argv.slice(2);
respawn(isNewEnough() ? process.execPath : packagedNode(), [programFile(program), ...rest]);

/** `scripts/x.ts` as it is; `vitest` by the `bin` of its package. */
function programFile(name) {
  if (/\.[cm]?[jt]s$/.test(name)) return name;
  const packages = { biome: '@biomejs/biome', depcruise: 'dependency-cruiser', tsc: '@typescript/native' };
  const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules', packages[name] ?? name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}
