// Where a folder lies in its repository, and what git calls things.
import { run, tryRun } from './run.ts';

/** The top of the repository, and the root below it (without a trailing slash; empty where they are the same). */
export async function placeOf(root: string): Promise<{ readonly top: string; readonly subtree: string }> {
  const [top = root, prefix = ''] = (await run(root, ['rev-parse', '--show-toplevel', '--show-prefix'])).split('\n');
  return { top, subtree: prefix.replace(/\/$/, '') };
}

/** The id of an object, nothing where git does not know it. */
export async function verified(root: string, object: string): Promise<string | undefined> {
  return (await tryRun(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', object]))?.trim();
}
