// One look at one clock: it starts, stops, stands still, or a mark of it has come. Pure; what is done about it is somebody else's.
import { elapsed, type Pause } from '../../engines/calendars/clock.ts';
import type { Calendar } from '../../engines/calendars/calendar.ts';
import { judge, REASSIGN, TARGET } from '../../engines/sla/clock.ts';
import type { Act, Seen } from './seen.ts';
import { type Ending, type Kept, type RunningClock, withPast } from './state.ts';
import type { Policy } from './world.ts';

export type Happened =
  | { readonly what: 'noted' }
  | { readonly what: 'started'; readonly since: string; readonly due: string | null }
  | { readonly what: Ending; readonly owner: string; readonly took: number; readonly by: string; readonly over: boolean }
  | { readonly what: 'paused' | 'resumed' }
  | { readonly what: 'breached'; readonly took: number }
  | { readonly what: 'escalated'; readonly mark: string; readonly took: number }
  | { readonly what: 'reassigned' | 'kept'; readonly took: number };

export interface Moved {
  readonly kept: Kept;
  readonly happened: readonly Happened[];
  /** It is to be kept, though nothing happened that anybody would want to know. */
  readonly isOther: boolean;
}

export interface Look {
  readonly policy: Policy;
  readonly seen: Seen;
  /** The hours of whoever is to act now, and of whom the clock runs for. */
  calendarOf(owner: string | null): Calendar;
  readonly now: number;
}

export function moved(before: Kept | undefined, look: Look): Moved {
  const { policy, seen } = look;
  const happened: Happened[] = [];
  let kept: Kept = before ?? { owner: null, times: 0, past: [] };
  if (kept.running !== undefined) kept = ran(kept, kept.running, look, happened);
  const isWon = policy.spec.start === 'won' && seen.won;
  const handed = handedOver(before, look, happened);
  const armed = handed || (kept.armed === true && seen.owner === kept.owner);
  const starts = armed && seen.isPerson && seen.holds && kept.running === undefined;
  const running = starts ? begun(look) : kept.running;
  if (running !== undefined && starts) happened.push({ what: 'started', since: running.since, due: running.due });
  const { armed: _, won: __, running: ___, ...rest } = kept;
  // Who it is for is not known yet: it is handed over when that is.
  const isSeen = isWon && (before?.won === true || starts || (seen.isPerson && !armed));
  const after: Kept = {
    ...rest,
    owner: seen.owner,
    ...(armed && !starts && running === undefined && { armed: true }),
    ...(isSeen && { won: true }),
    ...(running !== undefined && { running }),
  };
  if (before === undefined && happened.length === 0) happened.push({ what: 'noted' });
  return { kept: after, happened, isOther: JSON.stringify(after) !== JSON.stringify(before) };
}

/** What was to be seen once for it to be a hand-off. */
function handedOver(before: Kept | undefined, { policy: { spec }, seen }: Look, happened: readonly Happened[]): boolean {
  if (!seen.isPerson) return false;
  const goesOn = happened.some(({ what }) => what === 'handed_on');
  switch (spec.start) {
    case 'won':
      return seen.won && (goesOn || (before === undefined ? seen.isFresh : before.won !== true));
    case 'assigned':
      return before === undefined ? seen.byRoute || seen.isFresh : before.owner !== seen.owner;
    case 'owner_changed': {
      if (before === undefined) return seen.byRoute;
      if (before.owner === seen.owner) return false;
      return seen.byRoute || (before.owner !== null && !before.owner.startsWith('00G'));
    }
    default:
      return spec.start satisfies never;
  }
}

function begun({ policy, seen, calendarOf, now }: Look): RunningClock {
  const owner = seen.owner ?? '';
  const pauses = seen.pauses ? [{ from: now, to: null }] : [];
  const judged = judge(policy.times, calendarOf(owner), { since: now, pauses, passed: [] }, now);
  return timed(
    { owner, since: iso(now), value: seen.value, acts: seen.acts.map(actKey), pauses: written(pauses), passed: [], due: null },
    judged,
  );
}

