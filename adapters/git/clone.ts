// A bare clone in the data folder that belongs to nobody in particular: several processes may use it at once, so it is put in place and
// taken away by a rename, and git's own locks guard its branches. Files come when they are asked for, where the server can do that.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { simpleGit } from 'simple-git';
import type { Address } from './address.ts';
import { CloneBroken } from './refusal.ts';
import { type Git, run, tryRun } from './run.ts';

export interface Clone {
  /** Makes it where it is not there. */
  open(): Promise<void>;
  /** Asks what is here already; never the remote on purpose. */
  readonly git: Git;
  /** Speaks to the remote: `fetch`, `ls-remote`. Ends with an error when it says nothing for long. */
  ask(args: readonly string[], input?: string): Promise<string>;
  /** Takes it away. The next one holds all files from the start, if that is asked for. */
  discard(next?: { readonly whole: boolean }): void;
}

export interface CloneOptions {
  readonly address: Address;
  /** The data folder. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

const LEFT_OVER_MS = 3600_000;
/** Nothing that is asked of the clone takes so long, unless a disk or a server hangs. */
const LOCAL_MS = 300_000;

export function cloneOf({ address, folder, environment, timeoutMs }: CloneOptions): Clone {
  const home = join(folder, 'git');
  const name = createHash('sha256').update(address.url).digest('hex').slice(0, 20);
  const place = join(home, name);
  // Named outright, so that a setting against bare repositories, or a repository around the data folder, changes nothing.
  const env: Record<string, string> = { ...environment, GIT_DIR: place };
  const limitMs = Math.max(timeoutMs, LOCAL_MS);
  let whole = false;
  let surroundings: Promise<Record<string, string>> | undefined;
  const full = () => (surroundings ??= withSsh(home, env));

  const aside = () => join(home, `${name}.${process.pid}-${randomUUID().slice(0, 8)}`);

  const discard = (next = { whole }) => {
    whole = next.whole;
    const old = aside();
    try {
      renameSync(place, old);
    } catch {
      return;
    }
    rmSync(old, { recursive: true, force: true });
  };

  return {
    async open() {
      if (existsSync(join(place, 'HEAD'))) return;
      mkdirSync(home, { recursive: true });
      sweep(home, name);
      if (existsSync(place)) discard();
      const made = aside();
      await run(home, ['init', '--bare', '--quiet', '--template=', made]);
      for (const [key, value] of settings(address, whole)) await run(made, ['config', key, value], { env: { GIT_DIR: made } });
      try {
        renameSync(made, place);
      } catch (error) {
        rmSync(made, { recursive: true, force: true });
        // Somebody else was faster, and theirs is as good.
        if (!existsSync(join(place, 'HEAD'))) throw error;
      }
    },
    async git(args, options = {}) {
      try {
        return await run(home, args, { timeoutMs: limitMs, ...options, env: { ...(await full()), ...options.env } });
      } catch (error) {
        if (existsSync(join(place, 'HEAD'))) throw error;
        throw new CloneBroken(`the clone in ${place} is gone`, { cause: error });
      }
    },
    async ask(args, input) {
      const around = await full();
      const git = simpleGit({
        baseDir: home,
        timeout: { block: timeoutMs },
        allowEnvironment: Object.keys(around),
        unsafe: { allowUnsafeConfigEnvCount: true, allowUnsafeSshCommand: true },
        ...(input !== undefined && { input: () => input }),
      });
      return git.env(around).raw([...args]);
    },
    discard,
  };
}

function settings(address: Address, whole: boolean): readonly (readonly [string, string])[] {
  const partial = [
    ['core.repositoryformatversion', '1'],
    ['extensions.partialClone', 'origin'],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.partialclonefilter', 'blob:none'],
  ] as const;
  return [
    ['remote.origin.url', address.url],
    // Two that fetch at once wait for each other, and nothing goes on behind our back.
    ['core.filesRefLockTimeout', '1000'],
    ['core.packedRefsTimeout', '1000'],
    ['gc.autoDetach', 'false'],
    ...(whole ? [] : partial),
  ];
}

/** Nobody is there to be asked for a passphrase, but how ssh is run may be somebody's own choice. */
async function withSsh(home: string, env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  if (env['GIT_SSH'] !== undefined || env['GIT_SSH_COMMAND'] !== undefined) return env;
  const { GIT_DIR: _, ...outside } = env;
  const own = await tryRun(home, ['config', '--get', 'core.sshCommand'], { env: outside });
  return own === undefined ? { ...env, GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=20' } : env;
}

/** What a killed process left aside. */
function sweep(home: string, name: string): void {
  for (const entry of readdirSync(home)) {
    const path = join(home, entry);
    if (!entry.startsWith(`${name}.`)) continue;
    const at = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - at > LEFT_OVER_MS) rmSync(path, { recursive: true, force: true });
  }
}
