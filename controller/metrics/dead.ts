// Events that were given up: seen, and taken up again when somebody has mended what they died of.
import type { Clock } from '../../ports/clock.ts';
import type { DeadLetter } from '../../ports/live.ts';
import type { Scope, Store } from '../../ports/store.ts';

/** Newest first. */
export async function deadLetters(store: Pick<Store, 'inbox'>, scope: Scope | undefined, limit: number): Promise<readonly DeadLetter[]> {
  return scope === undefined ? [] : store.inbox.dead(scope, limit);
}

/** They are due at once, as if they had never been tried. Gives how many there were. */
export async function revive(
  store: Pick<Store, 'inbox'>,
  clock: Pick<Clock, 'now'>,
  scope: Scope | undefined,
  ids: readonly string[] | 'all',
): Promise<number> {
  return scope === undefined ? 0 : store.inbox.revive(scope, ids, clock.now().toISOString());
}
