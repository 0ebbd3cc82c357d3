// Who is away beside what git says: out of office in the org, paused by hand. Decisions ask again and again, so both are remembered for a
// little while: at most one look at the org a minute, and none where nothing is decided.
import type { Away } from '../../engines/pools/availability.ts';
import type { Seat } from '../../engines/cascade/roster.ts';
import type { People } from '../../loops/requests.ts';
import type { Pause } from '../../ports/pauses.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, SnapshotRow, Store } from '../../ports/store.ts';
import type { Checked } from '../../resources/core.ts';
import { problemOf } from '../problems.ts';

/** Adds who is away to who sits where. */
export type Availability = (row: Pick<SnapshotRow, 'content'>, people: People) => People | Promise<People>;

export interface AwaySources {
  readonly store: Pick<Store, 'pauses'>;
  readonly scope: Pick<Scope, 'project' | 'environment'>;
  connect(): Promise<Checked<CrmRecords>>;
  readonly now: () => Date;
}

const DAY = 86_400_000;
/** Calendars of the org are looked at anew after this. */
const CALENDARS_MS = 60_000;
/** Another process may pause a seat: it is seen after this. */
const PAUSES_MS = 2_000;

interface Known {
  readonly at: number;
  readonly day: string;
  readonly away: readonly Away[];
  readonly unknown?: string;
}

export function availability({ store, scope, connect, now }: AwaySources): Availability {
  let calendars: Known | undefined;
  let paused: Known | undefined;
  let asking: Promise<void> | undefined;

  const isGood = (known: Known | undefined, at: number, ms: number) =>
    known !== undefined && at >= known.at && at - known.at < ms && known.day === dayOf(at);

  async function lookAtPauses(at: number): Promise<void> {
    const open = await store.pauses.open(scope);
    paused = { at, day: dayOf(at), away: open.map(awayOf) };
  }

  async function lookAtCalendars(at: number): Promise<void> {
    const found = await calendarsAt(connect, at);
    // An org that does not answer leaves what it said last.
    calendars = found.unknown === undefined ? found : { ...found, away: calendars?.away ?? [] };
  }

  async function look(at: number): Promise<void> {
    await Promise.all([
      isGood(paused, at, PAUSES_MS) ? undefined : lookAtPauses(at),
      isGood(calendars, at, CALENDARS_MS) ? undefined : lookAtCalendars(at),
    ]);
  }

  function answer({ content }: Pick<SnapshotRow, 'content'>, people: People): People {
    const users = usersIn(content);
    const away = [...(paused?.away ?? []), ...(calendars?.away ?? []).filter(({ user }) => users.has(user?.toLowerCase() ?? ''))];
    const unknown = calendars?.unknown;
    return { ...people, ...(away.length > 0 && { away }), ...(unknown !== undefined && { unknown }) };
  }

  return (row, people) => {
    const at = now().getTime();
    if (isGood(paused, at, PAUSES_MS) && isGood(calendars, at, CALENDARS_MS)) return answer(row, people);
    asking ??= look(at).finally(() => {
      asking = undefined;
    });
    return asking.then(() => answer(row, people));
  };
}

/** Whose day it is depends on where they are: those of yesterday and tomorrow are known too. */
async function calendarsAt(connect: AwaySources['connect'], at: number): Promise<Known> {
  const day = dayOf(at);
  const org = await connect();
  if (!org.ok) return { at, day, away: [], unknown: `calendars of the org: ${org.problems[0]?.message ?? 'no org is set'}` };
  try {
    const found = await org.value.outOfOffice(dayOf(at - DAY), dayOf(at + DAY));
    const away = found.map(({ username, from, until, subject }) => ({
      user: username,
      from,
      until,
      because: `is out of office${subject === undefined ? '' : ` (${subject})`} until ${dayOf(Date.parse(until) - DAY)}`,
    }));
    // In one order, whatever the org's is: decisions hold what they were made on.
    return { at, day, away: away.sort((a, b) => order(a.user, b.user) || order(a.from, b.from) || order(a.until, b.until)) };
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return { at, day, away: [], unknown: `calendars of the org: ${problem.message}` };
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function awayOf({ seat, by, until, reason }: Pause): Away {
  const why = reason === undefined ? '' : `: ${reason}`;
  return { seat, ...(until !== undefined && { until }), because: `was paused by ${by}${why}` };
}

const usernames = new WeakMap<object, ReadonlySet<string>>();

/** Everybody else's calendar is nobody's business. */
function usersIn(content: SnapshotRow['content']): ReadonlySet<string> {
  const before = usernames.get(content);
  if (before !== undefined) return before;
  const found = new Set(seatsIn(content).flatMap(({ user }) => (user === undefined ? [] : [user.toLowerCase()])));
  usernames.set(content, found);
  return found;
}

export function seatsIn({ resources }: SnapshotRow['content']): readonly Seat[] {
  return Object.entries(resources)
    .filter(([key]) => key.startsWith('Scenario/'))
    .flatMap(([, scenario]) => (scenario as { readonly seats: readonly Seat[] }).seats);
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
