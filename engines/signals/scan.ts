// Which account is looked at next: a few a tick, in turn, so that all are seen in one round. What fails waits longer each time and holds
// nobody up. Pure: the state goes in and the next one comes out.

export interface ScanPolicy {
  /** Milliseconds from tick to tick. */
  readonly tick: number;
  readonly per_tick: number;
  /** Calls in a UTC day, failed ones included; absent: as many as there are ticks. */
  readonly per_day?: number;
}

export interface ScanState {
  readonly accounts: Readonly<Record<string, AccountScan>>;
  /** The UTC day that `calls` counts. */
  readonly day: string | null;
  readonly calls: number;
}

export interface AccountScan {
  /** Milliseconds since 1970 of the last scan that succeeded; `null`: never. */
  readonly last: number | null;
  /** In a row, since the last success. */
  readonly failures: number;
  /** Not before; `null`: any time. */
  readonly not_before: number | null;
}

export const NEVER_SCANNED: ScanState = { accounts: {}, day: null, calls: 0 };

/** Never scanned first, then least recently, then by id; fewer than `per_tick` where the day's calls are used up or the rest waits. */
export function nextToScan(accounts: readonly string[], state: ScanState, now: number, policy: ScanPolicy): readonly string[] {
  const calls = state.day === dayOf(now) ? state.calls : 0;
  const left = Math.min(policy.per_tick, (policy.per_day ?? Number.POSITIVE_INFINITY) - calls);
  if (left <= 0) return [];
  return accounts
    .map((id) => ({ id, ...scanOf(state, id) }))
    .filter(({ not_before }) => not_before === null || not_before <= now)
    .sort((a, b) => (a.last ?? Number.NEGATIVE_INFINITY) - (b.last ?? Number.NEGATIVE_INFINITY) || compareIds(a.id, b.id))
    .slice(0, left)
    .map(({ id }) => id);
}

/** The n-th failure in a row waits tick × 2^n, at most a day, and is no scan. */
export function afterScan(state: ScanState, id: string, outcome: 'done' | 'failed', now: number, policy: ScanPolicy): ScanState {
  const before = scanOf(state, id);
  const failures = outcome === 'done' ? 0 : before.failures + 1;
  const scan: AccountScan =
    outcome === 'done'
      ? { last: now, failures, not_before: null }
      : { last: before.last, failures, not_before: now + Math.min(policy.tick * 2 ** failures, DAY) };
  const day = dayOf(now);
  return { accounts: { ...state.accounts, [id]: scan }, day, calls: (state.day === day ? state.calls : 0) + 1 };
}

const DAY = 86_400_000;
const UNSEEN: AccountScan = { last: null, failures: 0, not_before: null };

function scanOf(state: ScanState, id: string): AccountScan {
  return (Object.hasOwn(state.accounts, id) ? state.accounts[id] : undefined) ?? UNSEEN;
}

function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
