// The loops that act on an org: changes are noticed, worked off, and what follows is written, round after round.
import type { Checked } from '../../resources/core.ts';
import type { Environment } from '../../resources/project/schema.ts';
import type { RecordChange } from '../../ports/changes.ts';
import type { Crm } from '../../ports/crm.ts';
import type { EffectRow } from '../../ports/live.ts';
import type { Store } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import type { Listener } from '../follow/events.ts';
import { batchWriter } from '../jobs/writer.ts';
import { type Desks, lookupWorker } from '../lookups/worker.ts';
import type { RunningHost } from '../loops/host.ts';
import { actingOn, watched } from './acting.ts';
import { takeChanges } from './intake.ts';
import type { Look } from './look.ts';
import { startRounds } from './round.ts';

export interface LiveOptions {
  readonly deps: Pick<Deps, 'clock' | 'nextId'>;
  readonly store: Store;
  readonly host: RunningHost;
  /** As it was read last; nothing before that. */
  environment(): Environment | undefined;
  connect(environment: Environment): Promise<Checked<Crm>>;
  readonly listener: Listener;
  /** What is looked at beside changed records. */
  readonly looks?: readonly Look[];
  /** Who answers lookups; nothing where nobody does. */
  desks?(): Desks | undefined;
  /** Puts what decisions tell people on its way; absent: nobody is told. */
  tell?(notices: readonly EffectRow[]): Promise<void>;
  /** A bug. */
  onError(error: unknown): void;
  /** The org does not tell of changes: they are polled meanwhile. */
  onTrouble(message: string): void;
}

export interface LiveLoops {
  /** Changes that somebody told: a webhook. False where no loop acts on the org, and nobody will look at them. */
  tell(changes: readonly RecordChange[]): Promise<boolean>;
  /** Something was put into the store that the loops are to look at: an answer of a person, an event. */
  nudge(): void;
  stop(): Promise<void>;
}

const AFTER_FAULT_MS = 10_000;

export function startLive(options: LiveOptions): LiveLoops {
  const stopping = new AbortController();
  let pause = new AbortController();
  const { clock } = options.deps;
  const nudge = () => pause.abort();
  const lookups = lookupWorker({
    store: options.store,
    clock,
    desks: () => options.desks?.(),
    onEnd: nudge,
    onError: options.onError,
  });
  const batches = batchWriter({ onEnd: nudge, onError: options.onError, stopping: stopping.signal });
  const rounds = startRounds(options, lookups, batches, stopping.signal);
  const run = async () => {
    while (!stopping.signal.aborted) {
      pause = new AbortController();
      const rest = await rounds.next().catch((error: unknown) => {
        options.onError(error);
        return AFTER_FAULT_MS;
      });
      if (!stopping.signal.aborted) await clock.sleep(rest, pause.signal);
    }
    await Promise.all([lookups.stop(), batches.settled()]);
  };
  const ended = run();
  const tell = async (changes: readonly RecordChange[]) => {
    const at = await actingOn(options);
    if (at === undefined) return false;
    await takeChanges({ store: options.store, scope: at.ground.scope }, changes, watched(at.ground, at.active));
    nudge();
    return true;
  };
  const look = () => {
    rounds.lookNow();
    nudge();
  };
  const listening = listenTo(options, tell, look, stopping.signal);
  return {
    tell,
    nudge,
    async stop() {
      stopping.abort();
      pause.abort();
      await Promise.all([ended, listening]);
    },
  };
}

const FIRST_LISTEN_MS = 2_000;

/** Change data capture, where the environment says so: what it tells comes at once; a gap is looked at by a poll. */
async function listenTo(options: LiveOptions, tell: LiveLoops['tell'], look: () => void, stopping: AbortSignal): Promise<void> {
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
    objects: [...watched(at.ground, at.active).keys()],
    onChanges: async (changes) => void (await tell(changes)),
    onGap: look,
    onTrouble: ({ object, message }) => options.onTrouble(`changes of ${object}: ${message}`),
  });
  await new Promise<void>((stop) => {
    if (stopping.aborted) stop();
    stopping.addEventListener('abort', () => stop());
  });
  await feed.close();
}
