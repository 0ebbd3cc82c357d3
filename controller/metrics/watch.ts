// Loops are measured again and again while the process runs: for the page and Prometheus, and so that people hear once when the grades of
// a model drift, and once when that is over.
import { millisecondsOf } from '../../resources/duration.ts';
import type { Clock } from '../../ports/clock.ts';
import { lookAtExperiments } from '../experiments/watch.ts';
import type { NewMessage } from '../../ports/divergences.ts';
import type { GradesStanding, Scope, Store } from '../../ports/store.ts';
import type { Listener } from '../follow/events.ts';
import { addressed, type Channels } from '../follow/messages.ts';
import type { Identity } from '../follow/run.ts';
import type { ModelDrift } from './drift.ts';
import { type Measured, measure } from './loops.ts';
import { driftedWords, steadyWords } from './words.ts';

export interface WatchOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** As it was read last; nothing before that. */
  identity(): Identity | undefined;
  readonly channels: Channels;
  readonly listener: Listener;
  /** A bug. */
  onError(error: unknown): void;
}

export interface Watch {
  /** As it was counted last; nothing before that. */
  last(): Measured | undefined;
  stop(): Promise<void>;
}

/** What the page and Prometheus tell of. */
export const SPAN_MS = 30 * 86_400_000;
const FIRST_MS = 2_000;
/** However many decisions there are, counting them takes at most this share of a processor. */
const SHARE = 0.02;

export function startWatch(options: WatchOptions): Watch {
  const { clock } = options;
  const stopping = new AbortController();
  let last: Measured | undefined;
  const run = async () => {
    while (!stopping.signal.aborted) {
      const identity = options.identity();
      const started = performance.now();
      if (identity !== undefined) {
        try {
          last = (await look(options, identity)) ?? last;
        } catch (error) {
          options.onError(error);
        }
      }
      const every = identity === undefined ? FIRST_MS : millisecondsOf(identity.environment.drift.check);
      const rest = Math.max(last === undefined ? FIRST_MS : every, (performance.now() - started) / SHARE);
      if (!stopping.signal.aborted) await clock.sleep(rest, stopping.signal);
    }
  };
  const ended = run();
  return {
    last: () => last,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

/** Nothing where nothing was reconciled yet. */
async function look(options: WatchOptions, identity: Identity): Promise<Measured | undefined> {
  const { store, clock, listener } = options;
  const [scope] = await store.scopes(identity.project, identity.environment.name);
  if (scope === undefined) return undefined;
  const measured = await measure(store, scope, { now: clock.now(), span: SPAN_MS });
  listener({ type: 'measured', measured });
  await tellDrift(options, identity, scope, measured);
  await lookAtExperiments(options, identity, scope, clock.now());
  return measured;
}

async function tellDrift({ store, channels, listener }: WatchOptions, identity: Identity, scope: Scope, measured: Measured): Promise<void> {
  const { grades: before = {} } = await store.standing(scope.project, scope.environment);
  const judged = measured.drift.map((drift) => ({ drift, before: before[drift.model], ...judge(drift, before[drift.model], measured.at) }));
  const messages = judged.flatMap(({ drift, news, before: was }): readonly NewMessage[] => {
    if (news === undefined) return [];
    // The same whenever it is told: a process that dies before it is written down tells it once all the same.
    const key = `grades ${scope.project} ${scope.environment} ${drift.model} ${news} ${was?.told ?? was?.since ?? ''}`;
    const text = news === 'drifted' ? driftedWords(scope.environment, drift) : steadyWords(scope.environment, drift);
    return addressed(identity.spec, channels, { key, topic: 'drift', environment: scope.environment, text, at: measured.at });
  });
  if (messages.length > 0) await store.messages.add(messages);
  // Of a model that could never be judged nothing is said.
  const known = judged.filter(({ now, before: was }) => was !== undefined || now.verdict !== 'too-few');
  const grades = Object.fromEntries(known.map(({ drift, now }) => [drift.model, now]));
  if (known.length > 0 || Object.keys(before).length > 0)
    await store.updateStanding(scope, { grades: known.length === 0 ? undefined : grades });
  for (const { drift, before: was } of known)
    if (was?.verdict !== drift.verdict)
      listener({ type: 'grades', environment: scope.environment, drift, ...(was !== undefined && { before: was.verdict }) });
}

/** People are told where it is time to act, and where all is as it was; between the two nothing is news. */
function judge(
  { verdict, psi }: Pick<ModelDrift, 'verdict' | 'psi'>,
  before: GradesStanding | undefined,
  at: string,
): { readonly now: GradesStanding; readonly news?: 'drifted' | 'steady' } {
  const isNews = verdict === 'act' && before?.told === undefined;
  const isOver = verdict === 'stable' && before?.told !== undefined;
  const told = isNews ? at : isOver ? undefined : before?.told;
  const since = before?.verdict === verdict ? before.since : at;
  const now: GradesStanding = { verdict, ...(psi !== undefined && { psi }), since, at, ...(told !== undefined && { told }) };
  return { now, ...(isNews && { news: 'drifted' as const }), ...(isOver && { news: 'steady' as const }) };
}
