// Signals: how they fade and add up, and whose turn it is to be looked at.
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprintOf, type Signal, strengthOf } from '../../../engines/signals/signal.ts';
import { afterScan, NEVER_SCANNED, nextToScan, type ScanPolicy, type ScanState } from '../../../engines/signals/scan.ts';
import { type StackPolicy, stackSignals } from '../../../engines/signals/stack.ts';
import { golden } from '../../golden.ts';

interface CaseSignal {
  readonly type: string;
  readonly base: number;
  readonly half_life_days: number;
  readonly at: string;
  readonly fingerprint?: string;
}

interface Cases {
  readonly policy: StackPolicy;
  readonly full_round: { readonly accounts: number; readonly tick_minutes: number; readonly minutes: number };
  readonly decay: readonly (CaseSignal & { readonly id: string; readonly now: string; readonly expected: number })[];
  readonly stacking: readonly {
    readonly id: string;
    readonly now: string;
    readonly signals: readonly CaseSignal[];
    readonly expected: { readonly score: number; readonly types: number; readonly bonus: number; readonly band: string };
  }[];
  readonly scan_order: readonly {
    readonly id: string;
    readonly accounts: readonly { readonly id: string; readonly last_scanned?: string }[];
    readonly start: string;
    readonly ticks: number;
    readonly fails: readonly (readonly [string, number | '*'])[];
    readonly per_day?: number;
    readonly expected: readonly (string | null)[];
  }[];
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const file = golden('cases/demand/signals.json');
const cases = file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Cases);
const POLICY: StackPolicy = { bonus_per_type: 0.1, bonus_cap: 0.3, live_floor: 5, max_score: 100, bands: { hot: 80, warm: 60, watch: 40 } };

function signalOf({ type, base, half_life_days, at, fingerprint }: CaseSignal): Signal {
  return { type, base, half_life: half_life_days * DAY, at: Date.parse(at), ...(fingerprint === undefined ? {} : { fingerprint }) };
}

/** Who is looked at in each tick, with `!` where it failed. */
function scans(
  accounts: readonly string[],
  first: ScanState,
  start: number,
  ticks: number,
  policy: ScanPolicy,
  fails: (id: string, attempt: number) => boolean,
) {
  const attempts = new Map<string, number>();
  const seen: (string | null)[] = [];
  let state = first;
  for (let tick = 0; tick < ticks; tick += 1) {
    const now = start + tick * policy.tick;
    const [id] = nextToScan(accounts, state, now, policy);
    if (id === undefined) {
      seen.push(null);
      continue;
    }
    const attempt = (attempts.get(id) ?? 0) + 1;
    attempts.set(id, attempt);
    const failed = fails(id, attempt);
    seen.push(failed ? `${id}!` : id);
    state = afterScan(state, id, failed ? 'failed' : 'done', now, policy);
  }
  return { seen, state };
}

describe.skipIf(cases === undefined)('golden cases', () => {
  test.each(cases?.decay ?? [])('$id', ({ now, expected, ...signal }) => {
    expect(Math.abs(strengthOf(signalOf({ ...signal, type: 'any' }), Date.parse(now)) - expected)).toBeLessThan(0.00005 + 1e-9);
  });

  test.each(cases?.stacking ?? [])('$id', ({ now, signals, expected }) => {
    const { score, types, bonus, band } = stackSignals(signals.map(signalOf), Date.parse(now), cases?.policy ?? POLICY);
    expect({ types, band, score: Math.round(score * 10_000) / 10_000, bonus: Math.round(bonus * 10_000) / 10_000 }).toEqual(expected);
  });

  test.each(cases?.scan_order ?? [])('$id', ({ accounts, start, ticks, fails, per_day, expected }) => {
    const policy = { tick: 5 * MINUTE, per_tick: 1, ...(per_day === undefined ? {} : { per_day }) };
    const known = accounts.filter(({ last_scanned }) => last_scanned !== undefined);
    const first = {
      ...NEVER_SCANNED,
      accounts: Object.fromEntries(
        known.map(({ id, last_scanned }) => [id, { last: Date.parse(last_scanned ?? ''), failures: 0, not_before: null }]),
      ),
    };
    const ids = accounts.map(({ id }) => id);
    const failing = (id: string, attempt: number) => fails.some(([who, when]) => who === id && (when === '*' || when === attempt));
    expect(scans(ids, first, Date.parse(start), ticks, policy, failing).seen).toEqual(expected);
  });

  test('a full round takes as long as there are accounts', () => {
    const { accounts = 0, tick_minutes = 0, minutes } = cases?.full_round ?? {};
    const ids = Array.from({ length: accounts }, (_, at) => `a${String(at).padStart(3, '0')}`);
    const { seen } = scans(ids, NEVER_SCANNED, 0, accounts, { tick: tick_minutes * MINUTE, per_tick: 1 }, () => false);
    expect(new Set(seen).size * tick_minutes).toBe(minutes);
  });
});

