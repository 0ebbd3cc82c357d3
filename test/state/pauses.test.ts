// Seats that people pause, in SQLite and in PostgreSQL alike.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../state/open.ts';
import { type RunningPostgres, startPostgres } from '../postgres.ts';

const PLACE = { project: 'acme', environment: 'sandbox' };

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('on %s', (kind) => {
  async function open() {
    const folder = mkdtempSync(join(tmpdir(), 'loopctl-pauses-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const databaseUrl = kind === 'postgres' ? await postgres.database() : undefined;
    const store = await openStore({ folder, nextId: () => 'id', now: () => new Date(), ...(databaseUrl !== undefined && { databaseUrl }) });
    onTestFinished(() => store.close());
    return store;
  }

  test('a seat is paused once at a time, in one environment, until somebody ends it', async () => {
    const { pauses } = await open();
    await pauses.begin(PLACE, { id: '1', seat: 'a', at: '2026-11-21T10:00:00Z', by: 'ada', until: '2026-11-24' });
    await pauses.begin(PLACE, { id: '2', seat: 'b', at: '2026-11-21T11:00:00Z', by: 'ada' });
    await pauses.begin(PLACE, { id: '3', seat: 'a', at: '2026-11-21T12:00:00Z', by: 'bob', reason: 'training' });
    expect(await pauses.open(PLACE)).toEqual([
      { id: '2', seat: 'b', at: '2026-11-21T11:00:00Z', by: 'ada' },
      { id: '3', seat: 'a', at: '2026-11-21T12:00:00Z', by: 'bob', reason: 'training' },
    ]);
    expect(await pauses.open({ ...PLACE, environment: 'production' })).toEqual([]);
    expect(await pauses.end({ ...PLACE, environment: 'production' }, 'a', 'ada', '2026-11-21T13:00:00Z')).toBe(false);
    expect(await pauses.end(PLACE, 'a', 'ada', '2026-11-21T13:00:00Z')).toBe(true);
    expect(await pauses.end(PLACE, 'a', 'ada', '2026-11-21T13:00:00Z')).toBe(false);
    expect((await pauses.open(PLACE)).map(({ seat }) => seat)).toEqual(['b']);
  });
});
