// Files of the state are their owner's alone, whatever the folder lets through: they hold people, decisions and the hashes of tokens.
import { chmodSync, closeSync, openSync, statSync } from 'node:fs';

/** SQLite makes -wal and -shm with the rights of the file that they belong to; those that are there are mended. */
export function makePrivate(path: string): void {
  ignored(() => closeSync(openSync(path, 'ax', 0o600)));
  for (const part of ['', '-wal', '-shm'])
    ignored(() => {
      const { mode } = statSync(path + part);
      if ((mode & 0o077) !== 0) chmodSync(path + part, mode & 0o700);
    });
}

/** It is there already, or not to be made or changed by this user: whoever opens it says what is wrong with that, if it is wrong. */
function ignored(body: () => void): void {
  try {
    body();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
