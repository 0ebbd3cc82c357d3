// Messages to people: written down with what they are about, sent afterwards, at most once.
import type { ProjectSpec } from '../../resources/project/schema.ts';
import type { Clock } from '../../ports/clock.ts';
import type { NewMessage } from '../../ports/divergences.ts';
import type { Notifier } from '../../ports/notify.ts';
import type { Store } from '../../ports/store.ts';
import type { Listener } from './events.ts';

/** The ways that lead to people: those with an address. */
export type Channels = ReadonlySet<string>;

export function channelsOf(notifiers: readonly Notifier[]): Channels {
  return new Set(notifiers.map(({ channel }) => channel));
}

/** Ways on which the project wants to hear and that lead nowhere. */
export function unaddressed({ notifications }: Pick<ProjectSpec, 'notifications'>, channels: Channels): readonly string[] {
  return [...new Set(notifications.map(({ type }) => type))].filter((type) => !channels.has(type));
}

/** One for each way on which the project wants to hear of the topic. */
export function addressed(
  { notifications }: Pick<ProjectSpec, 'notifications'>,
  channels: Channels,
  message: Omit<NewMessage, 'channel'>,
): readonly NewMessage[] {
  const { topic, environment } = message;
  const wanted = notifications.filter((one) => one.on.includes(topic) && (one.environments?.includes(environment) ?? true));
  return [...new Set(wanted.map(({ type }) => type))].filter((type) => channels.has(type)).map((channel) => ({ ...message, channel }));
}

/** What certainly did not arrive is tried this often in all. */
const ATTEMPTS = 5;
const AT_ONCE = 20;

/** Gives how many were taken up, and whether some are to be tried again. */
export async function dispatch(
  store: Pick<Store, 'messages'>,
  notifiers: readonly Notifier[],
  clock: Clock,
  listener: Listener,
): Promise<{ readonly taken: number; readonly again: boolean }> {
  const taken = await store.messages.take(AT_ONCE);
  let again = false;
  for (const message of taken) {
    const { id, channel, topic, text, attempts } = message;
    const notifier = notifiers.find((one) => one.channel === channel);
    const sent =
      notifier === undefined
        ? { delivery: 'failed' as const, error: `No address is set for ${channel} messages.` }
        : await notifier.send(text);
    const delivery = sent.delivery === 'again' && attempts >= ATTEMPTS ? 'failed' : sent.delivery;
    again ||= delivery === 'again';
    await store.messages.settle(id, delivery, clock.now().toISOString(), sent.error);
    listener({ type: 'message', channel, topic, delivery, ...(sent.error !== undefined && { error: sent.error }) });
  }
  return { taken: taken.length, again };
}
