// What a pool promises whatever happens to it, and what a team sees when its people come and go.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align } from '../../../engines/pools/align.ts';
import { explainPool } from '../../../engines/pools/explain.ts';
import { openLoad } from '../../../engines/pools/load.ts';
import { assign, inTurn, onEvent, pick, type Pool, type PoolWorld } from '../../../engines/pools/pool.ts';
import { add, compare, inverse, rational, rationalText } from '../../../engines/pools/rational.ts';
import { emptyState, memberOf, type PoolState, readState } from '../../../engines/pools/state.ts';
import { STRATEGIES } from '../../../resources/pool/schema.ts';
import { poolOf } from './pools.ts';

const SEATS = ['a', 'b', 'c', 'd'] as const;
const seat = fc.constantFrom(...SEATS);
const cap = fc.record({ day: fc.nat(5), week: fc.nat(8), open: fc.nat(6) }, { requiredKeys: [] });
const member = fc.record(
  { weight: fc.constantFrom(0, 0.5, 1, 2, 3, 7), priority: fc.nat(3), cap, capacity: fc.nat(12), paused: fc.boolean() },
  { requiredKeys: [] },
);
const anyPool = fc
  .record({
    strategy: fc.constantFrom(...STRATEGIES),
    tie_break: fc.constantFrom('order', 'least_recent', 'priority', 'hash'),
    absence: fc.constantFrom('no_catch_up', 'catch_up'),
    all_unavailable: fc.constantFrom('queue', 'hold'),
    members: fc.tuple(member, member, member, member),
  })
  .map(({ members, ...spec }) =>
    poolOf('any', { ...spec, members: members.map((settings, at) => ({ seat: SEATS[at] ?? 'a', ...settings })) }),
  );
const happening = fc.oneof(
  fc.record({ type: fc.constant('assign' as const), size: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ type: fc.constantFrom('pause' as const, 'resume' as const, 'away' as const, 'back' as const, 'leave' as const), seat }),
  fc.record({ type: fc.constant('no_show' as const), seat }),
  fc.record({ type: fc.constant('open' as const), seat, count: fc.nat(6) }),
  fc.record({
    type: fc.constant('day' as const),
    day: fc.constantFrom('2026-03-05', '2026-03-06', '2026-03-08', '2026-03-09', '2026-03-10'),
  }),
);
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

function live(
  pool: Pool,
  happenings: readonly Happening[],
  served: (pool: PoolState, seat: string, size: number) => void = () => {},
): PoolState {
  let state = emptyState(pool.spec);
  happenings.forEach((one, at) => {
    if (one.type === 'assign') {
      const { assignment, writes } = assign(worldOf(pool, state), pool.name, { id: `L${at}`, size: one.size });
      if (assignment.outcome === 'assigned') served(state, assignment.seat, one.size);
      state = writes.get(pool.name) ?? state;
    } else state = onEvent(pool, state, one).state;
  });
  return state;
}

function worldOf(pool: Pool, state: PoolState): PoolWorld {
  return { pool: (name) => (name === pool.name ? pool : undefined), state: () => state };
}

describe('whatever happens', () => {
  it('nobody is served above a cap, without room, while away, paused or at weight 0', () => {
    fc.assert(
      fc.property(anyPool, fc.array(happening, { maxLength: 60 }), (pool, happenings) => {
        live(pool, happenings, (before, owner, size) => {
          const one = memberOf(before, owner);
          expect(one).toBeDefined();
          if (one === undefined) return;
          expect(one.paused || one.away || one.weight === 0).toBe(false);
          expect(one.today).toBeLessThan(one.cap.day ?? Infinity);
          expect(one.thisWeek).toBeLessThan(one.cap.week ?? Infinity);
          expect(one.open).toBeLessThan(one.cap.open ?? Infinity);
          expect(pool.spec.strategy !== 'most_capacity' || one.used + size <= (one.capacity ?? 0)).toBe(true);
        });
      }),
    );
  });

  it('the same ledger gives the same state, byte for byte, and the state survives being written down', () => {
    fc.assert(
      fc.property(anyPool, fc.array(happening, { maxLength: 40 }), fc.nat(40), (pool, happenings, cut) => {
        const whole = JSON.stringify(live(pool, happenings));
        expect(JSON.stringify(live(pool, happenings))).toBe(whole);
        const kept = readState(JSON.parse(JSON.stringify(live(pool, happenings.slice(0, cut)))));
        expect(kept).toEqual(live(pool, happenings.slice(0, cut)));
      }),
    );
  });

  it('who leaves or joins moves nobody else', () => {
    fc.assert(
      fc.property(anyPool, fc.array(happening, { maxLength: 40 }), seat, (pool, happenings, who) => {
        const state = { ...live(pool, happenings), held: [] };
        const others = (of: PoolState) => of.members.filter((one) => one.seat !== who);
        const gone = onEvent(pool, state, { type: 'leave', seat: who }).state;
        expect(others(gone)).toEqual(others(state));
        const back = onEvent(pool, gone, { type: 'join', member: { seat: who } }).state;
        expect(others(back)).toEqual(others(state));
        expect(back.members.at(-1)?.seat).toBe(who);
      }),
    );
  });

  it('a state that is up to date is left as it is by aligning', () => {
    fc.assert(
      fc.property(anyPool, (pool) => {
        const { state } = align(pool, null, { day: '2026-03-05' });
        expect(align(pool, state, { day: '2026-03-05' })).toEqual({ state, released: [] });
      }),
    );
  });
});

