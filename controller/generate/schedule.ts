// Whose turn it is: accounts of a scan become events, a few a tick, the least recently looked at first. What was begun and how it went is
// written down with the events, so that a process that dies goes on where it was, and a day's budget is that of the day.
import { millisecondsOf } from '../../resources/duration.ts';
import { afterScan, nextToScan, type ScanPolicy, type ScanState } from '../../engines/signals/scan.ts';
import { memoryOf, type Scan, signalKey } from '../../loops/generate/world.ts';
import type { NewEvent } from '../../ports/live.ts';
import type { Scope, Store } from '../../ports/store.ts';
import { hashOf } from '../../plans/value.ts';
import type { ListedAccounts } from './accounts.ts';

export interface Scheduling {
  readonly store: Pick<Store, 'inbox' | 'decisions'>;
  readonly scope: Scope;
  readonly now: Date;
  /** The accounts of the scan's list, from the org. Throws where it does not answer. */
  accounts(): Promise<ListedAccounts>;
  /** Tokens that the prompt has used on a UTC day (`YYYY-MM-DD`). */
  tokens(day: string): Promise<number>;
}

export interface Ticked {
  /** Accounts that are looked at next. */
  readonly begun: readonly string[];
  /** Looks that came to nothing since the last tick: account and how often in a row. */
  readonly failed: readonly { readonly account: string; readonly failures: number }[];
  /** Of the list; said once, when it was looked up. */
  readonly problems: readonly string[];
  /** The day's budget is used up. */
  readonly isSpent: boolean;
}

/** What is kept from tick to tick. */
interface Progress extends ScanState {
  /** ISO. */
  readonly ticked: string;
  readonly list: { readonly digest: string; readonly at: string; readonly accounts: readonly string[]; readonly incomplete: boolean };
  /** Begun and not heard of since: milliseconds since 1970. */
  readonly pending: Readonly<Record<string, number>>;
}

/** Nothing where the tick is not due. */
export async function tick(scan: Scan, scheduling: Scheduling): Promise<Ticked | undefined> {
  const { store, scope, now } = scheduling;
  const at = now.getTime();
  const name = `scan ${scan.name}`;
  const before = progressOf(await store.inbox.cursor(scope, name));
  const every = millisecondsOf(scan.spec.tick);
  if (before !== undefined && at - Date.parse(before.ticked) < every) return undefined;
  const { list, problems } = await listNow(scan, before, scheduling);
  const scanned = await lastLooks(store, scope, list.accounts);
  const policy: ScanPolicy = {
    tick: every,
    per_tick: scan.spec.per_tick,
    ...(scan.spec.budget.calls_day !== undefined && { per_day: scan.spec.budget.calls_day }),
  };
  const heard = settle(scan, before, new Set(list.accounts), scanned, at, policy);
  const isSpent = (await scheduling.tokens(now.toISOString().slice(0, 10))) >= (scan.spec.budget.tokens_day ?? Number.POSITIVE_INFINITY);
  const begun = isSpent ? [] : due(scan, list.accounts, heard, scanned, at, policy);
  const progress: Progress = {
    ...heard.state,
    // Of whom nothing failed there is nothing to remember here: when they were looked at last their state says.
    accounts: Object.fromEntries(
      Object.entries(heard.state.accounts).filter(([account, { failures }]) => failures > 0 && list.accounts.includes(account)),
    ),
    calls: heard.state.calls + begun.length,
    ticked: now.toISOString(),
    list,
    pending: { ...heard.pending, ...Object.fromEntries(begun.map((account) => [account, at])) },
  };
  const events = begun.map(
    (account): NewEvent => ({
      id: `${name} ${account}@${now.toISOString()}`,
      loop: 'generate',
      object: 'Account',
      record: account,
      at: now.toISOString(),
      source: 'schedule',
    }),
  );
  await store.inbox.add(scope, events, { name, value: JSON.stringify(progress) });
  return { begun, failed: heard.failed, problems, isSpent: isSpent || progress.calls >= (policy.per_day ?? Number.POSITIVE_INFINITY) };
}

