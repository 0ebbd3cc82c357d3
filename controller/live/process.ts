// The loops that act on an org: changes are noticed, worked off, and what follows is written, round after round.
import { millisecondsOf } from '../../resources/duration.ts';
import type { Checked } from '../../resources/core.ts';
import type { Environment } from '../../resources/project/schema.ts';
import type { Crm } from '../../ports/crm.ts';
import type { Store } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import type { Listener } from '../follow/events.ts';
import type { Ground } from '../loops/decide.ts';
import type { RunningHost } from '../loops/host.ts';
import { LOOPS } from '../loops/registry.ts';
import { problemOf } from '../problems.ts';
import { writeEffects } from './effects.ts';
import type { RecordChange } from '../../ports/changes.ts';
import { pollChanges, takeChanges } from './intake.ts';
import { workOff } from './work.ts';

export interface LiveOptions {
  readonly deps: Pick<Deps, 'clock' | 'nextId'>;
  readonly store: Store;
  readonly host: RunningHost;
  /** As it was read last; nothing before that. */
  environment(): Environment | undefined;
  connect(environment: Environment): Promise<Checked<Crm>>;
  readonly listener: Listener;
  /** A bug. */
  onError(error: unknown): void;
  /** The org does not tell of changes: they are polled meanwhile. */
  onTrouble(message: string): void;
}

export interface LiveLoops {
  /** Changes that somebody told: a webhook. False where no loop acts on the org, and nobody will look at them. */
  tell(changes: readonly RecordChange[]): Promise<boolean>;
  stop(): Promise<void>;
}

const IDLE_MS = 1_000;
/** Between the first apply and the first look, and what the clocks of two machines differ by. */
const FIRST_LOOK_BACK_MS = 120_000;
const DEFAULT_POLL = '15s';

export function startLive(options: LiveOptions): LiveLoops {
  const stopping = new AbortController();
  let pause = new AbortController();
  const firstSeen = new Map<string, number>();
  const { clock } = options.deps;
  const run = async () => {
    while (!stopping.signal.aborted) {
      pause = new AbortController();
      const rest = await round(options, firstSeen, stopping.signal).catch((error: unknown) => {
        options.onError(error);
        return IDLE_MS * 10;
      });
      if (!stopping.signal.aborted) await clock.sleep(rest, pause.signal);
    }
  };
  const ended = run();
  const nudge = () => pause.abort();
  const tell = async (changes: readonly RecordChange[]) => {
    const at = await actingOn(options);
    if (at === undefined) return false;
    const loops = new Map(watched(at.ground.compiled.row.content.resources, at.active).map(({ object, loop }) => [object, loop]));
    await takeChanges({ store: options.store, scope: at.ground.scope }, changes, (object) => loops.get(object));
    nudge();
    return true;
  };
  const listening = listenTo(options, tell, nudge, stopping.signal);
  return {
    tell,
    async stop() {
      stopping.abort();
      pause.abort();
      await Promise.all([ended, listening]);
    },
  };
}

interface Acting {
  readonly environment: Environment;
  readonly active: ReadonlySet<string>;
  readonly ground: Ground;
}

/** Nothing where no loop acts on the org, or nothing was reconciled yet. */
async function actingOn({ environment: read, host }: LiveOptions): Promise<Acting | undefined> {
  const environment = read();
  const active = new Set(environment?.loops ?? []);
  const ground = active.size === 0 ? undefined : await host.current();
  return environment === undefined || ground === undefined ? undefined : { environment, active, ground };
}

const FIRST_LISTEN_MS = 2_000;

/** Change data capture, where the environment says so: what it tells comes at once; a gap is looked at by a poll. */
async function listenTo(options: LiveOptions, tell: LiveLoops['tell'], nudge: () => void, stopping: AbortSignal): Promise<void> {
  const { clock } = options.deps;
  let at = await actingOn(options);
  while (at === undefined && !stopping.aborted) {
    await clock.sleep(FIRST_LISTEN_MS, stopping);
    at = await actingOn(options);
  }
  if (at === undefined || stopping.aborted || !at.environment.events.change_data_capture) return;
  const connected = await options.connect(at.environment);
  if (!connected.ok) return;
  const feed = await connected.value.changes.start({
    objects: watched(at.ground.compiled.row.content.resources, at.active).map(({ object }) => object),
    onChanges: async (changes) => void (await tell(changes)),
    onGap: nudge,
    onTrouble: ({ object, message }) => options.onTrouble(`changes of ${object}: ${message}`),
  });
  await new Promise<void>((stop) => {
    if (stopping.aborted) stop();
    stopping.addEventListener('abort', () => stop());
  });
  await feed.close();
}

/** Looks, works off all that is due, writes all that is wanted. Gives how long there is nothing to do. */
async function round(options: LiveOptions, firstSeen: Map<string, number>, stopping: AbortSignal): Promise<number> {
  const { store, host, deps, listener } = options;
  const acting = await actingOn(options);
  if (acting === undefined) return IDLE_MS;
  const { environment, active, ground } = acting;
  // What happens meanwhile waits: the poll goes on from where it was.
  if ((await store.standing(ground.scope.project, ground.scope.environment)).suspended !== undefined) return IDLE_MS * 5;
  const connected = await options.connect(environment);
  if (!connected.ok) return IDLE_MS * 5;
  const crm = connected.value;
  const every = millisecondsOf(environment.events.poll ?? DEFAULT_POLL);
  if (overBudget(crm, environment)) return Math.max(every, 60_000);
  const { scope } = ground;
  // Leads that came right after the organisation stood are news; what came long before the loops were switched on is not.
  const begin = new Date(Math.max(Date.parse(ground.compiled.row.at), deps.clock.now().getTime() - FIRST_LOOK_BACK_MS));
  try {
    for (const { object, loop } of watched(ground.compiled.row.content.resources, active)) {
      await pollChanges({ store, scope, records: crm.records, now: () => deps.clock.now(), begin, firstSeen }, object, loop);
    }
  } catch (error) {
    if (problemOf(error) === undefined) throw error;
    return every;
  }
  const working = { store, records: crm.records, deciding: host.deciding, listener, active };
  const writing = { store, crm, clock: deps.clock, listener };
  while (!stopping.aborted) {
    // A snapshot that was switched meanwhile decides from the next group on.
    const now = await host.current();
    const worked = now === undefined ? 0 : await workOff(now, working);
    const wrote = stopping.aborted ? 0 : await writeEffects(scope, writing);
    if (worked + wrote === 0) break;
  }
  return every;
}

/** Objects that loops act on, with the first loop of the chain: what it makes of a change goes on to the next one. */
function watched(
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

/** The day's calls that are left to others are left to them. */
function overBudget(crm: Crm, { api }: Environment): boolean {
  const { used, limit } = crm.calls();
  return used !== undefined && limit !== undefined && used > limit - Math.ceil((limit * api.reserve_pct) / 100);
}
