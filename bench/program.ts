// Runs the program as a whole process, from outside: seconds, and the largest resident set.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RUNTIME_FLAGS } from '../bin/runtime.js';
import { buildProgram } from '../scripts/built-program.ts';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'loopctl-bench-run-'));
const preload = join(scratch, 'rss.mjs');
writeFileSync(
  preload,
  `process.on('exit', () => { process.getBuiltinModule('node:fs').writeFileSync(process.env.BENCH_RSS, String(process.resourceUsage().maxRSS)); });\n`,
);

export interface Run {
  readonly seconds: number;
  readonly mebibytes: number;
  readonly code: number | null;
  readonly stdout: string;
}

/** `package`: bundled, which is what teams install. `clone`: the sources. Both by the entry that users start. */
export type Flavour = 'package' | 'clone';

let built: string | undefined;

function entry(flavour: Flavour): string {
  if (flavour === 'clone') return join(root, 'bin', 'loopctl.js');
  if (built === undefined) {
    const folder = buildProgram();
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    built = folder;
  }
  return join(built, 'bin', 'loopctl.js');
}

export async function runProgram(flavour: Flavour, args: readonly string[], env: Record<string, string>): Promise<Run> {
  const rss = join(scratch, 'rss');
  const started = performance.now();
  const child = start(flavour, args, { ...env, BENCH_RSS: rss }, ['--import', preload]);
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const code = await new Promise<number | null>((end) => {
    child.on('close', end);
  });
  const seconds = (performance.now() - started) / 1000;
  return { seconds, mebibytes: Number(readFileSync(rss, 'utf8')) / 1024, code, stdout };
}

export function start(
  flavour: Flavour,
  args: readonly string[],
  env: Record<string, string>,
  nodeArgs: readonly string[] = [],
  /** The file that takes what it logs. */
  log?: string,
): ChildProcess {
  return spawn(process.execPath, [...nodeArgs, ...RUNTIME_FLAGS, entry(flavour), ...args], {
    env: { ...process.env, NO_COLOR: '1', NODE_COMPILE_CACHE: join(scratch, 'compile'), ...env },
    stdio: ['ignore', 'pipe', log === undefined ? 'inherit' : openSync(log, 'a')],
  });
}

/** Starts the embedded org in a process of its own; ends with this one. */
export async function startOrgProcess(
  seed = 'empty',
): Promise<{ readonly url: string; readonly token: string; readonly control: string; stop(): void }> {
  const control = 'bench';
  const child = start(
    'clone',
    ['org', 'start', '--port', '0', '--data', ':memory:', '--seed', seed, '--control', control, '-o', 'json', '--quiet'],
    {},
  );
  const { url, token } = await ready<{ url: string; token: string }>(child);
  const stop = () => void child.kill();
  process.on('exit', stop);
  return { url, token, control, stop };
}

export interface ControllerProcess {
  readonly url: string;
  /** What it logs. */
  readonly log: string;
  stop(): Promise<void>;
}

/** Starts the controller in a process of its own, as a user does; ends with this one. */
export async function startControllerProcess(
  args: readonly string[],
  env: Record<string, string>,
  nodeArgs: readonly string[] = [],
): Promise<ControllerProcess> {
  const log = join(mkdtempSync(join(scratch, 'controller-')), 'log');
  const child = start('clone', ['controller', '--port', '0', '-o', 'json', ...args], env, nodeArgs, log);
  const ended = new Promise<void>((end) => {
    child.on('exit', () => end());
  });
  process.on('exit', () => child.kill('SIGKILL'));
  const { url } = await ready<{ url: string }>(child);
  return {
    url,
    log,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** The line with which a process says that it answers. */
function ready<Line>(child: ChildProcess): Promise<Line> {
  return new Promise((found, failed) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) found(JSON.parse(text.split('\n')[0] ?? '{}') as Line);
    });
    child.on('exit', (code) => failed(new Error(`it ended with ${code} before it answered`)));
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
