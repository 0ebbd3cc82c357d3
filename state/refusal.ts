// What keeps the store from being used, in words: a file that is none of ours, a schema that is newer than we are, a server that is away.
// An address may hold a password, so only its host and database are told.
import { StoreUnavailable } from '../ports/store.ts';

const ADOPTIONS =
  'Or move it aside: the next apply adopts what the org holds by its natural keys; history, approvals and snapshots begin anew.';

/** The address, if it can be one. */
export function checkedUrl(text: string): string {
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text;
  throw new StoreUnavailable(
    'bad-database-url',
    'DATABASE_URL is no address of a PostgreSQL database.',
    'Write it like postgres://user:password@host:5432/name, or unset it to keep the state in the data folder.',
  );
}

export function newerSchema(unknown: readonly string[], where: string): StoreUnavailable {
  return new StoreUnavailable(
    'newer-state',
    `The state in ${where} was brought to a newer form (${unknown.join(', ')}) by a newer loopctl than this one.`,
    'Use that version here too.',
  );
}

/** Why SQLite does not open or read the file; anything else is a bug and goes on. */
export function fileRefused(path: string, error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code))
    return refused(
      'damaged-state',
      `${path} is damaged, or is no state of loopctl (${message}).`,
      `Put a backup of it back. ${ADOPTIONS}`,
      error,
    );
  if (/^SQLITE_(CANTOPEN|READONLY|PERM)/.test(code))
    return refused(
      'unwritable-state',
      `${path} can not be opened for writing (${message}).`,
      'Check who owns the data folder (LOOPCTL_DATA).',
      error,
    );
  if (/^SQLITE_(FULL|IOERR)/.test(code))
    return refused(
      'unwritable-state',
      `${path} can not be written (${message}).`,
      'Check the space on the disk of the data folder (LOOPCTL_DATA).',
      error,
    );
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return refused('busy-state', `${path} is held by another process (${message}).`, 'Wait until it is done, and try again.', error);
  return error;
}

/** Why the server is of no use; anything else is a bug and goes on. Codes: of the network, and SQLSTATE. */
export function serverRefused(url: string, error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const { host, pathname } = new URL(url);
  const database = `The database of DATABASE_URL (${host}${pathname})`;
  if (/^(ECONN|ENOTFOUND|EAI_AGAIN|EHOST|ENET|ETIMEDOUT|EPIPE|08|57P)/.test(code) || /timeout|terminated/i.test(message))
    return refused(
      'store-unreachable',
      `${database} can not be reached (${code || message}).`,
      'Check the address, and that the server runs.',
      error,
    );
  if (/^(28|3D|42501)/.test(code))
    return refused(
      'store-refused',
      `${database} refuses (${message}).`,
      'Check the user, its password and rights, and the database’s name.',
      error,
    );
  return error;
}

function refused(code: string, message: string, hint: string, cause: unknown): StoreUnavailable {
  return new StoreUnavailable(code, message, hint, { cause });
}
