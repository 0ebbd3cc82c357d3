// Fifty sequences of assignments, computed apart from the product: who got what, and where everybody stands at the end.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fnv1a32 } from '../../../engines/pools/choose.ts';
import type { PoolEvent } from '../../../engines/pools/events.ts';
import { assign, inTurn, onEvent, type Pool } from '../../../engines/pools/pool.ts';
import { emptyState, type Member, type PoolState } from '../../../engines/pools/state.ts';
import { golden } from '../../golden.ts';
import { poolOf } from './pools.ts';

interface Case {
  readonly id: string;
  readonly pools: Record<string, Record<string, unknown> & { members: ({ seat: string; used?: number } & Record<string, unknown>)[] }>;
  readonly open?: Record<string, number>;
  readonly events: (Record<string, unknown> & { type: string; pool?: string; seat?: string })[];
  readonly expected: { id: string; outcome: string; owner: string | null; pool?: string; released?: true }[];
  readonly final: {
    counts: Record<string, number>;
    current?: Record<string, number>;
    pointer?: Record<string, string>;
    level?: Record<string, number>;
    open?: Record<string, number>;
    held?: string[];
  };
}

const path = golden('cases/demand/pools.json');
const cases =
  path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as { hash: { text: string; fnv1a32: number }[]; cases: Case[] });

describe.skipIf(cases === undefined)('golden pools', () => {
  it.each(cases?.hash ?? [])('hash of "$text"', ({ text, fnv1a32: expected }) => expect(fnv1a32(text)).toBe(expected));
  it.each(cases?.cases ?? [])('$id', (one) => {
    const { results, states } = run(one);
    expect(results).toEqual(one.expected);
    const counts = Map.groupBy(
      results.filter(({ outcome }) => outcome === 'assigned'),
      ({ owner }) => owner ?? '',
    );
    expect(Object.fromEntries([...counts].map(([seat, served]) => [seat, served.length]))).toEqual(one.final.counts);
    const members = [...states.values()].flatMap((state) => state.members);
    const { current, pointer, level, open, held } = one.final;
    const by = <T>(value: (member: Member) => T) => Object.fromEntries(members.map((member) => [member.seat, value(member)]));
    expect({
      ...(current === undefined ? {} : { current: by(({ standing }) => Number(standing)) }),
      ...(pointer === undefined ? {} : { pointer: by(({ standing }) => standing) }),
      ...(level === undefined ? {} : { level: by(({ standing }) => Number(standing)) }),
      ...(open === undefined ? {} : { open: by((member) => member.open) }),
    }).toEqual(JSON.parse(JSON.stringify({ current, pointer, level, open })));
    expect([...states.values()].flatMap((state) => state.held.map(({ id }) => id))).toEqual(held ?? []);
  });
});

function run(one: Case) {
  const pools = new Map<string, Pool>();
  const states = new Map<string, PoolState>();
  for (const [name, { members, ...spec }] of Object.entries(one.pools)) {
    const pool = poolOf(name, { ...spec, members: members.map((member) => without(member, 'used')) });
    pools.set(name, pool);
    let state = emptyState(pool.spec);
    for (const { seat, used } of members) {
      const count = one.open?.[seat];
      if (count !== undefined) state = onEvent(pool, state, { type: 'open', seat, count }).state;
      if (used !== undefined) state = onEvent(pool, state, { type: 'used', seat, units: used }).state;
    }
    states.set(name, state);
  }
  const [first] = pools.keys();
  const results: Case['expected'] = [];
  const ask = (id: string, size = 1) => {
    const name = first ?? '';
    const world = { pool: (of: string) => pools.get(of), state: (of: Pool) => states.get(of.name) ?? emptyState(of.spec) };
    const { assignment, writes } = assign(world, name, { id, size });
    for (const [of, state] of writes) states.set(of, state);
    if (assignment.outcome === 'assigned') {
      results.push({ id, outcome: 'assigned', owner: assignment.seat, ...(assignment.pool === name ? {} : { pool: assignment.pool }) });
    } else if (assignment.outcome === 'queued') results.push({ id, outcome: 'queued', owner: `queue/${assignment.queue}` });
    else results.push({ id, outcome: 'held', owner: null });
  };
  for (const event of one.events) {
    if (event.type === 'assign') ask(String(event['id']), event['size'] as number | undefined);
    else if (event.type === 'batch') for (const { id } of inTurn(event['records'] as { id: string; created: string }[])) ask(id);
    else {
      for (const [name, pool] of pools) {
        if (event.type !== 'tick' && name !== (event.pool ?? first)) continue;
        const { state, released } = onEvent(pool, states.get(name) ?? emptyState(pool.spec), eventOf(event));
        states.set(name, state);
        for (const { id, seat } of released) results.push({ id, outcome: 'assigned', owner: seat, released: true });
      }
    }
  }
  return { results, states };
}

function without<T extends object>(object: T, key: string) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as T;
}

function eventOf(event: Case['events'][number]): PoolEvent {
  const seat = event.seat ?? '';
  switch (event.type) {
    case 'add':
      return { type: 'join', member: event['member'] as { seat: string } };
    case 'remove':
      return { type: 'leave', seat };
    case 'pause':
    case 'no_show':
    case 'cancelled':
      return { type: event.type, seat };
    case 'return':
      return { type: 'resume', seat };
    case 'weight':
      return { type: 'settings', seat, settings: { weight: event['weight'] as number } };
    case 'open':
      return { type: 'open', seat, count: event['count'] as number };
    case 'used':
      return { type: 'used', seat, units: event['used'] as number };
    case 'tick':
      return { type: 'day', day: String(event['at']).slice(0, 10) };
    default:
      throw new Error(`an event that the test does not know: ${event.type}`);
  }
}
