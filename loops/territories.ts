// The match rows of an object, compiled with the tree of territories: one matcher for whoever asks where a record lies.
import { normalName } from '../engines/matching/names.ts';
import { compileTerritories, type Territories } from '../engines/territories/territories.ts';
import type { TerritoryMatchSpec } from '../resources/territory-match/schema.ts';
import type { FieldNames } from './facts.ts';
import type { Snapshot } from './loop.ts';

/** An object without rows of its own is matched by all that there are. */
export function territoriesOf({ resources }: Pick<Snapshot, 'resources'>, { object, policy }: FieldNames): Territories {
  const matches = specsOf<TerritoryMatchSpec>(resources, 'TerritoryMatch').map(([, spec]) => spec);
  const own = matches.filter((match) => match.object === object);
  const parents = new Map(specsOf<{ readonly parent: string | null }>(resources, 'Territory').map(([path, { parent }]) => [path, parent]));
  return compileTerritories(
    (own.length > 0 ? own : matches).flatMap(({ rows }) => rows),
    { parentOf: (path) => parents.get(path) ?? undefined, normalName: (name) => normalName(name, policy.names) },
  );
}

/** What a snapshot holds was checked when it was made. */
function specsOf<Spec>(resources: Snapshot['resources'], kind: string): readonly (readonly [name: string, spec: Spec])[] {
  const prefix = `${kind}/`;
  return Object.entries(resources).flatMap(([key, spec]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), spec as Spec] as const] : [],
  );
}
