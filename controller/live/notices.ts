// Messages of decisions on their way to people: written down first, each once, then sent at once and not with the next look at git.
import type { Clock } from '../../ports/clock.ts';
import type { Topic } from '../../ports/divergences.ts';
import type { EffectRow } from '../../ports/live.ts';
import type { Notifier } from '../../ports/notify.ts';
import type { Store } from '../../ports/store.ts';
import type { Listener } from '../follow/events.ts';
import { addressed, channelsOf, dispatch } from '../follow/messages.ts';
import type { Identity } from '../follow/run.ts';

export interface Telling {
  readonly store: Pick<Store, 'messages'>;
  readonly clock: Clock;
  readonly notifiers: readonly Notifier[];
  readonly listener: Listener;
  /** As it was read last. */
  identity(): Pick<Identity, 'spec' | 'environment'> | undefined;
  /** A bug. */
  onError(error: unknown): void;
}

/** What the project names no way for is told nobody. */
export function tellPeople({
  store,
  clock,
  notifiers,
  listener,
  identity,
  onError,
}: Telling): (notices: readonly EffectRow[]) => Promise<void> {
  const channels = channelsOf(notifiers);
  /** Until none waits; what the chat does not take now waits for the next look. */
  const sendAll = async () => {
    for (let goesOn = true; goesOn; ) {
      const { taken, again } = await dispatch(store, notifiers, clock, listener);
      goesOn = taken > 0 && !again;
    }
  };
  return async (notices) => {
    const here = identity();
    if (here === undefined) return;
    const at = clock.now().toISOString();
    const messages = notices.flatMap(({ id, fields }) =>
      addressed(here.spec, channels, {
        key: `effect ${id}`,
        topic: fields['topic'] as Topic,
        environment: here.environment.name,
        text: String(fields['text']),
        at,
      }),
    );
    if (messages.length === 0) return;
    await store.messages.add(messages);
    // Whoever waits for decisions does not wait for a chat.
    sendAll().catch(onError);
  };
}
