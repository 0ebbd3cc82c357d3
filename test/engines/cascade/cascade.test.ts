// Who covers an open seat, step by step, and that the trace says why the steps before gave nobody.
import { describe, expect, it } from 'vitest';
import { type CascadeRequest, compileCascades, type Coverage, resolveCascade, type Today } from '../../../engines/cascade/cascade.ts';
import { awayOn, compileRoster, type Seat } from '../../../engines/cascade/roster.ts';
import type { PoolState } from '../../../engines/pools/state.ts';
import type { TraceEntry } from '../../../engines/trace.ts';
import { RoleCascade, type RoleCascadeSpec } from '../../../resources/role-cascade/schema.ts';
import { poolOf, poolWorld } from '../pools/pools.ts';

const DAY = '2026-04-16';
const STEPS = ['primary', 'interim', 'overlay', 'manager', 'parent', 'pool/backup', 'queue/general'];

function seat(name: string, role: string, territory: string | readonly string[], more: Partial<Seat> = {}): Seat {
  const territories = typeof territory === 'string' ? [territory] : territory;
  return { seat: name, role, territories, user: `${name}@acme.example`, status: 'active', ...more };
}

const open = { status: 'open' } as const;
const backup = poolOf('backup', { strategy: 'strict', members: [{ seat: 'bk' }] });

interface Scene {
  readonly seats: readonly Seat[];
  readonly cascades?: Readonly<Record<string, Partial<RoleCascadeSpec>>>;
  readonly away?: readonly string[];
  readonly open?: Readonly<Record<string, number>>;
  readonly day?: string;
  readonly kept?: Map<string, PoolState>;
}

function resolved(scene: Scene, request: Partial<CascadeRequest> = {}) {
  const { seats, cascades = { default: {} }, away = [], day = DAY, kept = new Map<string, PoolState>() } = scene;
  const specs = Object.entries(cascades).map(
    ([name, spec]) => [name, RoleCascade.schema.parse({ role: 'AE', steps: STEPS, ...spec })] as const,
  );
  const parents: Record<string, string> = { 'ams/west/bay': 'ams/west', 'ams/west': 'ams', emea: 'nowhere', nowhere: 'emea' };
  const coverage: Coverage = {
    parentOf: (path) => parents[path],
    knows: () => true,
    roster: compileRoster(seats),
    cascades: compileCascades(new Map(specs)),
  };
  const isAway = (name: string) => away.includes(name);
  const gone = awayOn(coverage.roster, day, isAway);
  const people = { day, away: gone, open: (name: string) => scene.open?.[name] ?? 0 };
  const today: Today = { day, away: isAway, pools: poolWorld(new Map([['backup', backup]]), (name) => kept.get(name) ?? null, people) };
  const trace: TraceEntry[] = [];
  const { found, writes } = resolveCascade(
    coverage,
    today,
    { record: 'L1', territory: 'ams/west/bay', cascade: 'default', among: 'least_open', ...request },
    trace,
  );
  for (const [name, state] of writes) kept.set(name, state);
  return { found: found?.kind === 'seat' ? [found.step, found.seat.seat, found.at] : found && [found.step, found.queue], trace, writes };
}

