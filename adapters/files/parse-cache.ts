// Parsed documents by content hash, in one file of the data folder: a file that did not change is not parsed again. Losing it costs time alone.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ParseCache } from '../../resources/organisation.ts';

/** Documents that a running process remembers; beyond this many it begins anew. */
const MOST_PARTS = 50_000;

export interface PersistedCache extends ParseCache {
  /** Writes what was used, where something is new. */
  save(): void;
}

export function openParseCache(path: string): PersistedCache {
  const stored = load(path);
  const used: Record<string, unknown> = {};
  let isNew = false;
  const parts: NonNullable<ParseCache['parts']> = new Map();
  return {
    parts,
    get(hash) {
      const value = stored[hash];
      if (value !== undefined) used[hash] = value;
      return value;
    },
    set(hash, value) {
      used[hash] = value;
      isNew = true;
    },
    save() {
      if (parts.size > MOST_PARTS) parts.clear();
      if (!isNew) return;
      keep(path, JSON.stringify(used));
      isNew = false;
    },
  };
}

/** Where it can not be written (a read-only disk, a full one), files are parsed anew: no reason to fail what was done. */
function keep(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch {
    return;
  }
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}

function load(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Not there yet, or cut short by a crash: it is made again.
    return {};
  }
}