function progressOf(kept: string | undefined): Progress | undefined {
  return kept === undefined ? undefined : (JSON.parse(kept) as Progress);
}

/** As it was looked up last, until the list says something else, or it is time; what was not found is looked for sooner. */
async function listNow(scan: Scan, before: Progress | undefined, { now, accounts }: Scheduling) {
  const digest = hashOf(scan.marks);
  const { refresh } = scan.list.spec;
  const rest = millisecondsOf(refresh);
  const wait = before?.list.incomplete === true ? Math.min(rest, millisecondsOf(scan.spec.again_after)) : rest;
  if (before !== undefined && before.list.digest === digest && now.getTime() - Date.parse(before.list.at) < wait)
    return { list: before.list, problems: [] };
  const found = await accounts();
  const list = { digest, at: now.toISOString(), accounts: found.accounts, incomplete: found.problems.length > 0 };
  return { list, problems: found.problems };
}

/** When each was looked at last, by what its decisions wrote: milliseconds since 1970. */
async function lastLooks(store: Pick<Store, 'decisions'>, scope: Scope, accounts: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const states = await store.decisions.state(scope, accounts.map(signalKey));
  return new Map(
    accounts.flatMap((account) => {
      const scanned = memoryOf(states.get(signalKey(account))?.value)?.scanned;
      return scanned === undefined || scanned === null ? [] : [[account, Date.parse(scanned)] as const];
    }),
  );
}

interface Heard {
  readonly state: ScanState;
  readonly pending: Readonly<Record<string, number>>;
  readonly failed: Ticked['failed'];
}

/** What was begun is done when its decision was written; what is not heard of for too long came to nothing. */
function settle(
  scan: Scan,
  before: Progress | undefined,
  listed: ReadonlySet<string>,
  scanned: ReadonlyMap<string, number>,
  at: number,
  policy: ScanPolicy,
): Heard {
  const longest = millisecondsOf(scan.spec.wait) + policy.tick;
  let state: ScanState = { accounts: before?.accounts ?? {}, day: before?.day ?? null, calls: before?.calls ?? 0 };
  const pending: Record<string, number> = {};
  const failed: Ticked['failed'][number][] = [];
  for (const [account, begun] of Object.entries(before?.pending ?? {})) {
    const last = scanned.get(account);
    if (!listed.has(account)) continue;
    if (last !== undefined && last >= begun) state = afterScan(state, account, 'done', at, policy);
    else if (at - begun > longest) {
      state = afterScan(state, account, 'failed', at, policy);
      failed.push({ account, failures: state.accounts[account]?.failures ?? 0 });
    } else pending[account] = begun;
  }
  return { state: { ...state, ...callsOn(before, at) }, pending, failed };
}

/** The day's calls are counted when they are begun. */
function callsOn(before: Progress | undefined, at: number): Pick<ScanState, 'day' | 'calls'> {
  const day = new Date(at).toISOString().slice(0, 10);
  return { day, calls: before?.day === day ? before.calls : 0 };
}

function due(
  scan: Scan,
  accounts: readonly string[],
  heard: Heard,
  scanned: ReadonlyMap<string, number>,
  at: number,
  policy: ScanPolicy,
): readonly string[] {
  const rest = millisecondsOf(scan.spec.again_after);
  const free = accounts.filter((account) => !(account in heard.pending) && at - (scanned.get(account) ?? Number.NEGATIVE_INFINITY) >= rest);
  const known = Object.fromEntries(
    free.map((account) => {
      const kept = heard.state.accounts[account];
      return [account, { failures: kept?.failures ?? 0, not_before: kept?.not_before ?? null, last: scanned.get(account) ?? null }];
    }),
  );
  return nextToScan(free, { ...heard.state, accounts: known }, at, policy);
}