describe('the steps', () => {
  const bay = seat('ae-bay', 'AE', 'ams/west/bay');

  it('primary: the live seat', () => expect(resolved({ seats: [bay] }).found).toEqual(['primary', 'ae-bay', 'ams/west/bay']));

  it.each<[string, Partial<Seat>, string[]]>([
    ['open', open, []],
    ['planned', { status: 'planned' }, []],
    ['away', {}, ['ae-bay']],
    ['not begun', { start: '2026-04-17' }, []],
    ['ended', { end: DAY, status: 'leaving' }, []],
  ])('a seat that is %s leaves it to the manager here', (_, change, away) => {
    const seats = [seat('ae-bay', 'AE', 'ams/west/bay', change), seat('mgr', 'Manager', 'ams/west/bay')];
    expect(resolved({ seats, away }).found).toEqual(['manager', 'mgr', 'ams/west/bay']);
  });

  it.each<[string, Partial<Seat>]>([
    ['begins today', { start: DAY }],
    ['is leaving tomorrow', { status: 'leaving', end: '2026-04-17' }],
  ])('a seat that %s is live', (_, change) => {
    expect(resolved({ seats: [seat('ae-bay', 'AE', 'ams/west/bay', change)] }).found?.[0]).toBe('primary');
  });

  it('interim: on both its days, not before and not after', () => {
    const seats = [
      seat('ae-bay', 'AE', 'ams/west/bay', open),
      seat('stand-in', 'AE', [], { interim: [{ territory: 'ams/west/bay', from: '2026-04-16', to: '2026-04-17' }] }),
    ];
    const on = (day: string) => resolved({ seats, day }).found?.[0];
    expect(['2026-04-15', '2026-04-16', '2026-04-17', '2026-04-18'].map(on)).toEqual([
      'queue/general',
      'interim',
      'interim',
      'queue/general',
    ]);
  });

  it('manager: whom the open seat reports to comes before the manager who sits here', () => {
    const seats = [
      seat('ae-bay', 'AE', 'ams/west/bay', { ...open, reports_to: 'boss' }),
      seat('boss', 'Director', 'ams'),
      seat('mgr', 'Manager', 'ams/west/bay'),
    ];
    expect(resolved({ seats }).found).toEqual(['manager', 'boss', 'ams/west/bay']);
    expect(resolved({ seats, away: ['boss'] }).found).toEqual(['manager', 'mgr', 'ams/west/bay']);
  });

  it('roles: a cascade says which roles are overlay and manager', () => {
    const seats = [seat('ae-bay', 'AE', 'ams/west/bay', open), seat('se', 'SE', 'ams/west/bay')];
    const cascades = { default: { roles: { overlay: 'SE', manager: 'Manager' } } };
    expect(resolved({ seats, cascades }).found).toEqual(['overlay', 'se', 'ams/west/bay']);
    expect(resolved({ seats }).found).toEqual(['queue/general', 'general']);
  });

  it('parent: the nearest above with a live seat of the role, over an empty one in between', () => {
    const seats = [bay, seat('ae-west', 'AE', 'ams/west', open), seat('ae-ams', 'AE', 'ams'), seat('mgr-west', 'Manager', 'ams/west')];
    expect(resolved({ seats, away: ['ae-bay'] }).found).toEqual(['parent', 'ae-ams', 'ams']);
  });

  it('parent: a tree that goes in a ring ends', () =>
    expect(resolved({ seats: [] }, { territory: 'emea' }).found).toEqual(['queue/general', 'general']));

  it('pool: only if it gives a person', () => {
    const seats = [seat('bk', 'AE', [])];
    expect(resolved({ seats }).found).toEqual(['pool/backup', 'bk', 'ams/west/bay']);
    expect(resolved({ seats, away: ['bk'] }).found).toEqual(['queue/general', 'general']);
  });

  it('nothing, where no step is left', () => {
    expect(resolved({ seats: [], cascades: { default: { steps: ['primary', 'parent'] } } }).found).toBeUndefined();
  });
});