const NOW = Date.parse('2026-04-16T12:00:00Z');
const anySignal = fc.record({
  type: fc.constantFrom('funding', 'hiring', 'tech', 'product'),
  base: fc.integer({ min: 0, max: 100 }),
  half_life: fc.integer({ min: 1, max: 90 }).map((days) => days * DAY),
  at: fc.integer({ min: 0, max: 400 }).map((days) => NOW - days * DAY),
  fingerprint: fc.constantFrom('f1', 'f2', 'f3', 'f4', 'f5'),
});

describe('stacking', () => {
  test('order makes no difference, time only takes, and a signal that is told twice counts once', () => {
    fc.assert(
      fc.property(fc.array(anySignal, { maxLength: 8 }), fc.nat({ max: 100 }), (signals, days) => {
        const { score, types, band } = stackSignals(signals, NOW, POLICY);
        expect(stackSignals(signals.toReversed(), NOW, POLICY).score).toBe(score);
        expect(stackSignals([...signals, ...signals], NOW, POLICY)).toMatchObject({ score, types, band });
        expect(stackSignals(signals, NOW + days * DAY, { ...POLICY, bonus_per_type: 0 }).score).toBeLessThanOrEqual(score);
        expect(score).toBeLessThanOrEqual(POLICY.max_score);
      }),
    );
  });
});

describe('fingerprints', () => {
  test('the page tells events apart, not what trackers add to its address', () => {
    const event = { account: '001A', title: 'Acme raises', url: 'https://www.news.example/acme/?utm_source=x&id=7' };
    expect(fingerprintOf({ ...event, url: 'https://news.example/acme?id=7&gclid=1' })).toBe(fingerprintOf(event));
    expect(fingerprintOf({ ...event, url: 'https://news.example/acme?id=8' })).not.toBe(fingerprintOf(event));
    expect(fingerprintOf({ ...event, account: '001B' })).not.toBe(fingerprintOf(event));
  });

  test('without a page the words of the title do', () => {
    const plain = fingerprintOf({ account: '001A', title: 'Acme raises $20M!' });
    expect(fingerprintOf({ account: '001A', title: '  ACME raises 20m', url: 'not a page' })).toBe(plain);
  });
});

describe('scanning', () => {
  const policy = { tick: 5 * MINUTE, per_tick: 1 };
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];

  test('one that always fails holds nobody up: the others are seen in turn, and it waits a day at most', () => {
    const ticks = 3 * 288;
    const { seen, state } = scans(ids, NEVER_SCANNED, NOW, ticks, policy, (id) => id === 'c');
    const counts = ids.map((id) => seen.filter((one) => one === id).length);
    expect(Math.max(...counts.filter((_, at) => at !== 2)) - Math.min(...counts.filter((_, at) => at !== 2))).toBeLessThanOrEqual(1);
    const { failures = 0, not_before, last } = state.accounts['c'] ?? {};
    expect(failures).toBeGreaterThan(8);
    expect(last).toBeNull();
    expect((not_before ?? 0) - (NOW + ticks * policy.tick)).toBeLessThanOrEqual(DAY);
  });

  test('several a tick, never more than the day allows', () => {
    const three = { ...policy, per_tick: 4, per_day: 6 };
    const first = nextToScan(ids, NEVER_SCANNED, NOW, three);
    expect(first).toEqual(['a', 'b', 'c', 'd']);
    const after = first.reduce((state, id) => afterScan(state, id, 'failed', NOW, three), NEVER_SCANNED);
    expect(nextToScan(ids, after, NOW, three)).toEqual(['e', 'f']);
    const spent = ['e', 'f'].reduce((state, id) => afterScan(state, id, 'done', NOW, three), after);
    expect(nextToScan(ids, spent, NOW + 60 * MINUTE, three)).toEqual([]);
    expect(nextToScan(ids, spent, NOW + DAY, three)).toEqual(['a', 'b', 'c', 'd']);
  });
});
