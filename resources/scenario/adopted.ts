// People who were taken out of territories, replaced, or given another role by hand, and quotas that were changed: what the roster says then.
import { type Adopted, type Adoption, adopted, type Divergence, type Diverged, type Placed, putBack, refused, shown } from '../adopt.ts';
import { addressText } from '../core.ts';
import type { Resolved, Seat } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import { rolesOf } from '../roles.ts';
import { type Assignment, assignmentsOf } from './assignments.ts';
import { roleText } from './role-text.ts';
import { adoptQuotas, quotaAddresses } from './adopted-quotas.ts';
import { decider, placesOf, saying, sayingNothing, type SeatPlace } from './rows.ts';
import type { ScenarioSpec } from './schema.ts';

export function* adoptScenario(
  scenario: Resource<ScenarioSpec>,
  found: readonly Divergence[],
  diverged: Diverged,
  resolved: Resolved,
): Generator<Adoption> {
  const byAddress = Map.groupBy(found, ({ address }) => addressText(address));
  const hasQuotas = found.some(({ address }) => address.type === 'ForecastingQuota');
  for (const seat of resolved.seats.values()) {
    const sits: Sitting = { seat, places: placesOf(seat.seat, resolved), assignments: assignmentsOf(seat, resolved), resolved };
    const own = sits.assignments.flatMap(({ type, key }) => byAddress.get(addressText({ type, key })) ?? []);
    if (own.length > 0) {
      yield* adoptGone(
        sits,
        own.filter(({ field }) => field === ''),
        diverged,
      );
      yield* adoptRole(
        sits,
        own.filter(({ field }) => field !== ''),
        own,
      );
    }
    if (!hasQuotas) continue;
    const quotas = quotaAddresses(scenario, seat, resolved).flatMap((address) => byAddress.get(address) ?? []);
    if (quotas.length > 0) yield adoptQuotas(scenario, seat, quotas, resolved);
  }
}

interface Sitting {
  readonly seat: Seat;
  readonly places: readonly SeatPlace[];
  readonly assignments: readonly Assignment[];
  readonly resolved: Resolved;
}

/** Somebody was taken out of territories of the seat: they leave it, or the seat is another's, or open. */
function* adoptGone(sits: Sitting, gone: readonly Divergence[], diverged: Diverged): Generator<Adoption> {
  const leaving = new Map<string, readonly Divergence[]>();
  const takenAlong = new Map<string, readonly Divergence[]>();
  for (const [path, assignments] of Map.groupBy(sits.assignments, (assignment) => assignment.path)) {
    const missing = gone.filter(({ address }) => assignments.some(({ key }) => key === address.key));
    const along = missing.filter((one) => diverged.isGone(territoryOf(one)));
    const alone = missing.filter((one) => !along.includes(one));
    // Gone with a whole model it is still declared, for the others.
    const withModel = along.filter((one) => diverged.isGone(modelOf(one)));
    if (along.length === assignments.length && withModel.length < along.length) takenAlong.set(path, along);
    else {
      for (const one of along) yield adopted([one], [], `gone with its territory ${path}`, [addressText(territoryOf(one))]);
      if (alone.length > 0 && missing.length < assignments.length) yield inOneModelOnly(sits, alone);
      else if (alone.length > 0) leaving.set(path, alone);
    }
  }
  const territories = [...takenAlong.values()].flat().map((one) => addressText(territoryOf(one)));
  if (takenAlong.size > 0) yield { ...outOf(sits, takenAlong, 'which is gone'), follows: territories };
  if (leaving.size === 0) return;
  const stays = sits.seat.territories.some((path) => !leaving.has(path) && !takenAlong.has(path));
  yield stays ? outOf(sits, leaving, `since ${sits.seat.user} was taken out of it`) : vacated(sits, leaving, diverged);
}

function territoryOf({ address }: Divergence) {
  return { type: 'Territory2', key: address.key.slice(0, address.key.lastIndexOf('/')) };
}

function modelOf({ address }: Divergence) {
  return { type: 'Territory2Model', key: address.key.slice(0, address.key.indexOf('/')) };
}

function inOneModelOnly({ seat, places }: Sitting, of: readonly Divergence[]): Adoption {
  return refusedSeat(places, of, 'user', {
    code: 'models-differ',
    message: `roster[${seat.seat}]: ${seat.user} was taken out of ${of.map(({ address }) => address.key).join(', ')} and is still there in another model, and a seat sits in all models of its territory`,
    hint: 'Take the person out of the other model too, or put it back.',
  });
}

