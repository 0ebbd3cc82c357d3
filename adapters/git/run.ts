// Git's plumbing, by its own program: exit codes count, and nothing of the user's environment can point it to another repository.
import { execFile } from 'node:child_process';

const KEPT = ['PATH', 'HOME', 'USERPROFILE', 'LANG', 'TMPDIR', 'TEMP', 'SystemRoot', 'SSH_AUTH_SOCK', 'XDG_CONFIG_HOME'];
const LARGEST_ANSWER = 256 * 1024 * 1024;

export interface GitOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** It is ended after so long. Without: git takes the time that it takes. */
  readonly timeoutMs?: number;
}

/** Git in a place that is known. */
export type Git = (args: readonly string[], options?: GitOptions) => Promise<string>;

/** What git prints; an error with its own words where it refuses. */
export function run(folder: string, args: readonly string[], { env = {}, input, timeoutMs = 0 }: GitOptions = {}): Promise<string> {
  const kept = Object.fromEntries(KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, env: { ...kept, GIT_TERMINAL_PROMPT: '0', ...env }, maxBuffer: LARGEST_ANSWER, timeout: timeoutMs };
    const child = execFile('git', args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.killed === true && timeoutMs > 0)
        reject(new Error(`git ${args[0]} took longer than ${timeoutMs / 1000} s`, { cause: error }));
      else reject(new Error(`git ${args[0]}: ${stderr.trim() === '' ? error.message : stderr.trim()}`, { cause: error }));
    });
    if (input !== undefined) child.stdin?.end(input);
  });
}

/** `undefined` where git refuses: no repository, no such path. */
export async function tryRun(folder: string, args: readonly string[], options?: GitOptions): Promise<string | undefined> {
  try {
    return await run(folder, args, options);
  } catch {
    return undefined;
  }
}
