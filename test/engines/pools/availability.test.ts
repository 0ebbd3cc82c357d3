// Who is there at a moment, by the clocks of the place where they sit.
import { describe, expect, it } from 'vitest';
import { compileRoster } from '../../../engines/cascade/roster.ts';
import { type Away, compileHours, presenceAt } from '../../../engines/pools/availability.ts';
import { applyEvent } from '../../../engines/pools/events.ts';
import { assign, onEvent, type Pool, type PoolWorld } from '../../../engines/pools/pool.ts';
import { emptyState, type PoolState } from '../../../engines/pools/state.ts';
import { poolOf } from './pools.ts';

const NINE_TO_FIVE = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['09:00', '17:00']]]));
const RESOURCES = {
  'Project/acme': { timezone: 'America/New_York' },
  'BusinessCalendar/berlin': { timezone: 'Europe/Berlin', hours: NINE_TO_FIVE, holidays: ['2026-12-25'] },
  'BusinessCalendar/new-york': { timezone: 'America/New_York', hours: NINE_TO_FIVE, holidays: ['2026-11-26'] },
};
const SEAT = { role: 'AE', territories: [], status: 'active' as const };
const ROSTER = compileRoster([
  { ...SEAT, seat: 'b', user: 'b@acme.example', calendar: 'berlin', languages: ['de', 'en'], skills: ['solar'] },
  { ...SEAT, seat: 'n', user: 'n@acme.example', languages: ['en'] },
]);
const MEMBERS = [{ seat: 'b' }, { seat: 'n' }];

function presence(now: string, away: readonly Away[] = [], more: Readonly<Record<string, unknown>> = {}) {
  return presenceAt(compileHours({ ...RESOURCES, ...more }), { roster: ROSTER, away, now: Date.parse(now) });
}

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

describe('hours', () => {
  const pool = poolOf('p', { strategy: 'strict', calendar: 'new-york', members: MEMBERS });

  it("are the seat's own, else the pool's", () => {
    // A Tuesday: 10:30 in Berlin, 04:30 in New York.
    const early = presence('2026-11-24T09:30:00Z');
    expect(early.out(pool, 'b')).toBeUndefined();
    expect(early.out(pool, 'n')).toBe('is out of hours (calendar new-york)');
    const late = presence('2026-11-24T20:00:00Z');
    expect(late.out(pool, 'b')).toBe('is out of hours (calendar berlin)');
    expect(late.out(pool, 'n')).toBeUndefined();
    expect(presence('2026-11-26T15:30:00Z').out(pool, 'n')).toBe('has a holiday (calendar new-york)');
    // Only of pools: whose territory it is stays so at night.
    expect(late.off('b')).toBeUndefined();
  });

  it('are nobody’s where the pool ignores them, or no calendar is named', () => {
    const night = presence('2026-11-24T02:00:00Z');
    for (const spec of [{ calendar: 'new-york', hours: 'ignored' }, {}]) {
      const open = poolOf('p', { strategy: 'strict', ...spec, members: [{ seat: 'n' }] });
      expect(night.out(open, 'n')).toBeUndefined();
      expect(night.nextOpening(open)).toBeUndefined();
    }
  });

  it('say when somebody is back: the first of all, over weekends and holidays', () => {
    // Friday evening in New York; Berlin opens on Monday at 9, which is 8 UTC.
    expect(iso(presence('2026-11-27T23:00:00Z').nextOpening(pool))).toBe('2026-11-30T08:00:00.000Z');
    const american = poolOf('p', { strategy: 'strict', calendar: 'new-york', members: [{ seat: 'n' }] });
    // Thanksgiving is closed.
    expect(iso(presence('2026-11-25T23:00:00Z').nextOpening(american))).toBe('2026-11-27T14:00:00.000Z');
  });

  it('say which day it is for caps', () => {
    const at = presence('2026-11-25T03:00:00Z');
    expect(at.day(pool)).toBe('2026-11-24');
    expect(at.day(poolOf('p', { strategy: 'strict', members: MEMBERS }))).toBe('2026-11-25');
    expect(iso(at.nextDay(pool))).toBe('2026-11-25T05:00:00.000Z');
  });
});

