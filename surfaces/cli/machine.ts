// What the machine refuses (a port that is taken, a folder that may not be written, a full disk) is nobody's fault: it is told with the
// place and the way out. What is not known here is a fault of the program.

export interface MachineRefusal {
  readonly code: string;
  readonly message: string;
}

/** As Node's own errors and SQLite's tell it. */
interface Told {
  readonly code?: unknown;
  readonly name?: unknown;
  readonly message?: string;
  readonly syscall?: string;
  readonly path?: string;
  readonly dest?: string;
  readonly port?: number;
  readonly address?: string;
}

export function machineRefusal(error: unknown, dataFolder: string): MachineRefusal | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const told = error as Told;
  if (told.name === 'OrgInUse')
    return refusal(
      'org-in-use',
      `${told.message ?? ''}.`,
      'Commands with the same LOOPCTL_DATA find it there. Stop that process to serve it from another.',
    );
  if (typeof told.code !== 'string') return undefined;
  if (told.code.startsWith('SQLITE_')) return ofDatabase(told.code, told.message ?? '', dataFolder);
  if (told.syscall === 'listen') return ofPort(told.code, told);
  const path = told.dest ?? told.path;
  return path === undefined ? ofResources(told.code, dataFolder) : (ofPath(told.code, path, dataFolder) ?? ofResources(told.code, path));
}

function ofPort(code: string, { port, address }: Told): MachineRefusal | undefined {
  const where = `Port ${port ?? '?'} of ${address ?? 'this machine'}`;
  switch (code) {
    case 'EADDRINUSE':
      return refusal('port-taken', `${where} is taken by another process.`, 'Take another with --port N; --port 0 takes a free one.');
    case 'EACCES':
      return refusal(
        'port-refused',
        `${where} may not be opened by this user.`,
        'Ports below 1024 are the administrator’s: take another with --port N.',
      );
    case 'EADDRNOTAVAIL':
      return refusal(
        'no-such-address',
        `${where} can not be opened: this machine has no such address.`,
        'Name one of its own with --host.',
      );
    default:
      return undefined;
  }
}

function ofPath(code: string, path: string, dataFolder: string): MachineRefusal | undefined {
  const data = path.startsWith(dataFolder) ? ' The data folder is what LOOPCTL_DATA names, by default .loopctl.' : '';
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return refusal(
        'not-permitted',
        `This user may not write or read ${path} (${code}).`,
        `Check who owns it, and its permissions.${data}`,
      );
    case 'EROFS':
      return refusal('read-only', `${path} lies on a disk that is read-only.`, `Name another place.${data}`);
    case 'ENOENT':
      return refusal('no-such-path', `There is no ${path}.`, `Check the path, and that its folder is there.${data}`);
    case 'EEXIST':
    case 'ENOTDIR':
      return refusal(
        'not-a-folder',
        `A folder is needed at ${path}, or on the way to it, and something else is there.`,
        `Move that away, or name another place.${data}`,
      );
    case 'EISDIR':
      return refusal('not-a-file', `A file is needed at ${path}, and a folder is there.`, 'Name a file.');
    default:
      return undefined;
  }
}

function ofResources(code: string, place: string): MachineRefusal | undefined {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return refusal('disk-full', `No space is left for ${place}.`, 'Make room, and run the command again: it goes on where it stopped.');
    case 'EMFILE':
    case 'ENFILE':
      return refusal('too-many-files', 'Too many files are open.', 'Raise the limit (ulimit -n).');
    default:
      return undefined;
  }
}

/** SQLite does not tell which file it was: all of ours lie in the data folder. */
function ofDatabase(code: string, message: string, dataFolder: string): MachineRefusal {
  const said = `A database in ${dataFolder} `;
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code))
    return refusal(
      'damaged-data',
      `${said}is damaged (${message}).`,
      'Put a backup back, or move it aside: the state is then adopted from the org anew.',
    );
  if (code.startsWith('SQLITE_FULL') || code.startsWith('SQLITE_IOERR'))
    return refusal('disk-full', `${said}can not be written (${message}).`, 'Check the disk and the space on it.');
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return refusal('data-busy', `${said}is held by another process (${message}).`, 'Wait until it is done, and try again.');
  return refusal(
    'unwritable-data',
    `${said}can not be used (${message}, ${code}).`,
    'Check who owns the folder; LOOPCTL_DATA names another.',
  );
}

function refusal(code: string, message: string, hint: string): MachineRefusal {
  return { code, message: `${message} ${hint}` };
}
