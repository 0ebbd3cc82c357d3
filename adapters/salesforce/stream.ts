// Change data capture by the streaming API. Each object has a line of its own that goes on after whatever ends it: with a new token where the
// old one is refused, after a pause that grows, from the last event that was taken. What can not be gone on from is told as a gap.
import type { Connection } from 'jsforce';
import type { Clock } from '../../ports/clock.ts';
import { CrmUnavailable } from '../../ports/crm.ts';
import type { ChangeFeed, FeedTrouble, Gap, RecordChange } from '../../ports/changes.ts';
import { type ChangeEvent, readChangeEvent } from './change-event.ts';
import type { Credentials } from './credentials.ts';
import { signIn } from './session.ts';
import { type End, openClient } from './streaming-client.ts';

export interface StreamOptions {
  readonly objects: readonly string[];
  /** The last replay id that was taken, by object; without it the stream begins with what is new. */
  readonly replayFrom?: Readonly<Record<string, number>>;
  /** Events of an object come one after the other; one that is rejected comes again. */
  onEvent(event: ChangeEvent): Promise<void> | void;
  /** Called when the stream runs again. */
  onGap(gap: Gap): void;
  onTrouble(trouble: FeedTrouble): void;
  readonly clock: Pick<Clock, 'sleep' | 'random'>;
}

export interface Stream {
  close(): Promise<void>;
}

const NEW_ONLY = -1;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** Fulfilled when each object has been tried once. */
async function changeStream(credentials: Credentials, options: StreamOptions): Promise<Stream> {
  const ended = new AbortController();
  const tokens = tokensOf(credentials);
  const lines = options.objects.map((object) => {
    const tried = Promise.withResolvers<void>();
    const start = { last: options.replayFrom?.[object], owes: undefined, failures: 0 };
    const done = follow({ object, options, tokens, ended: ended.signal, tried: tried.resolve, ...start });
    return { tried: Promise.race([tried.promise, done]), done };
  });
  await Promise.all(lines.map(({ tried }) => tried));
  return {
    async close() {
      ended.abort();
      await Promise.all(lines.map(({ done }) => done));
    },
  };
}

/** Change data capture as the port has it: a cursor is a replay id. */
export function streamFeed(credentials: Credentials, clock: StreamOptions['clock']): ChangeFeed {
  return {
    start({ objects, from = {}, onChanges, onGap, onTrouble }) {
      const cursors = Object.entries(from).map(([object, cursor]) => [object, Number(cursor)] as const);
      const replayFrom = Object.fromEntries(cursors.filter(([, replayId]) => Number.isSafeInteger(replayId)));
      return changeStream(credentials, { objects, replayFrom, onGap, onTrouble, clock, onEvent: (event) => onChanges(changesOf(event)) });
    },
  };
}

const KINDS = { CREATE: 'created', UNDELETE: 'created', UPDATE: 'updated', DELETE: 'deleted' } as const;

function changesOf({ object, ids, changeType, changedFields, replayId, at, by }: ChangeEvent): RecordChange[] {
  return ids.map((id) => ({
    object,
    id,
    kind: KINDS[changeType],
    at,
    source: 'stream',
    cursor: String(replayId),
    ...(changedFields.length > 0 && { fields: changedFields }),
    ...(by !== '' && { by }),
  }));
}

// ---- one object ----

interface Line {
  readonly object: string;
  readonly options: StreamOptions;
  readonly tokens: Tokens;
  readonly ended: AbortSignal;
  readonly tried: () => void;
  /** The last replay id that was taken. */
  last: number | undefined;
  /** A gap that is told as soon as the line listens again. */
  owes: string | undefined;
  /** In a row. */
  failures: number;
}

