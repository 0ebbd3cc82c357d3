// The store on SQLite and on PostgreSQL: what holds on one holds on the other.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import type { Scope, Store } from '../../ports/store.ts';
import { openStore } from '../../state/open.ts';
import { type RunningPostgres, startPostgres } from '../postgres.ts';

export const SCOPE: Scope = { project: 'acme', environment: 'sandbox', orgId: '00Dx' };
export const OTHER: Scope = { ...SCOPE, orgId: '00Dy' };
export const NOW = '2026-11-21T12:00:00.000Z';

export function onBoth(tests: (open: () => Promise<Store>) => void): void {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  describe.each(['sqlite', 'postgres'] as const)('on %s', (kind) => {
    tests(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'loopctl-state-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      let ids = 0;
      const databaseUrl = kind === 'postgres' ? await postgres.database() : undefined;
      const nextId = () => `id-${(ids += 1)}`;
      const store = await openStore({ folder, nextId, now: () => new Date(NOW), ...(databaseUrl !== undefined && { databaseUrl }) });
      onTestFinished(() => store.close());
      return store;
    });
  });
}
