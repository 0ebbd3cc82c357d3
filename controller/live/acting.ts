// Where loops act: the environment that lists them, on what was reconciled there.
import type { Environment } from '../../resources/project/schema.ts';
import type { LoopDescriptor } from '../../loops/loop.ts';
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

/**
 * Objects whose changes loops take, each with the loops that are rung by one: those that no other of them asks next, as what that makes of the
 * change goes on to them.
 */
export function watched({ compiled }: Pick<Ground, 'compiled'>, active: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const acting = [...LOOPS.values()].filter(({ name }) => active.has(name));
  const byObject = new Map<string, LoopDescriptor[]>();
  for (const loop of acting)
    for (const object of loop.watches?.(compiled.worldOf(loop)).keys() ?? []) byObject.set(object, [...(byObject.get(object) ?? []), loop]);
  return new Map(
    [...byObject].map(([object, loops]) => {
      const followers = new Set(loops.flatMap(({ next = [] }) => next));
      return [object, loops.flatMap(({ name }) => (followers.has(name) ? [] : [name]))];
    }),
  );
}
