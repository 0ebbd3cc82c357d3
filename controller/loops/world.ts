// The snapshot that answers, compiled once: the engines of every loop, and who sits where by what is in the org.
import { developerName } from '../../resources/naming.ts';
import type { LoopDescriptor, Snapshot } from '../../loops/loop.ts';
import type { People } from '../../loops/requests.ts';
import type { Seat } from '../../engines/cascade/roster.ts';
import type { SnapshotRow } from '../../ports/store.ts';
import { type Arms, type Trial, trialsIn, withCandidates } from '../experiments/trials.ts';

export interface Compiled {
  readonly row: SnapshotRow;
  readonly people: People;
  readonly trials: readonly Trial[];
  /** What acts; `arms`: with the candidates that a record has. */
  worldOf(loop: LoopDescriptor, arms?: Arms): unknown;
}

/** `me`: the user that loopctl works as in the org. */
export function compileRow(row: SnapshotRow, me?: string): Compiled {
  const { resources } = row.content;
  const trials = trialsIn(resources);
  const worlds = new Map<string, unknown>();
  return {
    row,
    people: { ...peopleOf(row), ...(me !== undefined && { me }) },
    trials,
    worldOf(loop, arms = {}) {
      const tried = trials.filter(({ name }) => arms[name] === 'candidate');
      const key = [loop.name, ...tried.map(({ name }) => name)].join(' ');
      if (!worlds.has(key)) {
        const snapshot: Snapshot = { id: row.id, resources: withCandidates(resources, tried) };
        worlds.set(key, loop.compile(snapshot));
      }
      return worlds.get(key);
    },
  };
}

const ASSIGNMENT = 'UserTerritory2Association/';

/**
 * A seat counts as filled where its person has the assignment in the org. Where it could not be made, whoever still stands in its
 * territory sits there; where nobody does, it is open.
 */
function peopleOf({ content, bindings }: SnapshotRow): People {
  const seats = Object.entries(content.resources)
    .filter(([key]) => key.startsWith('Scenario/'))
    .flatMap(([, scenario]) => (scenario as { readonly seats: readonly Seat[] }).seats);
  const inOrg = assignments(bindings);
  const declared = new Set(
    seats.flatMap(({ user, territories }) => territories.map((path) => `${developerName(path)} ${user?.toLowerCase()}`)),
  );
  const absent: string[] = [];
  const standing: Record<string, string> = {};
  for (const { seat, user, territories } of seats) {
    if (user === undefined) continue;
    const name = user.toLowerCase();
    const places = territories.map(developerName);
    const isThere =
      places.length === 0 ? bindings[`User/${name}`] !== undefined : places.some((place) => inOrg.get(place)?.has(name) === true);
    if (isThere) continue;
    const other = places.flatMap((place) => [...(inOrg.get(place) ?? [])].filter((one) => !declared.has(`${place} ${one}`)))[0];
    if (other === undefined) absent.push(seat);
    else standing[seat] = other;
  }
  return { absent, standing };
}

/** Usernames by DeveloperName of the territory, in whichever model. */
function assignments(bindings: SnapshotRow['bindings']): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const address of Object.keys(bindings)) {
    if (!address.startsWith(ASSIGNMENT)) continue;
    const [, territory = '', user = ''] = address.slice(ASSIGNMENT.length).split('/');
    const there = found.get(territory);
    if (there === undefined) found.set(territory, new Set([user]));
    else there.add(user);
  }
  return found;
}

/** What acts, and what would with each candidate: for what is read of a record before it is known which side it is on. */
export function worldsOf({ trials, worldOf }: Pick<Compiled, 'trials' | 'worldOf'>, loop: LoopDescriptor): readonly unknown[] {
  return [worldOf(loop), ...trials.map(({ name }) => worldOf(loop, { [name]: 'candidate' }))];
}
