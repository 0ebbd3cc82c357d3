// A version of what the loops read, ready to answer for records of the past: what is reconciled, what a revision declares, the working tree.
import type { LoopDescriptor, Snapshot } from '../../loops/loop.ts';
import type { People } from '../../loops/requests.ts';
import { qualify } from '../../loops/qualify/loop.ts';
import type { QualifyWorld } from '../../loops/qualify/world.ts';
import { route, type RouteWorld } from '../../loops/route/loop.ts';
import type { Seat } from '../../engines/cascade/roster.ts';
import type { SnapshotContent } from '../../plans/content.ts';
import { hashOf } from '../../plans/value.ts';
import type { SnapshotRow } from '../../ports/store.ts';
import { compileRow } from '../loops/world.ts';

export interface Version {
  /** What people call it. */
  readonly label: string;
  readonly commit: string | null;
  readonly content: SnapshotContent;
  /** Who is not in their seat by what the org has. */
  readonly people: People;
}

/** A version, compiled once for many records. */
export interface CompiledVersion extends Version {
  readonly snapshot: string;
  readonly qualify: QualifyWorld;
  readonly route: RouteWorld;
  worldOf(loop: LoopDescriptor): unknown;
  /** By seat: the username, in lower case. */
  readonly users: ReadonlyMap<string, string>;
}

export const NOBODY_AWAY: People = { absent: [], standing: {} };

export function compileVersion(version: Version): CompiledVersion {
  const { resources } = version.content;
  const id = hashOf(version.content);
  const snapshot: Snapshot = { id, resources };
  const worlds = { qualify: qualify.compile(snapshot), route: route.compile(snapshot) };
  return {
    ...version,
    ...worlds,
    snapshot: id,
    worldOf: ({ name }) => (name === 'qualify' ? worlds.qualify : name === 'route' ? worlds.route : undefined),
    users: usersOf(version),
  };
}

function usersOf({ content, people }: Version): ReadonlyMap<string, string> {
  return new Map(
    [...seatsOf(content).values()].flatMap(({ seat, user }) => {
      const sitting = people.standing[seat] ?? user;
      return sitting === undefined ? [] : [[seat, sitting.toLowerCase()] as const];
    }),
  );
}

/**
 * What is active, and what comes after it. A seat that did not change has on both sides whom the org has in it, so that nobody's absence
 * looks like a change; one that did is taken to be filled as declared.
 */
export function versionsFrom(
  row: SnapshotRow,
  label: string,
  after: Omit<Version, 'people'>,
): { readonly before: Version; readonly after: Version } {
  const { people } = compileRow(row);
  const [old, now] = [seatsOf(row.content), seatsOf(after.content)];
  const isSame = (seat: string) => JSON.stringify(placeOf(old.get(seat))) === JSON.stringify(placeOf(now.get(seat)));
  const kept: People = {
    absent: people.absent.filter(isSame),
    standing: Object.fromEntries(Object.entries(people.standing).filter(([seat]) => isSame(seat))),
  };
  return {
    before: { label, commit: row.commit, content: row.content, people },
    after: { ...after, people: kept },
  };
}

function placeOf(seat: Seat | undefined): readonly unknown[] {
  return seat === undefined ? [] : [seat.user ?? null, seat.territories];
}

function seatsOf({ resources }: SnapshotContent): ReadonlyMap<string, Seat> {
  const scenarios = Object.entries(resources).filter(([key]) => key.startsWith('Scenario/'));
  return new Map(
    scenarios.flatMap(([, scenario]) => (scenario as { readonly seats: readonly Seat[] }).seats).map((seat) => [seat.seat, seat]),
  );
}