async function follow(line: Line): Promise<void> {
  const { options, ended } = line;
  while (!ended.aborted) {
    const end = await listen(line);
    if (end?.kind !== 'replay') line.tried();
    if (end === undefined || ended.aborted) break;
    if (end.kind === 'replay') {
      line.last = undefined;
      line.owes = end.message;
    } else {
      // Without an event to go on from, what happens until it listens again is lost.
      if (line.last === undefined) line.owes ??= 'the stream was interrupted before its first event';
      options.onTrouble({ object: line.object, kind: end.kind, message: end.message });
    }
    const pause = pauseAfter(line, line.failures);
    line.failures += 1;
    await options.clock.sleep(pause, ended);
  }
  line.tried();
}

/** Listens until something ends it; nothing where the stream was closed. */
async function listen(line: Line): Promise<End | undefined> {
  const connection = await line.tokens.connection();
  if ('kind' in connection) return connection;
  const over = Promise.withResolvers<End | undefined>();
  let taking = Promise.resolve();
  const close = () => over.resolve(undefined);
  line.ended.addEventListener('abort', close, { once: true });
  if (line.ended.aborted) close();
  const client = await openClient(connection, `/data/${eventOf(line.object)}`, line.last ?? NEW_ONLY, {
    onSubscribed: () => subscribed(line),
    onAlive: () => {
      line.failures = 0;
    },
    onMessage: (data) => {
      taking = take(line, taking, data);
    },
    onEnd: over.resolve,
  });
  const end = await over.promise;
  line.ended.removeEventListener('abort', close);
  await client.end(end === undefined);
  // What has come is taken before the next client asks for what follows it.
  await taking;
  if (end?.kind === 'auth') line.tokens.refuse(connection);
  return end;
}

function subscribed(line: Line): void {
  const { owes, object, options } = line;
  line.owes = undefined;
  if (owes !== undefined) options.onGap({ object, reason: owes });
  line.tried();
}

/** One event after the other; one that is rejected is offered again until it is taken. */
async function take(line: Line, before: Promise<void>, data: unknown): Promise<void> {
  await before;
  const { object, options, ended } = line;
  const event = readChangeEvent(data);
  if (ended.aborted) return;
  if ('hole' in event) options.onGap({ object, reason: event.hole });
  else
    for (let attempt = 0; ; attempt += 1) {
      try {
        await options.onEvent(event);
        break;
      } catch (cause) {
        options.onTrouble({ object, kind: 'taker', message: cause instanceof Error ? cause.message : String(cause) });
      }
      await options.clock.sleep(pauseAfter(line, attempt), ended);
      if (ended.aborted) return;
    }
  line.last = event.replayId ?? line.last;
  line.failures = 0;
}

function pauseAfter({ options }: Line, failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + options.clock.random() / 2);
}

/** `Lead` → `LeadChangeEvent`, `Visit__c` → `Visit__ChangeEvent`. */
function eventOf(object: string): string {
  return object.endsWith('__c') ? `${object.slice(0, -1)}ChangeEvent` : `${object}ChangeEvent`;
}

// ---- the token, shared by all lines ----

interface Tokens {
  /** A connection with a token, or why there is none. */
  connection(): Promise<Connection | End>;
  /** The next one to ask signs in anew. */
  refuse(used: Connection): void;
}

function tokensOf(credentials: Credentials): Tokens {
  let known: { readonly answer: Promise<Connection>; connection?: Connection } | undefined;
  return {
    async connection() {
      // The extension of the client by streaming is there for connections that are made after it.
      await import('jsforce/lib/api/streaming.js');
      const asked = (known ??= { answer: signIn(credentials) });
      try {
        return (asked.connection = await asked.answer);
      } catch (cause) {
        if (known === asked) known = undefined;
        if (!(cause instanceof CrmUnavailable)) throw cause;
        return { kind: cause.code === 'sign-in-refused' || cause.code === 'bad-key' ? 'auth' : 'lost', message: cause.message };
      }
    },
    refuse(used) {
      if (known?.connection === used) known = undefined;
    },
  };
}
