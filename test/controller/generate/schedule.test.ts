// Whose turn it is, on a real store: in turn, within the day's budget, across the end of a process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ListedAccounts } from '../../../controller/generate/accounts.ts';
import { type Ticked, tick } from '../../../controller/generate/schedule.ts';
import type { SignalMemory } from '../../../engines/signals/kept.ts';
import { compileScans, type Scan, signalKey } from '../../../loops/generate/world.ts';
import type { Store } from '../../../ports/store.ts';
import { openStore } from '../../../state/open.ts';
import { snapshotOfFixture } from '../../loops/snapshot.ts';

const SCOPE = { project: 'acme', environment: 'sandbox', orgId: '00D' };
const MINUTE = 60_000;
const SNAPSHOT = snapshotOfFixture();

let folder: string;
let store: Store;
let now: number;
let ids = 0;
let listed: ListedAccounts;
let asked: number;
let tokens: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loopctl-scan-'));
  now = Date.parse('2026-11-21T12:00:00Z');
  listed = { accounts: ['a1', 'a2', 'a3', 'a4', 'a5'], problems: [] };
  asked = 0;
  tokens = 0;
  store = await open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = () => openStore({ folder, nextId: () => `id-${String((ids += 1)).padStart(8, '0')}`, now: () => new Date(now) });

function scanWith(more: object = {}): Scan {
  const spec = { ...(SNAPSHOT.resources['SignalScan/strategic'] as object), again_after: '0s', budget: {}, ...more };
  const [scan] = compileScans({ ...SNAPSHOT, resources: { ...SNAPSHOT.resources, 'SignalScan/strategic': spec } }).scans;
  if (scan === undefined) throw new Error('no scan');
  return scan;
}

function ticked(scan: Scan): Promise<Ticked | undefined> {
  return tick(scan, {
    store,
    scope: SCOPE,
    now: new Date(now),
    accounts: async () => {
      asked += 1;
      return listed;
    },
    tokens: async () => tokens,
  });
}

/** A decision on the account was written, as the loop writes it. */
async function looked(account: string): Promise<void> {
  const key = signalKey(account);
  const { version = 0 } = (await store.decisions.state(SCOPE, [key])).get(key) ?? {};
  const value: SignalMemory = { scanned: new Date(now).toISOString(), scan: 'strategic', signals: [], handed: false };
  const decision = {
    id: `d-${String((ids += 1)).padStart(8, '0')}`,
    loop: 'generate',
    subject: { object: 'Account', id: account },
    revision: { commit: null, snapshot: 's', engine: 'test' },
    logged_at: new Date(now).toISOString(),
  };
  await store.decisions.keep(SCOPE, [
    { decision, recorded: { event: null, facts: [], now: '' }, writes: [{ key, expect: version, value }] },
  ]);
}

/** Who is looked at in each tick; a look of those in `fails` comes to nothing. */
async function rounds(scan: Scan, ticks: number, { every = 5 * MINUTE, fails = [] as readonly string[] } = {}): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let at = 0; at < ticks; at += 1) {
    const { begun = [] } = (await ticked(scan)) ?? {};
    seen.push(begun.join(' ') || '-');
    for (const account of begun) if (!fails.includes(account)) await looked(account);
    now += every;
  }
  return seen;
}

describe('the turn', () => {
  test('goes round, one account a tick, and none twice', async () => {
    expect(await rounds(scanWith(), 7)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a1', 'a2']);
    const rows = await store.inbox.take(SCOPE, new Date(now).toISOString(), 100);
    expect(rows.map(({ loop, object, record, source }) => [loop, object, record, source])).toEqual(
      ['a1', 'a2', 'a3', 'a4', 'a5'].map((id) => ['generate', 'Account', id, 'schedule']),
    );
    expect(await store.inbox.waiting(SCOPE)).toBe(7);
  });

  test('is not before its time, and goes on where it was when the process starts again', async () => {
    const scan = scanWith();
    expect((await ticked(scan))?.begun).toEqual(['a1']);
    now += 2 * MINUTE;
    await store.close();
    store = await open();
    expect(await ticked(scan)).toBeUndefined();
    now += 3 * MINUTE;
    expect((await ticked(scan))?.begun).toEqual(['a2']);
    expect(asked).toBe(1);
  });

  test('is not again within again_after, however short the list', async () => {
    listed = { accounts: ['a1', 'a2'], problems: [] };
    expect(await rounds(scanWith({ again_after: '20m' }), 6)).toEqual(['a1', 'a2', '-', '-', 'a1', 'a2']);
  });

  test('takes a look that came to nothing later each time, and holds nobody up', async () => {
    const scan = scanWith({ wait: '5m' });
    listed = { accounts: ['a1', 'a2'], problems: [] };
    // Begun at 0; given up after the wait and a tick, at 15 minutes; looked at again 10 minutes after that, and then after 20.
    expect(await rounds(scan, 12, { fails: ['a1'] })).toEqual(['a1', 'a2', 'a2', 'a2', 'a2', 'a1', 'a2', 'a2', 'a2', 'a2', 'a2', 'a2']);
    const { failed } = (await ticked(scan)) ?? {};
    expect(failed).toEqual([]);
  });

  test('says which looks came to nothing', async () => {
    const scan = scanWith({ wait: '5m' });
    listed = { accounts: ['a1'], problems: [] };
    await ticked(scan);
    now += 15 * MINUTE;
    expect((await ticked(scan))?.failed).toEqual([{ account: 'a1', failures: 1 }]);
  });
});

describe('the budget of a day', () => {
  test('counts what is under way and what failed, and is new on the next day', async () => {
    const scan = scanWith({ budget: { calls_day: 3 }, wait: '1h' });
    expect(await rounds(scan, 5, { fails: ['a1', 'a2', 'a3', 'a4'] })).toEqual(['a1', 'a2', 'a3', '-', '-']);
    expect((await ticked(scan))?.isSpent).toBe(true);
    now = Date.parse('2026-11-22T00:01:00Z');
    expect((await ticked(scan))?.begun).toEqual(['a4']);
  });

  test('begins nothing where the tokens are used up', async () => {
    const scan = scanWith({ budget: { tokens_day: 1_000 } });
    tokens = 1_000;
    expect(await ticked(scan)).toMatchObject({ begun: [], isSpent: true });
    tokens = 999;
    now += 5 * MINUTE;
    expect(await ticked(scan)).toMatchObject({ begun: ['a1'], isSpent: false });
  });
});

describe('the list', () => {
  test('is looked up again when it says something else, and when its time has come', async () => {
    await ticked(scanWith());
    now += 5 * MINUTE;
    await ticked(scanWith());
    expect(asked).toBe(1);
    now += 8 * 24 * 60 * MINUTE;
    await ticked(scanWith());
    expect(asked).toBe(2);
  });

  test('with what no account of the org is, is looked up sooner, and says so each time', async () => {
    listed = { accounts: ['a1'], problems: ['initech.example: no account of the org has this website'] };
    const scan = scanWith({ again_after: '1h' });
    expect((await ticked(scan))?.problems).toHaveLength(1);
    now += 5 * MINUTE;
    expect((await ticked(scan))?.problems).toEqual([]);
    now += 60 * MINUTE;
    expect((await ticked(scan))?.problems).toHaveLength(1);
  });
});
