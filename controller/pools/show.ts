// How a pool stands: who is there and why not, whose turn it is, what waits, and who had what last.
import { choose } from '../../engines/pools/choose.ts';
import type { FactValue } from '../../loops/loop.ts';
import type { Request } from '../../loops/requests.ts';
import { poolStanding, type Standing } from '../../loops/route/standing.ts';
import { answersOf, type PoolGround, poolsOf, routeOf } from './ground.ts';

export interface PoolMember {
  readonly seat: string;
  readonly user?: string;
  readonly name?: string;
  /** Could have the next record, where the record asks for nothing that it lacks. */
  readonly eligible: boolean;
  /** As the end of a sentence: why it is passed over, or where it stands. */
  readonly because: string;
  readonly weight: number;
  /** By the strategy: current weight, pointer or level, an exact fraction. */
  readonly standing: string;
  readonly open: number;
  readonly total: number;
  readonly today: number;
  readonly this_week: number;
}

export interface PoolView {
  readonly pool: string;
  readonly strategy: string;
  readonly all_unavailable: string;
  /** Who would have the next record; `null`: nobody is there. */
  readonly next: string | null;
  readonly turn: number;
  /** The day of the counters, by the pool's calendar. */
  readonly day: string | null;
  readonly members: readonly PoolMember[];
  readonly held: readonly { readonly id: string; readonly object?: string }[];
  /** ISO: when somebody is expected back; absent where nobody is away for a known time. */
  readonly opens?: string;
  /** What could not be found out. */
  readonly unknown?: string;
  /** Newest first. */
  readonly last?: readonly LastAssignment[];
}

export interface LastAssignment {
  readonly decision: string;
  readonly at: string;
  readonly seat: string;
  readonly record?: string;
  readonly name?: string;
}

/** Nothing where no such pool was reconciled. */
export async function showPool(ground: PoolGround, name: string): Promise<PoolView | undefined> {
  const view = await viewOf(ground, name);
  return view && { ...view, last: await lastOf(ground, name) };
}

export async function listPools(ground: PoolGround): Promise<readonly PoolView[]> {
  const views: PoolView[] = [];
  for (const { name } of poolsOf(ground)) {
    const view = await viewOf(ground, name);
    if (view !== undefined) views.push(view);
  }
  return views;
}

async function viewOf(ground: PoolGround, name: string): Promise<PoolView | undefined> {
  const found = await standingOf(ground, name);
  if (found === undefined) return undefined;
  const { standing, unknown } = found;
  const { pool, state, here, members, presence } = standing;
  const { seats } = here.routing.coverage.roster;
  const opens = presence.nextOpening(pool);
  return {
    pool: name,
    strategy: state.strategy,
    all_unavailable: pool.spec.all_unavailable,
    next: choose(state, { pool: name, tieBreak: pool.spec.tie_break, record: '', size: 1 })?.seat ?? null,
    turn: state.turn,
    day: state.day,
    members: state.members.map((member, at) => {
      const { user, name: person } = seats.get(member.seat) ?? {};
      const line = members[at];
      return {
        seat: member.seat,
        ...(user !== undefined && { user }),
        ...(person !== undefined && { name: person }),
        eligible: line?.result !== 'passed over',
        because: line?.because ?? '',
        weight: member.weight,
        standing: member.standing,
        open: member.open,
        total: member.total,
        today: member.today,
        this_week: member.thisWeek,
      };
    }),
    held: state.held.map(({ id, object }) => ({ id, ...(object !== undefined && { object }) })),
    ...(opens !== undefined && { opens: new Date(opens).toISOString() }),
    ...(unknown !== undefined && { unknown }),
  };
}

/** A fault where it asks without end. */
const MOST_QUESTIONS = 20;

export async function standingOf(
  ground: PoolGround,
  name: string,
): Promise<{ readonly standing: Standing; readonly unknown: string | undefined } | undefined> {
  const here = routeOf(ground, name);
  const pool = here?.routing.pools.get(name);
  if (here === undefined || pool === undefined) return undefined;
  const answer = answersOf(ground);
  const facts = new Map<string, FactValue>();
  const now = ground.now().getTime();
  for (let asked = 0; asked < MOST_QUESTIONS; asked += 1) {
    const found: Request | Standing = poolStanding(here, pool, { facts, now });
    if (found.kind === 'standing') {
      const people = facts.get('people')?.value as { readonly unknown?: string };
      const missing = [...facts.values()].flatMap((fact) => (fact.missing === undefined ? [] : [`open records: ${fact.missing}`]));
      return { standing: found, unknown: [people.unknown, ...missing].filter((text) => text !== undefined).join('; ') || undefined };
    }
    facts.set(found.id, await answer(found));
  }
  throw new Error(`pool/${name} asked ${MOST_QUESTIONS} times and does not know how it stands`);
}

const MOST_LAST = 10;
const PAGE = 200;
/** Further back nobody looks for the last ones. */
const MOST_PAGES = 10;

async function lastOf({ store, scope }: PoolGround, name: string): Promise<readonly LastAssignment[]> {
  const found: LastAssignment[] = [];
  let before: string | undefined;
  for (let page = 0; page < MOST_PAGES && found.length < MOST_LAST; page += 1) {
    const decisions = await store.tally.decisions(scope, { limit: PAGE, loop: 'route', ...(before !== undefined && { before }) });
    for (const { id, logged_at: at, subject, via, owner } of decisions) {
      const seat = (owner as { readonly seat?: string } | undefined)?.seat;
      if (via !== `pool/${name}` || seat === undefined || found.length === MOST_LAST) continue;
      found.push({
        decision: id,
        at,
        seat,
        ...(subject.id !== undefined && { record: subject.id }),
        ...(subject.name !== undefined && { name: subject.name }),
      });
    }
    if (decisions.length < PAGE) break;
    before = decisions.at(-1)?.id;
  }
  return found;
}
