// Why a pool gave whom: each member in plain words. Made on demand, from the state that the pick had before it.
import type { TraceEntry } from '../trace.ts';
import { choose } from './choose.ts';
import { type Obstacle, obstacle, room } from './eligible.ts';
import { givenTo, type Pool, type PoolRequest } from './pool.ts';
import type { Member, PoolState } from './state.ts';

export function explainPool(pool: Pool, state: PoolState, { id, size = 1, about }: PoolRequest): readonly TraceEntry[] {
  const wanted = { size, unfit: about?.unfit?.(pool) };
  const given = givenTo(state, id);
  const winner = given?.seat ?? choose(state, { pool: pool.name, tieBreak: pool.spec.tie_break, record: id, ...wanted })?.seat;
  return state.members.map((member) => {
    if (member.seat === given?.seat) return { rule: member.seat, result: 'taken', because: 'was given it out of those that waited' };
    const stopped = obstacle(state.strategy, member, wanted);
    if (stopped !== undefined) {
      const known = stopped === 'away' || stopped === 'unfit' ? about?.why?.(pool, member.seat) : undefined;
      return { rule: member.seat, result: 'passed over', because: known ?? OBSTACLES[stopped](member) };
    }
    const taken = member.seat === winner;
    const because = `${STANDING[state.strategy](member)}${taken ? BEST[state.strategy] : ''}`;
    return { rule: member.seat, result: taken ? 'taken' : 'waits', because };
  });
}

const OBSTACLES: Readonly<Record<Obstacle, (member: Member) => string>> = {
  paused: () => 'is paused',
  away: () => 'is away',
  'no-weight': () => 'has weight 0',
  'day-cap': ({ today }) => `had ${today} today, its cap`,
  'week-cap': ({ thisWeek }) => `had ${thisWeek} this week, its cap`,
  'open-cap': ({ open }) => `has ${open} open records, its cap`,
  unfit: () => 'lacks what the pool requires',
  'no-room': (member) => `has room for ${room(member)}`,
};

const STANDING: Readonly<Record<PoolState['strategy'], (member: Member) => string>> = {
  strict: ({ served }) => (served === null ? 'was not served yet' : `was served in turn ${served}`),
  weighted: ({ weight, standing }) => `has weight ${weight} and stands at ${standing}`,
  pointer: ({ weight, standing }) => `has weight ${weight} and its pointer at ${standing}`,
  level: ({ standing }) => `is at level ${standing}`,
  least_open: ({ open }) => `has ${open} open records`,
  most_capacity: (member) => `has room for ${room(member)}`,
};

const BEST: Readonly<Record<PoolState['strategy'], string>> = {
  strict: ', and is next',
  weighted: ', and gains the most',
  pointer: ', the least',
  level: ', the lowest',
  least_open: ', the fewest',
  most_capacity: ', the most',
};