describe('several live seats of one role', () => {
  const pair = [seat('ae-2', 'AE', 'ams/west/bay'), seat('ae-1', 'AE', 'ams/west/bay')];

  it('the primary one takes all', () => {
    const marked = [...pair, seat('ae-3', 'AE', 'ams/west/bay', { primary: true })];
    expect(resolved({ seats: marked, open: { 'ae-3': 99 } }).found?.[1]).toBe('ae-3');
  });

  it('without one, who has the fewest open records; the same number: by name', () => {
    expect(resolved({ seats: pair, open: { 'ae-1': 3, 'ae-2': 2 } }).found?.[1]).toBe('ae-2');
    expect(resolved({ seats: pair }).found?.[1]).toBe('ae-1');
  });

  it('they take turns when their counts are equal, from the state that is kept', () => {
    const kept = new Map<string, PoolState>();
    const owners = Array.from({ length: 4 }, () => resolved({ seats: pair, kept }).found?.[1]);
    expect(owners).toEqual(['ae-1', 'ae-2', 'ae-1', 'ae-2']);
    expect([...kept.keys()]).toEqual(['seats/ams/west/bay AE']);
  });

  it('who is on leave keeps the place in the turns', () => {
    const kept = new Map<string, PoolState>();
    const three = [...pair, seat('ae-3', 'AE', 'ams/west/bay')];
    const next = (away: string[] = []) => resolved({ seats: three, kept, away }, { among: 'strict' }).found?.[1];
    expect([next(), next(['ae-2']), next(), next()]).toEqual(['ae-1', 'ae-3', 'ae-1', 'ae-2']);
  });

  it('match_segment leaves only those of the segment, each segment with its own turns', () => {
    const seats = [
      seat('smb', 'AE', 'ams/west/bay', { segment: 'smb' }),
      seat('ent', 'AE', 'ams/west/bay', { segment: 'enterprise' }),
      seat('any', 'AE', 'ams'),
    ];
    expect(resolved({ seats }, { segment: 'enterprise' }).found).toEqual(['primary', 'ent', 'ams/west/bay']);
    expect(resolved({ seats }, { segment: 'public' }).found?.[0]).toBe('queue/general');
  });
});

describe('which cascade', () => {
  const seats = [seat('ae-west', 'AE', 'ams/west')];
  const special = { steps: ['primary', 'queue/special'], territories: ['ams/west/bay'] };

  it('one for exactly these territories takes the place of the named one, and of no territory below', () => {
    expect(resolved({ seats, cascades: { default: {}, special } }).found).toEqual(['queue/special', 'special']);
    expect(resolved({ seats, cascades: { default: {}, special: { ...special, territories: ['ams/west'] } } }).found?.[0]).toBe('parent');
  });

  it('only for its role and on its days', () => {
    expect(resolved({ seats, cascades: { default: {}, special: { ...special, role: 'SDR' } } }).found?.[0]).toBe('parent');
    const past = { ...special, effective: { to: '2026-04-15' } };
    expect(resolved({ seats, cascades: { default: {}, past } }).found?.[0]).toBe('parent');
  });

  it('one whose days are over finds nobody and says so', () => {
    const { found, trace } = resolved({ seats, cascades: { default: { effective: { from: '2027-01-01' } } } });
    expect(found).toBeUndefined();
    expect(trace).toEqual([{ rule: 'default', result: 'nobody', because: 'the cascade does not hold on 2026-04-16' }]);
  });
});

it('says of each step why it gave nobody', () => {
  const seats = [
    seat('ae-bay', 'AE', 'ams/west/bay', open),
    seat('stand-in', 'AE', [], { interim: [{ territory: 'ams/west/bay' }] }),
    seat('mgr', 'Manager', 'ams/west/bay', { start: '2026-05-01' }),
    seat('bk', 'AE', []),
  ];
  expect(resolved({ seats, away: ['stand-in', 'bk'] }).trace).toEqual([
    { rule: 'primary', result: 'nobody', because: 'ae-bay is open' },
    { rule: 'interim', result: 'nobody', because: 'stand-in is away' },
    { rule: 'overlay', result: 'nobody', because: 'there is no Overlay in ams/west/bay' },
    { rule: 'manager', result: 'nobody', because: 'mgr begins on 2026-05-01' },
    { rule: 'parent', result: 'nobody', because: 'there is no AE in ams/west; there is no AE in ams' },
    { rule: 'pool/backup', result: 'nobody', because: 'pool/backup has nobody' },
    { rule: 'queue/general', result: 'found', because: 'a queue always takes it' },
  ]);
});