describe('records that wait', () => {
  const pool = poolOf('p', { strategy: 'strict', all_unavailable: 'hold', members: [{ seat: 'a', cap: { day: 1 } }] });
  const ask = (state: PoolState, id: string) => assign(worldOf(pool, state), 'p', { id }).writes.get('p') ?? state;
  const full = ['1', '2', '3'].reduce(ask, align(pool, null, { day: '2026-03-05' }).state);

  it('wait once, however often they are asked for', () => {
    expect(ask(full, '2').held.map(({ id }) => id)).toEqual(['2', '3']);
  });

  it('do not go out any more when they were settled elsewhere', () => {
    const { state } = onEvent(pool, full, { type: 'withdrawn', id: '2' });
    expect(onEvent(pool, state, { type: 'day', day: '2026-03-06' }).released).toEqual([{ id: '3', seat: 'a' }]);
  });

  it('do not go out because yesterday comes back', () => {
    expect(onEvent(pool, full, { type: 'day', day: '2026-03-04' })).toEqual({ state: full, released: [] });
    expect(align(pool, full, { day: '2026-03-04' })).toEqual({ state: full, released: [] });
  });
});

describe('fair shares', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 });

  it.each(['weighted', 'pointer'] as const)('%s: after each whole round everybody has exactly what the weight says', (strategy) => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 4 }), (shares, rounds) => {
        const pool = poolOf('p', { strategy, members: shares.map((weight, at) => ({ seat: `s${at}`, weight })) });
        const sum = shares.reduce((a, b) => a + b, 0);
        let state = emptyState(pool.spec);
        for (let turn = 1; turn <= sum * rounds; turn += 1) {
          state = pick(pool, state, { id: `L${turn}` })?.state ?? state;
          for (const [at, one] of state.members.entries())
            expect(Math.abs(one.total - (turn * (shares[at] ?? 0)) / sum)).toBeLessThan(shares.length);
        }
        expect(state.members.map(({ total }) => total)).toEqual(shares.map((weight) => weight * rounds));
      }),
    );
  });

  it('a batch is its single picks in order of creation, however it came', () => {
    const records = fc.uniqueArray(fc.record({ id: fc.uuid(), created: fc.constantFrom('2026-03-01', '2026-03-02', '2026-03-03') }), {
      selector: ({ id }) => id,
    });
    const pool = poolOf('p', { strategy: 'least_open', tie_break: 'hash', members: SEATS.map((seat) => ({ seat })) });
    const owners = (batch: readonly { id: string; created: string }[]) => {
      let state = emptyState(pool.spec);
      return inTurn(batch).map(({ id }) => {
        const picked = pick(pool, state, { id });
        state = picked?.state ?? state;
        return [id, picked?.seat];
      });
    };
    fc.assert(
      fc.property(records, (batch) => {
        const sorted = batch.toSorted((a, b) => (a.created + a.id < b.created + b.id ? -1 : 1));
        expect(owners(batch)).toEqual(owners(batch.toReversed()));
        expect(owners(batch).map(([id]) => id)).toEqual(sorted.map(({ id }) => id));
      }),
    );
  });
});

