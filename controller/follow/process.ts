// The long-running process: one controller on a data folder, woken by commits, timers, days and people.
import type { Checked, Problem } from '../../resources/core.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import { changeDays } from '../../resources/active.ts';
import type { Organisation } from '../../resources/resource.ts';
import { dayIn } from '../../ports/clock.ts';
import type { Notifier } from '../../ports/notify.ts';
import type { Site, Reconciled } from '../reconcile.ts';
import type { Listener } from './events.ts';
import { channelsOf, dispatch } from './messages.ts';
import { type Followed, lastIdentity, runOnce } from './run.ts';
import { workQueue } from './work-queue.ts';

export interface ControllerOptions {
  readonly site: Omit<Site, 'stopping'>;
  readonly notifiers: readonly Notifier[];
  readonly listener: Listener;
  /** A bug in a run: it is told, and tried again. */
  onError(error: unknown, run: string | undefined): void;
  /** The first run waits for a `sync`. */
  readonly patient?: boolean;
  /** After each run. */
  onRun?(): void;
}

export interface RunningController {
  readonly followed: Followed;
  /** Wants a run now. */
  sync(): void;
  /** Ends at the next boundary of the journal. */
  stop(): Promise<void>;
}

/** Several environments of one process would each have a key; a process follows one. */
const KEY = 'environment';
/** Asked for this often where no configuration says how often. */
const POLL_WITHOUT_CONFIGURATION = 5_000;

export async function startController(options: ControllerOptions): Promise<Checked<RunningController>> {
  const { site, notifiers } = options;
  const { clock, identity } = site.deps;
  const lease = await site.store.controllerLease(identity);
  if ('heldBy' in lease) return { ok: false, problems: [alreadyRunning(lease.heldBy)] };
  await site.store.messages.recover(clock.now().toISOString());
  const stopping = new AbortController();
  const followed = follow(options, () => stopping.signal.aborted);
  followed.identity = await lastIdentity(site.store, site.environment);
  let organisation: Organisation | undefined;
  const queue = workQueue({
    clock,
    async work() {
      const { result, next } = await runOnce(followed);
      organisation = organisationOf(result) ?? organisation;
      options.onRun?.();
      await dispatch(site.store, notifiers, clock, followed.listener);
      return next;
    },
    onError: (_key, error) => options.onError(error, followed.run),
  });
  const sync = () => queue.ring(KEY);
  const watching = await site.upstream.watch?.(sync);
  if (options.patient !== true) sync();
  const polling = poll(followed, () => organisation, sync, stopping.signal);
  let ended: Promise<void> | undefined;
  const end = async () => {
    stopping.abort();
    await watching?.close();
    await Promise.all([queue.stop(), polling]);
    await lease.release();
  };
  return {
    ok: true,
    value: {
      followed,
      sync,
      stop() {
        ended ??= end();
        return ended;
      },
    },
  };
}

/** One run, for a pipeline or a timer of one's own. */
export async function reconcileOnce(options: Omit<ControllerOptions, 'onError'>): Promise<Checked<Reconciled>> {
  const { site, notifiers } = options;
  const lease = await site.store.controllerLease(site.deps.identity);
  if ('heldBy' in lease) return { ok: false, problems: [alreadyRunning(lease.heldBy)] };
  try {
    const followed = follow(options, () => false);
    const { result } = await runOnce(followed);
    await dispatch(site.store, notifiers, site.deps.clock, followed.listener);
    return { ok: true, value: result };
  } finally {
    await lease.release();
  }
}

function follow(
  { site, listener, notifiers }: Pick<ControllerOptions, 'site' | 'listener' | 'notifiers'>,
  stopping: () => boolean,
): Followed {
  const told: Listener = (event) => listener(followed.run === undefined ? event : { ...event, run: followed.run });
  const followed: Followed = {
    site: { ...site, stopping },
    listener: told,
    channels: channelsOf(notifiers),
    identity: undefined,
    seen: undefined,
    problems: [],
  };
  return followed;
}

/** Looks whether there is a newer commit, and whether a day has come on which a seat starts or ends. */
async function poll(
  followed: Followed,
  organisation: () => Organisation | undefined,
  ring: () => void,
  stopping: AbortSignal,
): Promise<void> {
  const { deps, upstream } = followed.site;
  for (;;) {
    const every = followed.identity === undefined ? POLL_WITHOUT_CONFIGURATION : millisecondsOf(followed.identity.spec.source.poll);
    await deps.clock.sleep(every * (0.9 + 0.2 * deps.clock.random()), stopping);
    if (stopping.aborted) return;
    if (dayCame(followed, organisation(), deps.clock.now())) ring();
    const head = await upstream.head();
    if (stopping.aborted) return;
    const moved = head.ok && head.value.commit !== followed.seen?.commit;
    const changed = head.ok ? moved || followed.seen?.reached === false : followed.seen?.reached !== false;
    if (changed) ring();
  }
}

function dayCame({ seen, identity }: Followed, organisation: Organisation | undefined, now: Date): boolean {
  if (seen === undefined || organisation === undefined) return false;
  const today = dayIn(identity?.spec.timezone ?? 'UTC', now);
  return changeDays(organisation).some((day) => day > seen.day && day <= today);
}

function organisationOf(result: Reconciled): Organisation | undefined {
  return result.kind === 'ended' ? result.scene.loaded.organisation : undefined;
}

function alreadyRunning(holder: string): Problem {
  return {
    severity: 'error',
    code: 'controller-running',
    message: `A controller already runs on this data folder: ${holder}.`,
    hint: 'Stop it first, or give this one a data folder of its own with LOOPCTL_DATA.',
  };
}
