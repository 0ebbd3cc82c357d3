// One client of the org's CometD, listening to one channel by jsforce's streaming (which is faye). It is used once: at the first thing that
// goes wrong it is taken apart and another one is made, because left to itself faye asks an org that is away every five seconds for ever,
// takes no notice of an answer that is no Bayeux message, and says nothing of a subscription that fails after it has begun anew.
// One channel a client, because each replay extension overwrites what another one has put into the same subscription.
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from 'jsforce';
import { LOOPBACK } from './transport.ts';

export type End =
  /** The token is not, or no longer, good. */
  | { readonly kind: 'auth'; readonly message: string }
  /** What came after this replay id is not kept any more. */
  | { readonly kind: 'replay'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string };

export interface ClientEvents {
  onSubscribed(): void;
  /** A call that waited was answered: the connection is a good one. */
  onAlive(): void;
  onMessage(data: unknown): void;
  /** Called once; the client tells nothing after it. */
  onEnd(end: End): void;
}

export interface StreamingClient {
  /** With a good-bye, the org need not wait for the client to be silent long enough. */
  end(goodbye: boolean): Promise<void>;
}

const GOODBYE_MS = 1_000;
/** From the beginning until the org has taken the subscription. */
const PATIENCE_MS = 30_000;

/** What is used of faye beyond what it declares: it has no way of its own to end a client that is not connected. */
interface Faye {
  subscribe(channel: string, take: (data: unknown) => void): PromiseLike<unknown>;
  on(event: 'transport:down', listener: () => void): void;
  disconnect(): PromiseLike<unknown> | undefined;
  readonly _dispatcher: {
    close(): void;
    selectTransport(types: unknown): void;
    readonly _transport?: object;
    readonly _envelopes: Map<string, { timer?: NodeJS.Timeout | null; request?: PromiseLike<{ abort?(): void } | undefined> | null }>;
  };
}

interface Meta {
  readonly channel?: unknown;
  readonly successful?: unknown;
  readonly error?: unknown;
  readonly errorCode?: unknown;
  readonly message?: unknown;
  readonly ext?: { readonly sfdc?: { readonly failureReason?: unknown } };
  readonly advice?: { readonly reconnect?: unknown };
}

/** `replayId`: -1 for what is new, -2 for all that is kept, or that of the last event that was taken. */
export async function openClient(
  connection: Connection,
  channel: string,
  replayId: number,
  events: ClientEvents,
): Promise<StreamingClient> {
  const { StreamingExtension } = await import('jsforce/lib/api/streaming.js');
  let ended = false;
  let connects = 0;
  const end = (why: End) => {
    if (ended) return;
    ended = true;
    clearTimeout(patience);
    takeApart(faye);
    events.onEnd(why);
  };
  const failedSignIn = (reply: Meta) => {
    const reason = reply.ext?.sfdc?.failureReason;
    // An org that shuts down, or has too many clients, gives the same advice.
    end({ kind: isAuth(reason) || isAuth(reply.error) ? 'auth' : 'refused', message: textOf(reason ?? reply.error) });
  };
  const watch = {
    incoming(reply: Meta, pass: (reply: Meta) => void) {
      if (ended) {
        if (reply.channel === '/meta/disconnect') pass(reply);
        return;
      }
      const why = judge(reply);
      if (why) return end(why);
      if (reply.channel === '/meta/subscribe') {
        clearTimeout(patience);
        events.onSubscribed();
      }
      if (reply.channel === '/meta/connect' && (connects += 1) > 1) events.onAlive();
      pass(reply);
    },
    outgoing(message: Meta, pass: (message: Meta) => void) {
      if (!ended || message.channel === '/meta/disconnect') pass(message);
    },
  };
  const extensions = [new StreamingExtension.AuthFailure(failedSignIn), new StreamingExtension.Replay(channel, replayId), watch];
  const faye = connection.streaming.createClient(extensions) as unknown as Faye;
  if (LOOPBACK.test(new URL(connection.instanceUrl).hostname)) askNoProxy(faye);
  faye.on('transport:down', () => end({ kind: 'lost', message: 'the connection was cut, or nothing answers' }));
  faye.subscribe(channel, (data) => {
    if (!ended) events.onMessage(data);
  });
  const patience = setTimeout(() => end({ kind: 'lost', message: `the org did not answer within ${PATIENCE_MS / 1000} s` }), PATIENCE_MS);
  return {
    async end(goodbye) {
      const open = !ended;
      ended = true;
      clearTimeout(patience);
      if (open && goodbye) {
        const left = Promise.resolve(faye.disconnect()).catch(() => undefined);
        await Promise.race([left, pause(GOODBYE_MS, undefined, { ref: false })]);
      }
      takeApart(faye);
    },
  };
}

/** Faye knows HTTP_PROXY and not NO_PROXY. This machine itself is never asked of a proxy. */
function askNoProxy({ _dispatcher: dispatcher }: Faye): void {
  const select = dispatcher.selectTransport.bind(dispatcher);
  dispatcher.selectTransport = (types) => {
    select(types);
    const { _transport: transport } = dispatcher;
    if (transport) Object.assign(transport, { _proxyUri: undefined });
  };
}

/** What ends a client; nothing for what is as it should be. */
function judge(reply: unknown): End | undefined {
  if (typeof reply !== 'object' || reply === null || typeof (reply as Meta).channel !== 'string') {
    // Not CometD but the org's REST refuses: its day is used up, it is down for maintenance.
    const { errorCode, message } = (reply ?? {}) as Meta;
    const text = `${textOf(errorCode)}: ${textOf(message)}`;
    return { kind: errorCode === 'INVALID_SESSION_ID' ? 'auth' : 'lost', message: `the org answered with no message of CometD (${text})` };
  }
  const { channel, successful, error, advice } = reply as Meta;
  if (channel === '/meta/subscribe' && successful === false) {
    if (isAuth(error)) return { kind: 'auth', message: textOf(error) };
    return { kind: /^400:.*replayId/i.test(textOf(error)) ? 'replay' : 'refused', message: textOf(error) };
  }
  // Faye would begin anew by itself, and would not tell that it could not go on where it was.
  if (advice?.reconnect === 'handshake' || (successful === false && channel !== '/meta/disconnect'))
    return { kind: 'lost', message: `the org has ended the session (${textOf(error)})` };
  return undefined;
}

function isAuth(error: unknown): boolean {
  return typeof error === 'string' && error.startsWith('401:');
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : 'no reason given';
}

/** Nothing of it keeps the process: calls that wait are cut, timers end. */
function takeApart({ _dispatcher: dispatcher }: Faye): void {
  const { _envelopes: envelopes } = dispatcher;
  for (const { timer, request } of envelopes.values()) {
    clearTimeout(timer ?? undefined);
    void request?.then((call) => call?.abort?.());
  }
  envelopes.clear();
  dispatcher.close();
}
