// CometD at /cometd/<version>, long polling alone: handshake, connect, subscribe, unsubscribe, disconnect, with the replay extension.
// A call to connect waits until a channel of the client has an event, or for as long as Salesforce lets it wait.
import { type Caller, callerOf } from '../access/caller.ts';
import { isRetained, newest } from '../changes/ledger.ts';
import { type HttpRequest, type HttpResponse, json } from '../http/message.ts';
import { userOfHeader } from '../http/tokens.ts';
import { standingOf } from '../http/versions.ts';
import type { Org } from '../org.ts';
import {
  type Message,
  type Reply,
  deniedChannel,
  failed,
  invalidReplay,
  readMessages,
  succeeded,
  unauthenticated,
  unknownClient,
  unmappedReplay,
} from './bayeux.ts';
import { deliveryOf, eventsOf, isChannel, maySubscribe } from './channels.ts';
import { type Session, type Sessions, createSessions } from './sessions.ts';

export interface Cometd {
  /** Answers when there is something to say. `gone` is aborted when nobody waits for the answer any more. */
  answer(request: HttpRequest, gone: AbortSignal): Promise<HttpResponse>;
  close(): void;
}

const LONGEST_WAIT_MS = 110_000;
const NEW_ONLY = -1;
const ALL_RETAINED = -2;

interface Desk {
  readonly org: Org;
  readonly sessions: Sessions;
}

export function openCometd(org: Org): Cometd {
  const desk: Desk = { org, sessions: createSessions(org) };
  const deaf = org.pulse.listen(() => {
    for (const session of desk.sessions.all()) if (hasEvents(desk, session)) session.release?.();
  });
  return {
    answer: (request, gone) => answer(desk, request, gone),
    close() {
      deaf();
      for (const session of desk.sessions.all()) session.release?.();
    },
  };
}

export function isCometd(path: string): boolean {
  return path.startsWith('/cometd/');
}

async function answer(desk: Desk, request: HttpRequest, gone: AbortSignal): Promise<HttpResponse> {
  const version = Number(/^\/cometd\/(\d+)\.0(?:\/.*)?$/.exec(request.path)?.[1] ?? 0);
  if (standingOf(version) !== 'served') return json(404, [{ error: '404::No such endpoint', successful: false }]);
  if (request.method !== 'POST') return json(405, [{ error: '405::Messages are posted', successful: false }]);
  const messages = readMessages(request);
  if (!messages) return json(400, [{ error: '400::The body is no Bayeux message', successful: false }]);
  const userId = userOfHeader(desk.org, request.headers['authorization']);
  const caller = userId === undefined ? undefined : callerOf(desk.org, userId);
  if (!caller?.permissions.has('ApiEnabled')) return json(200, messages.map(unauthenticated));
  const replies: Reply[] = [];
  for (const message of messages) replies.push(...(await replyTo(desk, caller, message, messages.length === 1, gone)));
  return json(200, replies);
}

async function replyTo(desk: Desk, caller: Caller, message: Message, alone: boolean, gone: AbortSignal): Promise<Reply[]> {
  if (message.channel === '/meta/handshake') return [handshake(desk, caller, message)];
  const session = desk.sessions.find(message.clientId, caller.userId);
  if (!session) return [unknownClient(message)];
  session.seen = desk.org.clock.now();
  switch (message.channel) {
    case '/meta/connect':
      return connect(desk, caller, session, message, alone, gone);
    case '/meta/subscribe':
      return [subscribe(desk.org, caller, session, message)];
    case '/meta/unsubscribe':
      session.told.delete(message.subscription ?? '');
      return [succeeded(message, { subscription: message.subscription })];
    case '/meta/disconnect':
      desk.sessions.end(session);
      return [succeeded(message)];
    default:
      return [failed(message, '403:denied_by_security_policy:publish_denied')];
  }
}

function handshake(desk: Desk, caller: Caller, { channel, id }: Message): Reply {
  const session = desk.sessions.open(caller.userId);
  const facts = {
    ext: { replay: true, 'payload.format': true },
    minimumVersion: '1.0',
    supportedConnectionTypes: ['long-polling'],
    version: '1.0',
  };
  return succeeded({ channel, clientId: session.id, ...(id !== undefined && { id }) }, facts);
}

// ---- subscriptions ----

function subscribe(org: Org, caller: Caller, session: Session, message: Message): Reply {
  const { subscription = '', replay } = message;
  if (!isChannel(subscription)) return deniedChannel(message);
  if (!maySubscribe(caller)) return failed(message, '403::User does not have access to the channel', { subscription });
  if (replay && !(subscription in replay)) return unmappedReplay(message, replay);
  const from = startOf(org, replay?.[subscription] ?? NEW_ONLY);
  if (from === undefined) return invalidReplay(message, replay?.[subscription]);
  session.told.set(subscription, from);
  return succeeded(message, { subscription });
}

/** The id after which events are told; nothing where events in between may be gone. */
function startOf(org: Org, wanted: unknown): number | undefined {
  if (wanted === NEW_ONLY) return newest(org);
  if (wanted === ALL_RETAINED) return 0;
  return typeof wanted === 'number' && isRetained(org, wanted) ? wanted : undefined;
}

// ---- waiting ----

async function connect(desk: Desk, caller: Caller, session: Session, message: Message, alone: boolean, gone: AbortSignal) {
  const wait = Math.min(message.timeout ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS);
  // A second call of the same client takes the place of the first, which is answered.
  session.release?.();
  const first = !session.connected;
  session.connected = true;
  if (!first && alone && wait > 0 && !gone.aborted && !hasEvents(desk, session)) await released(session, wait, gone);
  session.seen = desk.org.clock.now();
  // Whoever went away is told when it comes back.
  const events = gone.aborted ? [] : take(desk.org, caller, session);
  return [...events, succeeded(message, first ? { advice: { interval: 0, timeout: LONGEST_WAIT_MS, reconnect: 'retry' } } : {})];
}

function hasEvents({ org }: Desk, session: Session): boolean {
  return [...session.told].some(([channel, replayId]) => eventsOf(org, channel, replayId, 1).length > 0);
}

function take(org: Org, caller: Caller, session: Session): Reply[] {
  return [...session.told].flatMap(([channel, replayId]) => {
    const events = eventsOf(org, channel, replayId);
    const last = events.at(-1);
    if (last) session.told.set(channel, last.replayId);
    return events.map((event) => deliveryOf(org, caller, channel, event));
  });
}

function released(session: Session, milliseconds: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      gone.removeEventListener('abort', end);
      if (session.release === end) delete session.release;
      resolve();
    };
    const timer = setTimeout(end, milliseconds).unref();
    session.release = end;
    gone.addEventListener('abort', end, { once: true });
  });
}
