// The program as a user runs it: a process of its own, on a folder of its own.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inject, onTestFinished } from 'vitest';
import { addUserTo, type Caller, callerOn, CONTROL } from '../sandbox/org.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(inject('program'), 'bin', 'loopctl.js');
const FIXTURE = join(ROOT, 'test', 'fixtures', 'organisation');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON; fails where it is none. */
  json<T = Record<string, unknown>>(): T;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly bin?: string;
}

export function loopctl(args: readonly string[], { cwd = ROOT, env = {}, bin = BIN }: CommandOptions = {}): Finished {
  const run = spawnSync(process.execPath, [bin, ...args], { cwd, encoding: 'utf8', maxBuffer: 1 << 28, env: clean(env) });
  const { stdout, stderr, status: code } = run;
  return { code, stdout, stderr, json: <T>() => JSON.parse(stdout) as T };
}

export interface Running {
  /** The first line on stdout that is JSON with `ready`. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly output: () => string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and waits for the end: the exit code, or `null` where the signal itself ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a command that keeps running, and waits until it says that it is ready. */
export async function startLoopctl(args: readonly string[], { cwd = ROOT, env = {} }: CommandOptions = {}): Promise<Running> {
  const child = spawn(process.execPath, [BIN, ...args, '-o', 'json'], { cwd, env: clean(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let stdout = '';
  const exited = new Promise<number | null>((end) => {
    child.on('exit', end);
  });
  let stderr = '';
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return exited;
  };
  onTestFinished(async () => {
    await stop('SIGKILL');
  });
  const ready = await new Promise<Record<string, unknown>>((found, failed) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      stdout += chunk.toString();
      const line = stdout.split('\n').find((text) => text.startsWith('{') && text.includes('"ready"'));
      if (line !== undefined) found(JSON.parse(line) as Record<string, unknown>);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      stderr += chunk.toString();
    });
    child.on('exit', () => failed(new Error(`it ended before it was ready: ${output}`)));
  });
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  return { ready, output: () => output, stdout: () => stdout, stderr: () => stderr, signal, stop };
}

/** Nothing of the machine's own settings reaches the program. */
function clean(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/SALESFORCE_|^LOOPCTL_|^DATABASE_URL$|^VITEST|^NODE_OPTIONS$/.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...env };
}

/** Asks until it is so, a minute at most: other processes take the time that they take. */
export async function eventually<T>(probe: () => Promise<T | false | undefined>): Promise<T> {
  for (let tries = 0; tries < 1200; tries += 1) {
    const found = await probe();
    if (found !== false && found !== undefined) return found;
    await pause(50);
  }
  throw new Error('it did not become so');
}

export interface Home {
  readonly root: string;
  readonly data: string;
  edit(file: string, from: string, to: string): void;
  git(...args: readonly string[]): string;
  commit(message: string): string;
}

/** The fixture organisation in a git repository, with a data folder of its own. */
export function home(): Home {
  const root = temporary('config');
  cpSync(FIXTURE, root, { recursive: true });
  const git = (...args: readonly string[]) => {
    const run = spawnSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example', ...args], { cwd: root, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    return run.stdout.trim();
  };
  const commit = (message: string) => {
    git('add', '-A');
    git('commit', '-q', '-m', message);
    return git('rev-parse', 'HEAD');
  };
  git('init', '-q', '-b', 'main');
  commit('The organisation');
  return {
    root,
    data: temporary('data'),
    git,
    commit,
    edit(file, from, to) {
      const text = readFileSync(join(root, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
      writeFileSync(join(root, file), text.replace(from, to));
    },
  };
}

export function temporary(what: string): string {
  const folder = mkdtempSync(join(tmpdir(), `loopctl-${what}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface OrgProcess extends Caller {
  readonly url: string;
  readonly token: string;
  readonly organizationId: string;
  /** Asks the org's controls, like `GET`, `calls`. */
  control<Body>(method: string, path: string, body?: object): Promise<Body>;
  /** Orders a fault. */
  fault(match: object, fault: object): Promise<void>;
  /** Waits for a call that would change rows and has no answer yet. */
  hanging(): Promise<void>;
}

interface Calls {
  readonly calls: readonly { readonly status?: number | null; readonly mutating: boolean }[];
}

/** An embedded org in a process of its own: commands are waited for, which would keep one in this process from answering. */
export async function orgProcess(usernames: readonly string[]): Promise<OrgProcess> {
  const { ready } = await startLoopctl([
    'org',
    'start',
    '--port',
    '0',
    '--data',
    ':memory:',
    '--seed',
    'empty',
    '--quiet',
    '--control',
    CONTROL,
  ]);
  const { url, token, organizationId } = ready as { url: string; token: string; organizationId: string };
  const admin = callerOn(url, token);
  for (const username of usernames) await addUserTo(admin, username);
  const control = async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const answer = await callerOn(url, CONTROL).call<Body>(method, `/__control/${path}`, body);
    if (answer.status !== 200) throw new Error(`control ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  return {
    ...admin,
    url,
    token,
    organizationId,
    control,
    async fault(match, fault) {
      await control('POST', 'faults', { match, fault });
    },
    async hanging() {
      await eventually(async () =>
        (await control<Calls>('GET', 'calls')).calls.some(({ mutating, status }) => mutating && (status ?? 0) === 0),
      );
    },
  };
}
