// Who gets what belongs to a territory: the seat itself, and when it is open, whoever the cascade finds first.
import type { RoleCascadeSpec } from '../../resources/role-cascade/schema.ts';
import type { PoolSpec } from '../../resources/pool/schema.ts';
import { assign, type PoolWorld } from '../pools/pool.ts';
import type { PoolState } from '../pools/state.ts';
import type { TraceEntry } from '../trace.ts';
import { oneOf } from './among.ts';
import { absence, type Roster, type Seat, standsIn } from './roster.ts';

/** The tree, the roster and the cascades of a snapshot. */
export interface Coverage {
  /** The territory above; nothing for a root and for a territory that is not there. */
  parentOf(territory: string): string | undefined;
  /** Whether there is such a territory. */
  knows(territory: string): boolean;
  readonly roster: Roster;
  readonly cascades: Cascades;
}

export interface Cascades {
  readonly byName: ReadonlyMap<string, RoleCascadeSpec>;
  /** Those that take the place of the named one: by role and territory. */
  readonly inPlace: ReadonlyMap<string, readonly { readonly name: string; readonly spec: RoleCascadeSpec }[]>;
}

/** Whatever changes from record to record. */
export interface Today {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** On leave, paused, not in the org; or why, as the end of a sentence. */
  away(seat: string): boolean | string;
  /** Their states aligned with the roster of the day: `align(…, {away: awayOn(roster, day, away)})`. */
  readonly pools: PoolWorld;
}

export interface CascadeRequest {
  readonly record: string;
  readonly territory: string;
  readonly cascade: string;
  /** Default: the cascade's. */
  readonly role?: string | undefined;
  /** Only seats of this segment. */
  readonly segment?: string | undefined;
  readonly among: PoolSpec['strategy'];
}

/** `via`: the pool that gave somebody. */
export type Found =
  | { readonly kind: 'seat'; readonly seat: Seat; readonly step: string; readonly via?: string; readonly at: string }
  | { readonly kind: 'queue'; readonly queue: string; readonly step: string };

export interface CascadeAnswer {
  readonly found: Found | undefined;
  /** States of pools that changed, by pool. */
  readonly writes: ReadonlyMap<string, PoolState>;
}

export function compileCascades(cascades: ReadonlyMap<string, RoleCascadeSpec>): Cascades {
  const inPlace = new Map<string, { name: string; spec: RoleCascadeSpec }[]>();
  for (const [name, spec] of cascades) {
    for (const territory of spec.territories ?? []) {
      const key = placeKey(spec.role, territory);
      inPlace.set(key, [...(inPlace.get(key) ?? []), { name, spec }]);
    }
  }
  return { byName: cascades, inPlace };
}

const NOTHING: CascadeAnswer = { found: undefined, writes: new Map() };

/** `trace`, where it is wanted, gets a line for each step that was tried. */
export function resolveCascade(coverage: Coverage, today: Today, request: CascadeRequest, trace?: TraceEntry[]): CascadeAnswer {
  const cascade = cascadeFor(coverage.cascades, request, today.day);
  if (cascade === undefined) {
    trace?.push({ rule: request.cascade, result: 'nobody', because: `the cascade does not hold on ${today.day}` });
    return NOTHING;
  }
  const search: Search = {
    ...request,
    role: request.role ?? cascade.spec.role,
    roles: cascade.spec.roles,
    coverage,
    today,
    notes: trace && [],
  };
  if (cascade.name !== request.cascade) {
    trace?.push({ rule: cascade.name, result: 'taken', because: `it takes the place of ${request.cascade} in ${request.territory}` });
  }
  for (const step of cascade.spec.steps) {
    const answer = tryStep(search, step);
    const notes = search.notes?.splice(0) ?? [];
    trace?.push({ rule: step, result: answer === undefined ? 'nobody' : 'found', because: notes.join('; ') });
    if (answer !== undefined) return answer;
  }
  return NOTHING;
}

function cascadeFor({ byName, inPlace }: Cascades, { cascade: name, role, territory }: CascadeRequest, day: string) {
  const named = byName.get(name);
  const wanted = role ?? named?.role;
  const replacing = wanted === undefined ? undefined : inPlace.get(placeKey(wanted, territory))?.find(({ spec }) => holdsOn(spec, day));
  if (replacing !== undefined) return replacing;
  return named !== undefined && holdsOn(named, day) ? { name, spec: named } : undefined;
}

function placeKey(role: string, territory: string): string {
  return `${role} ${territory}`;
}

function holdsOn({ effective }: RoleCascadeSpec, day: string): boolean {
  return (effective?.from ?? '') <= day && (effective?.to === undefined || day <= effective.to);
}

interface Search extends CascadeRequest {
  readonly role: string;
  readonly roles: RoleCascadeSpec['roles'];
  readonly coverage: Coverage;
  readonly today: Today;
  /** What is said of the step, where a trace is wanted. */
  readonly notes: string[] | undefined;
}

