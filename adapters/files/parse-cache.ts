// Parsed documents by content hash, in one file of the data folder: a file that did not change is not parsed again. Losing it costs time alone.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface PersistedCache {
  get(hash: string): unknown;
  set(hash: string, value: unknown): void;
  /** Writes what was used, where something is new. */
  save(): void;
}

export function openParseCache(path: string): PersistedCache {
  const stored = load(path);
  const used: Record<string, unknown> = {};
  let isNew = false;
  return {
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
      if (!isNew) return;
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const temporary = `${path}.${process.pid}.tmp`;
      writeFileSync(temporary, JSON.stringify(used), { mode: 0o600 });
      renameSync(temporary, path);
      isNew = false;
    },
  };
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
