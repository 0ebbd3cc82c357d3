// Where loops act: the environment that lists them, on what was reconciled there.
import type { Environment } from '../../resources/project/schema.ts';
import type { Ground } from '../loops/decide.ts';
import type { RunningHost } from '../loops/host.ts';
import { LOOPS } from '../loops/registry.ts';

export interface Acting {
  readonly environment: Environment;
  /** The loops that act. */
  readonly active: ReadonlySet<string>;
  readonly ground: Ground;
}

export interface Where {
  /** As it was read last; nothing before that. */
  environment(): Environment | undefined;
  readonly host: Pick<RunningHost, 'current'>;
}

/** Nothing where no loop acts on the org, or nothing was reconciled yet. */
export async function actingOn({ environment: read, host }: Where): Promise<Acting | undefined> {
  const environment = read();
  const active = new Set(environment?.loops ?? []);
  const ground = active.size === 0 ? undefined : await host.current();
  return environment === undefined || ground === undefined ? undefined : { environment, active, ground };
}

/** Objects that loops act on, with the first loop of the chain: what it makes of a change goes on to the next one. */
export function watched(
  resources: Readonly<Record<string, unknown>>,
  active: ReadonlySet<string>,
): readonly { readonly object: string; readonly loop: string }[] {
  const objectsOf = (kind: string) =>
    Object.entries(resources).flatMap(([key, content]) =>
      key.startsWith(`${kind}/`) ? [(content as { readonly object?: string }).object] : [],
    );
  const byLoop: readonly (readonly [loop: string, kind: string])[] = [
    ['qualify', 'ScoringModel'],
    ['route', 'RoutingRuleSet'],
  ];
  const first = new Map<string, string>();
  for (const [loop, kind] of byLoop) {
    if (!active.has(loop) || !LOOPS.has(loop)) continue;
    for (const object of objectsOf(kind)) if (object !== undefined && !first.has(object)) first.set(object, loop);
  }
  return [...first].map(([object, loop]) => ({ object, loop }));
}