describe('time off', () => {
  const pool = poolOf('p', { strategy: 'strict', members: MEMBERS });
  const off = { 'TimeOff/v': { user: 'B@acme.example', from: '2026-12-21', to: '2026-12-23', reason: 'vacation' } };

  it('counts both days by the clocks of the seat, and takes the seat out everywhere', () => {
    const at = (now: string) => presence(now, [], off).off('b');
    // Berlin is an hour ahead of UTC.
    expect(at('2026-12-20T22:59:00Z')).toBeUndefined();
    expect(at('2026-12-20T23:00:00Z')).toBe('has time off (vacation) until 2026-12-23');
    expect(at('2026-12-23T22:59:00Z')).toBe('has time off (vacation) until 2026-12-23');
    expect(at('2026-12-23T23:00:00Z')).toBeUndefined();
    expect(presence('2026-12-22T12:00:00Z', [], off).off('n')).toBeUndefined();
  });

  it('of a pause ends on the day or at the instant that was said, or when somebody says so', () => {
    const paused = (until?: string): readonly Away[] => [{ seat: 'n', ...(until !== undefined && { until }), because: 'was paused' }];
    // The seat has no calendar: the project's clocks count.
    expect(presence('2026-11-24T04:59:00Z', paused('2026-11-24')).off('n')).toBe('was paused');
    expect(presence('2026-11-24T05:00:00Z', paused('2026-11-24')).off('n')).toBeUndefined();
    expect(presence('2026-11-24T04:59:00Z', paused('2026-11-24T04:00:00Z')).off('n')).toBeUndefined();
    expect(presence('2099-01-01T00:00:00Z', paused()).off('n')).toBe('was paused');
  });

  it('and hours together say when somebody is back', () => {
    const one = poolOf('p', { strategy: 'strict', members: [{ seat: 'b' }] });
    const vacation: Away = { user: 'b@acme.example', from: '2026-12-21', until: '2026-12-25', because: 'is out of office' };
    // Thursday evening, then Christmas, then the weekend.
    expect(iso(presence('2026-12-22T10:00:00Z', [vacation]).nextOpening(one))).toBe('2026-12-28T08:00:00.000Z');
    expect(presence('2026-12-22T10:00:00Z', [{ seat: 'b', because: 'was paused' }]).nextOpening(one)).toBeUndefined();
    expect(iso(presence('2026-12-22T10:00:00Z', [{ seat: 'n', until: '2026-12-23', because: 'was paused' }]).nextOpening(pool))).toBe(
      '2026-12-23T05:00:00.000Z',
    );
  });
});

describe('what a record wants', () => {
  const at = presence('2026-11-24T14:30:00Z');

  function world(pool: Pool, states: Map<string, PoolState>, language?: string): PoolWorld {
    const unfit = (of: Pool) => of.spec.members.map(({ seat }) => seat).filter((seat) => at.lacks(of, seat, language) !== undefined);
    return { pool: () => pool, state: (of) => states.get(of.name) ?? emptyState(of.spec), about: { object: 'Lead', unfit } };
  }

  function ask(pool: Pool, states: Map<string, PoolState>, id: string, language?: string): string {
    const { assignment, writes } = assign(world(pool, states, language), pool.name, { id });
    for (const [name, state] of writes) states.set(name, state);
    return assignment.outcome === 'assigned' ? assignment.seat : assignment.outcome;
  }

  it('is a skill, a role or a language of the record; who lacks it is passed over, and has nothing to catch up with', () => {
    expect(at.lacks(poolOf('p', { strategy: 'strict', requires: { skills: ['Solar'] }, members: MEMBERS }), 'n')).toBe('has no Solar');
    expect(at.lacks(poolOf('p', { strategy: 'strict', requires: { roles: ['SDR'] }, members: MEMBERS }), 'n')).toBe('is no SDR');
    const pool = poolOf('p', { strategy: 'weighted', requires: { language_field: 'language' }, members: MEMBERS });
    const states = new Map<string, PoolState>();
    expect(['de', 'de', 'en', 'en', 'en', 'en'].map((language, n) => ask(pool, states, `r${n}`, language))).toEqual([
      'b',
      'b',
      'b',
      'n',
      'b',
      'n',
    ]);
    // Nobody is asked for a language that the record does not say.
    expect(at.lacks(pool, 'n')).toBeUndefined();
  });

  it('holds up only those who could take its place in the queue', () => {
    const pool = poolOf('p', {
      strategy: 'strict',
      requires: { language_field: 'language' },
      all_unavailable: 'hold',
      members: MEMBERS,
    });
    const states = new Map([['p', applyEvent(emptyState(pool.spec), { type: 'away', seat: 'b' }, 'no_catch_up')]]);
    expect([ask(pool, states, 'german', 'de'), ask(pool, states, 'english', 'en'), ask(pool, states, 'german too', 'de')]).toEqual([
      'held',
      'n',
      'held',
    ]);
    const back = onEvent(pool, states.get('p') as PoolState, { type: 'back', seat: 'b' });
    expect(back.released).toEqual([
      { id: 'german', seat: 'b', object: 'Lead' },
      { id: 'german too', seat: 'b', object: 'Lead' },
    ]);
  });

  it('what was held is given once: the decision on it takes it up without another turn, unless they left meanwhile', () => {
    const pool = poolOf('p', { strategy: 'strict', all_unavailable: 'hold', members: MEMBERS });
    const gone = ['b', 'n'].reduce((state, seat) => applyEvent(state, { type: 'away', seat }, 'no_catch_up'), emptyState(pool.spec));
    const states = new Map([['p', gone]]);
    expect(['1', '2'].map((id) => ask(pool, states, id))).toEqual(['held', 'held']);
    states.set('p', onEvent(pool, states.get('p') as PoolState, { type: 'back', seat: 'n' }).state);
    expect(states.get('p')).toMatchObject({
      turn: 2,
      held: [],
      given: [
        { id: '1', seat: 'n' },
        { id: '2', seat: 'n' },
      ],
    });
    expect(ask(pool, states, '1')).toBe('n');
    expect(states.get('p')).toMatchObject({ turn: 2, given: [{ id: '2', seat: 'n' }] });
    states.set('p', onEvent(pool, states.get('p') as PoolState, { type: 'away', seat: 'n' }).state);
    expect(ask(pool, states, '2')).toBe('held');
    expect(states.get('p')).toMatchObject({ given: [], held: [{ id: '2', size: 1, object: 'Lead' }] });
  });
});
