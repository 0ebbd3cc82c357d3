// All records of a loop gone through again because a person wants it: by the controller where one runs, else by this process, which does then
// what a controller does until the job has ended.
import type { Problem } from '../../resources/core.ts';
import type { Environment } from '../../resources/project/schema.ts';
import type { JobCounts, JobQuery, JobRow } from '../../ports/jobs.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { LiveOptions } from '../live/process.ts';
import { overBudget, startRounds } from '../live/round.ts';
import { lookupWorker } from '../lookups/worker.ts';
import { objectsOf } from './reruns.ts';
import { batchWriter } from './writer.ts';

export interface RunAll {
  readonly loop: string;
  /** Absent: every object that the loop looks after. */
  readonly object?: string;
  readonly query: JobQuery;
  /** Who wants it: the identity of the system. */
  readonly by: string;
  readonly environment: Environment;
  /** Told once, where a controller does it. */
  onController?(holder: string): void;
  onProgress?(counts: JobCounts): void;
  /** Aborted: the jobs are left where they are, and gone on with by whoever comes next. */
  readonly stopping: AbortSignal;
}

export type RanAll =
  | { readonly kind: 'ended'; readonly jobs: readonly JobRow[] }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

const LOOK_MS = 500;
/** So long may nothing move while the org has nothing of ours to work off: it is away. */
const STALLED_MS = 120_000;

export async function runAll(options: Omit<LiveOptions, 'environment'>, request: RunAll): Promise<RanAll> {
  const { store, deps, host } = options;
  const { environment, loop, query, by } = request;
  const ground = await host.current();
  if (ground === undefined)
    return refused('no-snapshot', 'Nothing was reconciled here yet: there is nothing to decide by.', 'loopctl apply');
  if (!environment.loops.includes(loop)) {
    const message = `${loop} does not act on the org of ${environment.name}: what it decides is written nowhere.`;
    return refused(
      'loop-does-not-act',
      message,
      `Add it to \`loops\` of the environment in loopctl.yaml; it acts: ${listed(environment.loops)}.`,
    );
  }
  const { scope, compiled } = ground;
  const all = objectsOf(loop, compiled.row.content);
  const objects = request.object === undefined ? all : all.filter((one) => one === request.object);
  if (objects.length === 0) {
    const what = request.object === undefined ? 'no object' : `no ${request.object}`;
    return refused('nothing-to-run', `${loop} looks after ${what} here.`, `It looks after: ${listed(all)}.`);
  }
  const { suspended } = await store.standing(scope.project, scope.environment);
  if (suspended !== undefined)
    return refused('suspended', `${scope.environment} is suspended by ${suspended.by} ("${suspended.reason}").`, 'loopctl resume');
  const lease = await store.controllerLease(by);
  const started: string[] = [];
  for (const object of objects) {
    const at = deps.clock.now().toISOString();
    const job = await store.jobs.start(scope, { id: deps.nextId(), loop, object, query, snapshot: compiled.row.id, by, at });
    started.push(job.id);
  }
  if ('heldBy' in lease) {
    request.onController?.(lease.heldBy);
    return await followed(options, request, scope, started);
  }
  try {
    return await carriedOut(options, request, scope, started);
  } finally {
    await lease.release();
  }
}

async function followed(
  { store, deps }: Omit<LiveOptions, 'environment'>,
  { stopping, onProgress }: RunAll,
  scope: Scope,
  ids: readonly string[],
): Promise<RanAll> {
  for (;;) {
    const jobs = await found(store, scope, ids);
    for (const job of jobs) if (isOpen(job)) onProgress?.(job.counts);
    if (stopping.aborted || !jobs.some(isOpen)) return { kind: 'ended', jobs };
    await deps.clock.sleep(LOOK_MS, stopping);
  }
}

async function carriedOut(
  options: Omit<LiveOptions, 'environment'>,
  request: RunAll,
  scope: Scope,
  ids: readonly string[],
): Promise<RanAll> {
  const { store, deps } = options;
  const { environment, stopping, onProgress } = request;
  const { clock } = deps;
  const told: Store['jobs'] = {
    ...store.jobs,
    async advance(where, id, page) {
      const isMoved = await store.jobs.advance(where, id, page);
      if (isMoved && ids.includes(id)) onProgress?.(page.counts);
      return isMoved;
    },
  };
  const live: LiveOptions = { ...options, store: { ...store, jobs: told }, environment: () => environment };
  const nothing = () => undefined;
  const lookups = lookupWorker({ store, clock, desks: () => options.desks?.(), onEnd: nothing, onError: options.onError });
  const batches = batchWriter({ onEnd: nothing, onError: options.onError, stopping });
  const rounds = startRounds(live, lookups, batches, stopping);
  let moved = { to: '', at: clock.now().getTime() };
  for (;;) {
    const rest = await rounds.next();
    const jobs = await found(store, scope, ids);
    const to = JSON.stringify([jobs.map(({ counts }) => counts), await store.outbox.waiting(scope), await store.inbox.waiting(scope)]);
    if (to !== moved.to || batches.busy.size > 0) moved = { to, at: clock.now().getTime() };
    if (clock.now().getTime() - moved.at > STALLED_MS) {
      const message = `Nothing has moved for ${STALLED_MS / 1000} seconds: the org does not answer. The job stays where it is.`;
      return refused('org-unavailable', message, 'Run it again when the org answers, or start a controller.');
    }
    const isDue = (await store.outbox.take(scope, clock.now().toISOString(), 1, { batch: true })).length > 0;
    if (stopping.aborted || (!jobs.some(isOpen) && !isDue && batches.busy.size === 0)) {
      await Promise.all([lookups.stop(), batches.settled()]);
      return { kind: 'ended', jobs };
    }
    const connected = await options.connect(environment);
    if (connected.ok && overBudget(connected.value, environment)) {
      const message = 'The calls of the day that are not kept for others are used up. The job stays where it is.';
      return refused('api-budget', message, 'Run it again when there are calls again, or start a controller.');
    }
    await clock.sleep(Math.min(rest, LOOK_MS), stopping);
  }
}

async function found(store: LiveOptions['store'], scope: Scope, ids: readonly string[]): Promise<readonly JobRow[]> {
  const jobs = await Promise.all(ids.map((id) => store.jobs.find(scope, id)));
  return jobs.flatMap((job) => job ?? []);
}

function isOpen({ status }: JobRow): boolean {
  return status === 'waiting' || status === 'running';
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

function refused(code: string, message: string, hint: string): RanAll {
  return { kind: 'refused', problems: [{ severity: 'error', code, message, hint }] };
}