function tryStep(search: Search, step: string): CascadeAnswer | undefined {
  const { territory, roles } = search;
  switch (step) {
    case 'primary':
      return ofRole(search, step, territory);
    case 'interim':
      return given(search, step, live(search, interims(search), `nobody stands in for ${territory}`), `${territory} interim`);
    case 'overlay':
      return given(search, step, seatsOf(search, roles.overlay, territory), `${territory} ${roles.overlay}`);
    case 'manager':
      return (
        given(search, step, managers(search), `${territory} reports_to`) ??
        given(search, step, seatsOf(search, roles.manager, territory), `${territory} ${roles.manager}`)
      );
    case 'parent':
      return above(search);
    default:
      return step.startsWith('queue/') ? inQueue(search, step) : ofPool(search, step);
  }
}

/** A seat of the role that is looked for, of the segment where one is wanted. */
function ofRole(search: Search, step: string, at: string): CascadeAnswer | undefined {
  const { role, segment } = search;
  const place = segment === undefined ? `${at} ${role}` : `${at} ${role} ${segment}`;
  return given(search, step, seatsOf(search, role, at, segment), place, at);
}

/** Seats that a step may mean, and those of them that are live. */
interface Considered {
  readonly all: readonly Seat[];
  readonly live: readonly Seat[];
}

function seatsOf(search: Search, role: string, territory: string, segment?: string): Considered {
  const here = (search.coverage.roster.inTerritory.get(territory) ?? []).filter((seat) => seat.role === role);
  const wanted = segment === undefined ? here : here.filter((seat) => seat.segment === segment);
  const none = here.length === 0 ? `there is no ${role} in ${territory}` : `no ${role} of ${territory} is of the segment ${segment}`;
  return live(search, wanted, none);
}

function interims({ coverage, territory, today }: Search): readonly Seat[] {
  return (coverage.roster.standingIn.get(territory) ?? []).filter((seat) => standsIn(seat, territory, today.day));
}

/** Those to whom the seats of the role report, open ones too: the manager of an open seat is the manager. */
function managers(search: Search): Considered {
  const { roster } = search.coverage;
  const bosses = new Set<Seat>();
  for (const { role, reports_to } of roster.inTerritory.get(search.territory) ?? []) {
    const boss = role === search.role && reports_to !== undefined ? roster.seats.get(reports_to) : undefined;
    if (boss !== undefined) bosses.add(boss);
  }
  return live(search, [...bosses]);
}

function live({ today, notes }: Search, all: readonly Seat[], none?: string): Considered {
  if (all.length === 0 && none !== undefined) notes?.push(none);
  const here = all.filter((seat) => {
    const why = absence(seat, today.day, today.away);
    if (why !== undefined) notes?.push(`${seat.seat} ${why}`);
    return why === undefined;
  });
  return { all, live: here };
}

/** The nearest territory above in which a seat of the role is live. */
function above(search: Search): CascadeAnswer | undefined {
  const passed = new Set([search.territory]);
  for (let at = search.coverage.parentOf(search.territory); at !== undefined && !passed.has(at); at = search.coverage.parentOf(at)) {
    passed.add(at);
    const answer = ofRole(search, 'parent', at);
    if (answer !== undefined) return answer;
  }
  if (passed.size === 1) search.notes?.push(`nothing is above ${search.territory}`);
  return undefined;
}

const HOLDS: Readonly<Record<string, string>> = { interim: 'stands in for', overlay: 'covers', manager: 'is the manager for' };

/** `place`: names the turns of those who sit there. */
function given(search: Search, step: string, seats: Considered, place: string, at = search.territory): CascadeAnswer | undefined {
  const { among, record, today } = search;
  const found = oneOf(seats, { place, strategy: among, record, pools: today.pools });
  if (found === undefined) return undefined;
  search.notes?.push(`${found.seat.seat} ${found.how ?? `${HOLDS[step] ?? 'sits in'} ${at}`}`);
  return { found: { kind: 'seat', seat: found.seat, step, at }, writes: found.writes };
}

/** A pool that gives nobody is passed over, whatever it says for that case. */
function ofPool(search: Search, step: string): CascadeAnswer | undefined {
  const name = step.slice('pool/'.length);
  const { assignment, writes } = assign(search.today.pools, name, { id: search.record });
  const { coverage, today } = search;
  const seat = assignment.outcome === 'assigned' ? coverage.roster.seats.get(assignment.seat) : undefined;
  if (assignment.outcome !== 'assigned' || seat === undefined || absence(seat, today.day, today.away) !== undefined) {
    search.notes?.push(`${step} has nobody`);
    return undefined;
  }
  search.notes?.push(`${seat.seat} is next of pool/${assignment.pool}`);
  return { found: { kind: 'seat', seat, step, via: assignment.pool, at: search.territory }, writes };
}

function inQueue(search: Search, step: string): CascadeAnswer {
  search.notes?.push('a queue always takes it');
  return { found: { kind: 'queue', queue: step.slice('queue/'.length), step }, writes: new Map() };
}