describe('a declaration that changes', () => {
  const members = [{ seat: 'a' }, { seat: 'b' }, { seat: 'c' }];

  it('keeps the turn when a member is taken out and another one put in', () => {
    const before = poolOf('p', { strategy: 'strict', members });
    let { state } = align(before, null, {});
    state = pick(before, state, { id: '1' })?.state ?? state;
    const after = poolOf('p', { strategy: 'strict', members: [{ seat: 'b' }, { seat: 'c' }, { seat: 'd' }] });
    ({ state } = align(after, state, {}));
    const order = ['2', '3', '4', '5'].map((id) => {
      const picked = pick(after, state, { id });
      state = picked?.state ?? state;
      return picked?.seat;
    });
    expect(order).toEqual(['b', 'c', 'd', 'b']);
  });

  it('gives who was on leave no more than the others when they are back', () => {
    const pool = poolOf('p', { strategy: 'level', members });
    let { state } = align(pool, null, { away: (seat) => seat === 'b' });
    for (let at = 0; at < 10; at += 1) state = pick(pool, state, { id: `L${at}` })?.state ?? state;
    ({ state } = align(pool, state, {}));
    expect(memberOf(state, 'b')?.standing).toBe('5');
  });

  it('does not hand held records to a newcomer who is away', () => {
    const pool = poolOf('p', { strategy: 'strict', all_unavailable: 'hold', members: [{ seat: 'a' }] });
    let { state } = align(pool, null, { away: () => true });
    state = assign(worldOf(pool, state), 'p', { id: 'L1' }).writes.get('p') ?? state;
    const wider = poolOf('p', { strategy: 'strict', all_unavailable: 'hold', members: [{ seat: 'a' }, { seat: 'n' }] });
    const away = align(wider, state, { away: () => true });
    expect(away.released).toEqual([]);
    expect(align(wider, away.state, { away: (seat) => seat === 'a' }).released).toEqual([{ id: 'L1', seat: 'n' }]);
  });

  it('hands held records out when all counts are known, not one count after the other', () => {
    const pool = poolOf('p', {
      strategy: 'least_open',
      all_unavailable: 'hold',
      members: [
        { seat: 'a', cap: { open: 3 } },
        { seat: 'b', cap: { open: 3 } },
      ],
    });
    const full = align(pool, null, { open: () => 3 }).state;
    const waiting = assign(worldOf(pool, full), 'p', { id: 'L1' }).writes.get('p') ?? full;
    expect(align(pool, waiting, { open: (seat) => (seat === 'a' ? 2 : 0) }).released).toEqual([{ id: 'L1', seat: 'b' }]);
    expect(align(pool, waiting, { open: () => 0, away: (seat) => seat === 'a' }).released).toEqual([{ id: 'L1', seat: 'b' }]);
  });

  it('begins anew when the strategy is another one, with the counts that it has', () => {
    const pointer = poolOf('p', { strategy: 'pointer', members });
    let { state } = align(pointer, null, {});
    for (let at = 0; at < 4; at += 1) state = pick(pointer, state, { id: `L${at}` })?.state ?? state;
    const level = align(
      poolOf('p', { strategy: 'level', members: [{ seat: 'a', calibration: 3 }, { seat: 'b' }, { seat: 'c' }] }),
      state,
      {},
    ).state;
    expect(level.members.map(({ standing, total }) => [standing, total])).toEqual([
      ['3', 2],
      ['0', 1],
      ['0', 1],
    ]);
  });

  it('does not read a state of another version', () => {
    expect(readState({ version: 2 })).toBeNull();
    expect(readState('x')).toBeNull();
  });
});

it('says of each member why it was passed over or taken', () => {
  const pool = poolOf('p', {
    strategy: 'least_open',
    members: [{ seat: 'a', cap: { open: 3 } }, { seat: 'b' }, { seat: 'c', paused: true }, { seat: 'd' }],
  });
  const { state } = align(pool, null, { open: (of) => ({ a: 3, b: 5, d: 4 })[of] });
  expect(explainPool(pool, state, { id: 'L1' })).toEqual([
    { rule: 'a', result: 'passed over', because: 'has 3 open records, its cap' },
    { rule: 'b', result: 'waits', because: 'has 5 open records' },
    { rule: 'c', result: 'passed over', because: 'is paused' },
    { rule: 'd', result: 'taken', because: 'has 4 open records, the fewest' },
  ]);
});

describe('load', () => {
  const ledger = [{ at: 100 }, { at: 200 }, { at: 300 }];

  it('of the same object adds what was assigned since it was counted', () => {
    expect(openLoad({ count: 7, at: 150 }, ledger, { now: 400 })).toBe(9);
  });

  it('of another object adds what was assigned lately, which its count never holds', () => {
    expect(openLoad({ count: 7, at: 350 }, ledger, { now: 400, recent: 150 })).toBe(8);
    expect(openLoad({ count: 7, at: 350 }, ledger, { now: 400, recent: 350 })).toBe(10);
  });
});

describe('fractions', () => {
  it('are exact', () => {
    const tenth = inverse(rational(10));
    const sum = Array.from({ length: 10 }, () => tenth).reduce(add);
    expect(rationalText(sum)).toBe('1');
    expect(rationalText(rational(0.1))).toBe('1/10');
    expect(rationalText(rational(1e-7))).toBe('1/10000000');
    expect(rationalText(rational(1.5e21))).toBe('1500000000000000000000');
    expect(compare(rational(-0.5), rational(-0.25))).toBeLessThan(0);
  });
});