function ran(kept: Kept, clock: RunningClock, look: Look, happened: Happened[]): Kept {
  const { seen, now, policy, calendarOf } = look;
  const calendar = calendarOf(clock.owner);
  const pauses = pausesNow(clock, seen.pauses, now);
  const since = Date.parse(clock.since);
  const judged = judge(policy.times, calendar, { since, pauses, passed: clock.passed }, now);
  const { running: _, ...rest } = kept;
  const by = clock.owner === seen.owner ? touched(clock, look) : undefined;
  const over = judged.due !== null && judged.due <= (by?.at ?? now);
  if (clock.owner !== seen.owner || by !== undefined) {
    const what: Ending = by === undefined ? (seen.isPerson ? 'handed_on' : 'taken_back') : over ? 'late' : 'met';
    const took = by?.at === undefined ? judged.elapsed : elapsed(calendar, since, Math.min(by.at, now), pauses);
    happened.push({ what, owner: clock.owner, took, by: by?.name ?? '', over });
    const past = withPast(kept.past, { owner: clock.owner, since: clock.since, ended: iso(now), how: what, over, took });
    return { ...rest, past };
  }
  const stands = pauses.at(-1)?.to === null;
  const stood = clock.pauses.at(-1)?.to === null;
  if (stands !== stood) happened.push({ what: stands ? 'paused' : 'resumed' });
  let { times } = kept;
  for (const mark of judged.come) {
    const took = judged.elapsed;
    if (mark === TARGET) happened.push({ what: 'breached', took });
    else if (mark !== REASSIGN) happened.push({ what: 'escalated', mark, took });
    else if (times >= (policy.spec.reassign?.max_times ?? 0)) happened.push({ what: 'kept', took });
    else {
      times += 1;
      happened.push({ what: 'reassigned', took });
    }
  }
  const after = { ...clock, pauses: written(pauses), passed: [...clock.passed, ...judged.come] };
  return { ...rest, times, running: timed(after, judged) };
}

/** What shows that somebody acted, and when, where the org says it. */
function touched(clock: RunningClock, { policy, seen }: Look): { readonly name: string; readonly at?: number } | undefined {
  if (policy.field !== undefined && !same(seen.value, clock.value)) return { name: `${policy.field} ${String(seen.value)}` };
  const counted = seen.acts.filter((act) => policy.by === 'anyone' || act.owner === clock.owner);
  const since = Date.parse(clock.since);
  const fresh = counted.filter((act) => !clock.acts.includes(actKey(act))).sort((a, b) => a.at - b.at);
  const [act] = fresh;
  if (act === undefined) return undefined;
  // The org says when it was made, not when it was closed.
  return { name: act.id, ...(act.at >= since && !act.isOurs && !clock.acts.includes(act.id) && { at: act.at }) };
}

/** One that is closed is another one than while it was open, where it counts only then. */
function actKey({ id, isClosed }: Act): string {
  return isClosed ? `${id} closed` : id;
}

function same(a: unknown, b: unknown): boolean {
  return (a ?? null) === (b ?? null);
}

function pausesNow({ pauses }: RunningClock, isPaused: boolean, now: number): readonly Pause[] {
  const known: readonly Pause[] = pauses.map(({ from, to }) => ({ from: Date.parse(from), to: to === null ? null : Date.parse(to) }));
  const last = known.at(-1);
  const isOpen = last?.to === null;
  if (isPaused === isOpen) return known;
  return isPaused ? [...known, { from: now, to: null }] : [...known.slice(0, -1), { from: last?.from ?? now, to: now }];
}

function written(pauses: readonly Pause[]): RunningClock['pauses'] {
  return pauses.map(({ from, to }) => ({ from: iso(from), to: to === null ? null : iso(to) }));
}

function timed(before: RunningClock, { due, next }: { readonly due: number | null; readonly next: number | null }): RunningClock {
  const { wake: _, ...clock } = before;
  return { ...clock, due: due === null ? null : iso(due), ...(next !== null && { wake: iso(next) }) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
