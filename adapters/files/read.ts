// Reads every `*.yaml` below a folder, as text. Nothing is guessed: what cannot be read is a problem with its path, and resources in a file
// of another ending are told, as they would be missed.
import { createHash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Problem } from '../../resources/core.ts';
import type { TextFile } from '../../ports/source.ts';

/** Larger files are not even read; the language refuses them long before. */
const LARGEST = 16 * 1024 * 1024;
const MOST_FILES = 20_000;

export function readFolder(root: string): { readonly files: readonly TextFile[]; readonly problems: readonly Problem[] } {
  const files: TextFile[] = [];
  const problems: Problem[] = [];
  const refuse = (code: string, path: string, message: string, hint: string) => {
    problems.push({ severity: 'error', code, message, hint, at: { path, line: 1, column: 1 } });
  };

  for (const path of paths(root, refuse)) {
    const full = join(root, path);
    try {
      if (path.endsWith('.yml')) {
        if (declaresSomething(full)) problems.push(misnamed(path));
        continue;
      }
      if (lstatSync(full).isSymbolicLink() && leadsOut(root, full)) {
        refuse('link-out-of-tree', path, 'a symbolic link leads out of the configuration', 'Put the file itself here.');
        continue;
      }
      const { size } = statSync(full);
      if (size > LARGEST) {
        refuse(
          'file-too-large',
          path,
          `the file has ${Math.round(size / 1024 / 1024)} MiB`,
          'Split it: any number of files may declare resources.',
        );
        continue;
      }
      const bytes = readFileSync(full);
      files.push({ path, text: decode(bytes), hash: blobId(bytes) });
    } catch (error) {
      refuse('unreadable-file', path, `the file can not be read: ${reason(error)}`, 'Check its permissions and that it is UTF-8.');
    }
    if (files.length > MOST_FILES) {
      refuse('too-many-files', path, `more than ${MOST_FILES} files`, 'Is this the folder of loopctl.yaml?');
      break;
    }
  }
  return { files, problems };
}

/** A file below the root, and no link out of it. */
export function hasFile(root: string, path: string): boolean {
  const full = join(root, path);
  return statSync(full, { throwIfNoEntry: false })?.isFile() === true && isBelow(realpathSync(root), realpathSync(full));
}

/** Dot-folders and node_modules, and dot-files, are not looked at. */
export function isSkipped(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

type Refuse = (code: string, path: string, message: string, hint: string) => void;

/** In the order of their paths. */
function* paths(root: string, refuse: Refuse, below = ''): Generator<string> {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(join(root, below), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    refuse(
      'unreadable-folder',
      below === '' ? '.' : below,
      `the folder can not be read: ${reason(error)}`,
      'Check that it is there, and its permissions.',
    );
    return;
  }
  for (const entry of entries) {
    if (isSkipped(entry.name)) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* paths(root, refuse, path);
    else if (entry.name.endsWith('.yaml')) yield path;
    else if (entry.isSymbolicLink() && mayBeFolder(join(root, path))) {
      refuse(
        'linked-folder',
        path,
        'a symbolic link leads to a folder or to nothing, and links to folders are not followed',
        'Put the folder itself here, or remove the link.',
      );
    } else if (entry.name.endsWith('.yml')) yield path;
  }
}

/** Other programs have `*.yml` of their own beside a configuration: only one that says that it is ours is missed. */
function declaresSomething(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true || statSync(path).size > LARGEST) return false;
  return /^\s*apiVersion:\s*["']?loopctl\//m.test(readFileSync(path, 'utf8'));
}

function misnamed(path: string): Problem {
  return {
    severity: 'warning',
    code: 'not-read',
    message: 'the file is not read, as its name does not end in .yaml: what it declares is not part of the organisation',
    hint: `Rename it: ${path
      .replace(/\.yml$/, '.yaml')
      .split('/')
      .at(-1)}`,
    at: { path, line: 1, column: 1 },
  };
}

/** A link to a file that is no YAML is nobody's business; one behind which there could be resources is. */
function mayBeFolder(link: string): boolean {
  return statSync(link, { throwIfNoEntry: false })?.isFile() !== true;
}

/** By what is there, and by its words where nothing is there. */
function leadsOut(root: string, link: string): boolean {
  if (statSync(link, { throwIfNoEntry: false }) !== undefined) return !isBelow(realpathSync(root), realpathSync(link));
  return !isBelow(root, resolve(dirname(link), readlinkSync(link)));
}

function decode(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** Git's id of a file's content. */
function blobId(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function isBelow(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`);
}

function reason(error: unknown): string {
  return error instanceof TypeError ? 'it is not UTF-8 text' : (error as Error).message.replace(/, \w+ '.*'$/, '');
}
