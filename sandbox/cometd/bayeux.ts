// Messages of the Bayeux protocol, version 1.0, as Salesforce's CometD writes them: texts of errors and advice are what clients branch on.
import type { HttpRequest } from '../http/message.ts';

export interface Message {
  readonly channel: string;
  readonly id?: string;
  readonly clientId?: string;
  readonly subscription?: string;
  readonly timeout?: number;
  /** Absent where the client said nothing about it. */
  readonly replay?: Readonly<Record<string, unknown>>;
}

export type Reply = Readonly<Record<string, unknown>>;

/** Nothing where the body is no message and no list of messages. */
export function readMessages(request: HttpRequest): Message[] | undefined {
  let body: unknown;
  try {
    body = JSON.parse(request.body.toString('utf8'));
  } catch {
    return undefined;
  }
  const messages = (Array.isArray(body) ? body : [body]).map(messageOf);
  return messages.length > 0 && messages.every((message) => message !== undefined) ? messages : undefined;
}

function messageOf(value: unknown): Message | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { channel, id, clientId, subscription, advice, ext } = value as Record<string, unknown>;
  if (typeof channel !== 'string') return undefined;
  const timeout = (advice as { timeout?: unknown } | undefined)?.timeout;
  const replay = (ext as { replay?: unknown } | undefined)?.replay;
  return {
    channel,
    ...((typeof id === 'string' || typeof id === 'number') && { id: String(id) }),
    ...(typeof clientId === 'string' && { clientId }),
    ...(typeof subscription === 'string' && { subscription }),
    ...(typeof timeout === 'number' && { timeout }),
    ...(typeof replay === 'object' && replay !== null && { replay: replay as Record<string, unknown> }),
  };
}

export function succeeded(message: Message, more: object = {}): Reply {
  return { ...more, ...echo(message), successful: true };
}

export function failed(message: Message, error: string, more: object = {}): Reply {
  return { error, ...more, ...echo(message), successful: false };
}

function echo({ channel, id, clientId }: Message): object {
  return { ...(clientId !== undefined && { clientId }), channel, ...(id !== undefined && { id }) };
}

// ---- refusals that Salesforce documents ----

/** The token is not, or no longer, good: nothing else need be tried with it. */
export function unauthenticated(message: Message): Reply {
  const invalid = '401::Authentication invalid';
  const advice = { reconnect: 'none', interval: 0 };
  return message.channel === '/meta/handshake'
    ? failed(message, '403::Handshake denied', { ext: { sfdc: { failureReason: invalid }, replay: true }, advice })
    : failed(message, invalid, { advice });
}

/** The session is gone: the client begins anew. */
export function unknownClient({ channel, id }: Message): Reply {
  return failed({ channel, ...(id !== undefined && { id }) }, '403::Unknown client', { advice: { interval: 0, reconnect: 'handshake' } });
}

export function invalidReplay(message: Message, replayId: unknown): Reply {
  const text = `400::The replayId {${String(replayId)}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`;
  return failed(message, text, { subscription: message.subscription });
}

/** A replay map that speaks of other channels: it was made for another subscription. */
export function unmappedReplay(message: Message, map: object): Reply {
  const entries = Object.entries(map).map(([channel, id]) => `${channel}=${String(id)}`);
  const text = `400::The replayId for channel {${message.subscription ?? ''}} wasn't found using the provided replay ID map {{${entries.join(', ')}}}. Ensure that the channel name you provided in the replay map is valid and matches the channel name used for subscribing.`;
  return failed(message, text, { subscription: message.subscription });
}

export function deniedChannel(message: Message): Reply {
  return failed(message, '403:denied_by_security_policy:create_denied', { subscription: message.subscription });
}
