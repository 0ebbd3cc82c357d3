// Level-triggered work: a key is either wanted or not, however often somebody rings. One run a key at a time; what rings meanwhile is next.
import type { Clock } from '../../ports/clock.ts';

export type Next =
  /** Done for now; to be looked at again after so many milliseconds, if nobody rings before. */
  | { readonly kind: 'rest'; readonly afterMs: number }
  /** It did not work: to be tried again, later each time. */
  | { readonly kind: 'again' };

export interface WorkQueue {
  /** Wants a run of the key. */
  ring(key: string): void;
  /** Resolves when every run has ended; nothing is begun any more. */
  stop(): Promise<void>;
}

export interface WorkOptions {
  readonly clock: Clock;
  work(key: string): Promise<Next>;
  /** A bug: it is told, and the key waits as after a failure. */
  onError(key: string, error: unknown): void;
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 5 * 60_000;

export function workQueue(options: WorkOptions): WorkQueue {
  const lines = new Map<string, Line>();
  const stopping = new AbortController();
  return {
    ring(key) {
      if (stopping.signal.aborted) return;
      let line = lines.get(key);
      if (line === undefined) {
        line = { wanted: false, pause: new AbortController(), ended: Promise.resolve() };
        lines.set(key, line);
        line.wanted = true;
        line.ended = serve(key, line, options, stopping.signal);
        return;
      }
      line.wanted = true;
      line.pause.abort();
    },
    async stop() {
      stopping.abort();
      for (const line of lines.values()) line.pause.abort();
      await Promise.all([...lines.values()].map(({ ended }) => ended));
    },
  };
}

interface Line {
  wanted: boolean;
  /** Aborted by whoever rings, so that the pause ends. */
  pause: AbortController;
  ended: Promise<void>;
}

async function serve(key: string, line: Line, { clock, work, onError }: WorkOptions, stopping: AbortSignal): Promise<void> {
  let failures = 0;
  while (!stopping.aborted) {
    line.wanted = false;
    line.pause = new AbortController();
    const next = await attempt(key, work, onError);
    failures = next.kind === 'again' ? failures + 1 : 0;
    const rest = next.kind === 'rest' ? next.afterMs : backoff(failures, clock.random());
    if (!line.wanted && !stopping.aborted) await clock.sleep(rest, line.pause.signal);
  }
}

async function attempt(key: string, work: WorkOptions['work'], onError: WorkOptions['onError']): Promise<Next> {
  try {
    return await work(key);
  } catch (error) {
    onError(key, error);
    return { kind: 'again' };
  }
}

/** Twice as long each time, with jitter, so that many controllers do not come at once. */
function backoff(failures: number, random: number): number {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1)) * (0.5 + random);
}