/** The seat keeps its person and loses the territories. */
function outOf(sits: Sitting, paths: ReadonlyMap<string, readonly Divergence[]>, why: string): Adopted {
  const of = [...paths.values()].flat();
  const place = decider(sits.places, 'territory');
  const left = sits.seat.territories.filter((path) => !paths.has(path));
  const edits: readonly Placed[] =
    left.length === 0 || place === undefined
      ? sayingNothing(sits.places, 'territory')
      : [...paths.keys()].map((item) => ({ resource: place.resource, edit: { op: 'take', path: [...place.path, 'territory'], item } }));
  return adopted(of, edits, `seat ${sits.seat.seat}: without ${[...paths.keys()].join(', ')}, ${why}`);
}

/** Nobody of the seat is left in its territories: somebody else is there in the same role, or the seat is open. */
function vacated(sits: Sitting, paths: ReadonlyMap<string, readonly Divergence[]>, diverged: Diverged): Adoption {
  const of = [...paths.values()].flat();
  const { seat, places } = sits;
  const successor = successorOf(sits, of, diverged);
  const name = sayingNothing(places, 'name');
  if (successor !== undefined) {
    return adopted(
      of,
      [...saying(places, 'user', successor, 'user'), ...name],
      `seat ${seat.seat}: ${seat.row.user} → ${successor}, who is there now in the same role`,
    );
  }
  const edits = [...saying(places, 'status', 'open', 'user'), ...sayingNothing(places, 'user'), ...name];
  return adopted(of, edits, `seat ${seat.seat}: open, since ${seat.row.user} was taken out of ${[...paths.keys()].join(', ')}`);
}

/** The one person who is new, with the seat's role, in every one of the territories. */
function successorOf({ assignments, resolved }: Sitting, of: readonly Divergence[], { newcomers }: Diverged): string | undefined {
  const candidates = of.map(({ address }) => {
    const left = assignments.find(({ key }) => key === address.key);
    const there = newcomers.filter((one) => left !== undefined && one.address.key.startsWith(`${left.territory}/`));
    return there
      .filter(({ fields }) => (fields['RoleInTerritory2'] ?? null) === left?.role)
      .map((one) => one.address.key.slice(one.address.key.lastIndexOf('/') + 1));
  });
  const [first = []] = candidates;
  const everywhere = first.filter((user) => candidates.every((users) => users.includes(user)));
  const [only] = everywhere;
  if (only === undefined || everywhere.length > 1) return undefined;
  const suffix = (resolved.environment.username_suffix ?? '').toLowerCase();
  return only.endsWith(suffix) ? only.slice(0, only.length - suffix.length) : undefined;
}

function* adoptRole(sits: Sitting, changed: readonly Divergence[], all: readonly Divergence[]): Generator<Adoption> {
  const [first] = changed;
  if (first === undefined) return;
  const { seat, places, assignments, resolved } = sits;
  const stays = assignments.length - all.filter(({ field }) => field === '').length;
  const text = first.live === '' ? null : first.live;
  if (changed.length < stays || changed.some(({ live }) => live !== first.live)) {
    yield refusedSeat(places, changed, 'role', {
      code: 'roles-differ',
      message: `roster[${seat.seat}].role: the person has ${shown(text)} in ${changed.map(({ address }) => address.key).join(', ')} and another role in the seat's other territories, and a seat has one`,
      hint: 'Declare a seat of its own for it, change the others too, or put it back.',
    });
    return;
  }
  const models = resolved.models.filter(({ ref }) =>
    assignments.some(({ territory }) => territory.startsWith(`${resolved.crmName('TerritoryModel', ref.name)}/`)),
  );
  const roles = new Set([...models.flatMap(({ spec }) => Object.keys(spec.roles)), ...rolesOf(resolved.organisation)]);
  const role = [...roles].find((one) => models.every((model) => roleText(model, one) === text));
  if (role === undefined) {
    yield refusedSeat(places, changed, 'role', {
      code: 'no-such-role',
      message: `roster[${seat.seat}].role: the org has ${shown(text)}, and no role of ${models.map(({ ref }) => ref.name).join(', ')} has that text`,
      hint: `Add it to the roles of TerritoryModel/${models[0]?.ref.name ?? ''}, or put it back: loopctl drift --revert Scenario/${resolved.scenario?.resource.ref.name ?? ''}`,
    });
    return;
  }
  yield adopted(changed, saying(places, 'role', role, 'user'), `seat ${seat.seat}.role: ${shown(seat.role)} → ${shown(role)}`);
}

function refusedSeat(
  places: readonly SeatPlace[],
  of: readonly Divergence[],
  key: 'user' | 'role',
  problem: Parameters<typeof refused>[3],
): Adoption {
  const place = decider(places, key) ?? places.at(-1);
  if (place === undefined) throw new Error('bug: a seat without a row');
  return refused(of, place.resource, [...place.path, key], { ...problem, hint: problem.hint ?? putBack(place.resource.ref) });
}
