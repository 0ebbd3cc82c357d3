// The org as its parts see it: where rows lie, what objects there are, what time it is, which ids come next.
import { randomBytes } from 'node:crypto';
import { type Clock, openClock } from './clock.ts';
import { type Pulse, createPulse } from './changes/pulse.ts';
import { base62, makeId } from './ids.ts';
import { type Schema, createSchema } from './schema/schema.ts';
import { type Store, openStore } from './storage/store.ts';
import { createTables } from './storage/tables.ts';

export interface Org {
  readonly store: Store;
  readonly schema: Schema;
  readonly clock: Clock;
  readonly organizationId: string;
  /** Tokens and the client secret are made from it. Never leaves the process. */
  readonly key: string;
  nextId(prefix: string): string;
  readonly settings: Settings;
  /** What nobody foresaw, for whoever runs the org; clients are told no more than that it happened. */
  bug(cause: unknown): void;
  /** Beats when records have changed, and when the clock was moved. */
  readonly pulse: Pulse;
  /** Whose call it is that changes records, as change events name it; empty for what the org does by itself. */
  origin: string;
  /** Grows when a user, a role, a permission or a membership changes: what was derived from them is stale. */
  accessRevision: number;
}

export interface Settings {
  /** How long activation, archiving and deletion of a territory model take, and how activation ends. */
  activation: { readonly delayMs: number; readonly outcome: 'Active' | 'ActivationFailed' };
  dailyApiRequests: number;
}

const ACTIVATION_MS = 300;
const DAILY_API_REQUESTS = 100_000;

export interface OpenOptions {
  readonly log: (line: string) => void;
  readonly wall?: (() => number) | undefined;
}

export function openOrg(file: string, { log, wall }: OpenOptions): Org {
  const store = openStore(file);
  const schema = createSchema();
  store.atomically(() => {
    store.exec('CREATE TABLE IF NOT EXISTS "_counter" (prefix TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID');
    createTables(store, schema);
  });
  const instance = remembered(store, 'instance', () => base62(randomBytes(4).readUInt32BE() % 62 ** 3, 3));
  const clock = openClock(
    { read: () => Number(store.note('clock') ?? 0), write: (offset) => store.setNote('clock', String(offset)) },
    wall,
  );
  return {
    store,
    schema,
    clock,
    organizationId: remembered(store, 'organization', () => makeId('00D', instance, randomBytes(4).readUInt32BE())),
    key: remembered(store, 'key', () => randomBytes(32).toString('base64url')),
    nextId: idSource(store, instance),
    settings: { activation: { delayMs: ACTIVATION_MS, outcome: 'Active' }, dailyApiRequests: DAILY_API_REQUESTS },
    bug: (cause) => log(`bug: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`),
    pulse: createPulse(),
    origin: '',
    accessRevision: 0,
  };
}

/** Once made, kept with the data. */
function remembered(store: Store, key: string, make: () => string): string {
  const known = store.note(key);
  if (known !== undefined) return known;
  const made = make();
  store.setNote(key, made);
  return made;
}

/** An id that was given out is not given again, even if its transaction was rolled back: clients have seen it. */
function idSource(store: Store, instance: string): (prefix: string) => string {
  const given = new Map<string, number>();
  return (prefix) => {
    const stored = Number(store.one('SELECT last FROM "_counter" WHERE prefix = ?', prefix)?.['last'] ?? 0);
    const next = Math.max(stored, given.get(prefix) ?? 0) + 1;
    given.set(prefix, next);
    store.run('INSERT INTO "_counter" VALUES (?, ?) ON CONFLICT (prefix) DO UPDATE SET last = excluded.last', prefix, next);
    return makeId(prefix, instance, next);
  };
}
