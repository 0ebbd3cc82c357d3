// Backup and restore of the state: what was applied last, the journal, history, approvals, snapshots, decisions, tokens.
import type { Checked } from '../resources/core.ts';
import type { StateFile, StateFiles } from '../ports/backup.ts';

export interface Restored extends StateFile {
  /** Where the state that was there before lies now. */
  readonly aside?: string;
}

/** A copy in one file, beside whatever runs. A file that is there already is replaced only if it is a backup too. */
export async function backUp(files: StateFiles, path: string): Promise<Checked<StateFile>> {
  const there = files.look(path);
  if (there.kind === 'live') return refuse('backup-of-itself', `${path} is the state itself.`, 'Name another file.');
  if (there.kind === 'useless')
    return refuse('file-in-the-way', `${path} is there already, and is no backup.`, 'Name another file, or move that one away.');
  return { ok: true, value: await files.copyTo(path) };
}

export interface RestoreRequest {
  readonly path: string;
  /** Who restores, as others are told who find the state taken. */
  readonly by: string;
  readonly now: Date;
}

/** Looks at the file first, and only then touches the state: a file that is of no use changes nothing. */
export async function restore(files: StateFiles, { path, by, now }: RestoreRequest): Promise<Checked<Restored>> {
  const found = files.look(path);
  switch (found.kind) {
    case 'absent':
      return refuse('no-such-backup', `There is no ${path}.`, 'Check the path.');
    case 'live':
      return refuse('backup-of-itself', `${path} is the state itself.`, 'Name a backup of it.');
    case 'useless':
      return refuse('no-backup', found.message, found.hint);
    case 'state':
      break;
    default:
      return found satisfies never;
  }
  const lease = await files.claim(`a restore by ${by}`);
  if ('heldBy' in lease)
    return refuse(
      'state-in-use',
      `Somebody is at work on this state: ${lease.heldBy}.`,
      'Stop the controller, or wait for the apply; then restore.',
    );
  try {
    const aside = await files.keepAside(now);
    await files.replaceBy(path);
    return { ok: true, value: { ...found.file, ...(aside !== undefined && { aside }) } };
  } finally {
    await lease.release();
  }
}

function refuse(code: string, message: string, hint: string): Checked<never> {
  return { ok: false, problems: [{ severity: 'error', code, message, hint }] };
}
