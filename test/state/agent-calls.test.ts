// Calls of agents in the store, on SQLite and on PostgreSQL: what stands, and a budget that many at once can not overdraw.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewAgentCall } from '../../ports/agent-calls.ts';
import type { Store } from '../../ports/store.ts';
import { openStore } from '../../state/open.ts';
import { type RunningPostgres, startPostgres } from '../postgres.ts';

const place = { project: 'acme', environment: 'sandbox' };
const call = (id: string, more: Partial<NewAgentCall> = {}): NewAgentCall => ({
  id,
  prompt: 'which',
  question: 'q',
  model: 'm',
  at: '2026-11-21T12:00:00.000Z',
  ...more,
});
const answered = { status: 'answered', model: 'm-1', tokens: 70, until: '2026-11-28T12:00:00.000Z', answer: { choice: 'a' } } as const;

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('calls of agents on %s', (kind) => {
  let folder: string;
  let stores: Store[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loopctl-calls-'));
    const url = kind === 'postgres' ? await postgres.database() : undefined;
    const open = () =>
      openStore({
        folder,
        ...(url !== undefined && { databaseUrl: url }),
        nextId: () => 'id',
        now: () => new Date('2026-11-21T12:00:00Z'),
      });
    stores = [await open(), await open()];
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('an answer stands until its day, for its environment; one under way stands for nothing', async () => {
    const calls = stores[0]!.agentCalls;
    await calls.begin(place, call('1'), {});
    expect(await calls.standing(place, 'q', '2026-11-21T12:00:00.000Z')).toBeUndefined();
    await calls.end('1', answered);
    expect(await calls.standing(place, 'q', '2026-11-27T00:00:00.000Z')).toEqual({ ...call('1'), ...answered });
    expect(await calls.standing({ ...place, environment: 'production' }, 'q', '2026-11-27T00:00:00.000Z')).toBeUndefined();
    expect(await calls.standing(place, 'q', answered.until)).toBeUndefined();
    await calls.begin(place, call('2', { at: '2026-11-22T12:00:00.000Z' }), {});
    await calls.end('2', { ...answered, status: 'invalid', answer: 'no' });
    expect(await calls.standing(place, 'q', '2026-11-27T00:00:00.000Z')).toMatchObject({ id: '2', status: 'invalid' });
    await stores[0]!.prune({ plans: '2026-11-28T12:00:00.000Z', journal: '2026-11-28T12:00:00.000Z' });
    expect(await calls.standing(place, 'q', '2026-11-27T00:00:00.000Z')).toMatchObject({ id: '2' });
    await stores[0]!.prune({ plans: '2026-12-01T00:00:00.000Z', journal: '2026-12-01T00:00:00.000Z' });
    expect(await calls.standing(place, 'q', '2026-11-27T00:00:00.000Z')).toBeUndefined();
  });

  test('two processes that ask at once do not overdraw the day', async () => {
    const begun = await Promise.all(
      Array.from({ length: 12 }, (_, at) => stores[at % 2]!.agentCalls.begin(place, call(`c${at}`, { question: `q${at}` }), { calls: 5 })),
    );
    expect(begun.filter((over) => over === undefined)).toHaveLength(5);
    expect(begun.find((over) => over !== undefined)).toEqual({ calls: 5, tokens: 0 });
    expect(await stores[0]!.agentCalls.spent(place, 'which', '2026-11-21')).toEqual({ calls: 5, tokens: 0 });
    expect(await stores[0]!.agentCalls.begin(place, call('other', { prompt: 'other' }), { calls: 5 })).toBeUndefined();
    expect(await stores[0]!.agentCalls.begin(place, call('next', { at: '2026-11-22T00:00:00.000Z' }), { calls: 5 })).toBeUndefined();
  });
});
