// Lookups are answered beside the loops: many at a time, each tried again until it is answered or given up. What is under way when the
// process dies is asked again: a provider's answer is kept, so nothing is lost but the call.
import type { Lookup } from '../../loops/requests.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LookupEnd, LookupRow } from '../../ports/lookups.ts';
import type { Scope, Store } from '../../ports/store.ts';
import { pauseAfter } from '../live/work.ts';
import type { Asked, Desk } from './desk.ts';

export interface Desks {
  readonly enrich: Desk<'enrich'>;
  readonly agent: Desk<'agent'>;
}

export interface LookupWork {
  readonly store: Pick<Store, 'lookups'>;
  readonly clock: Clock;
  desks(): Desks | undefined;
  /** Something was answered: a run may go on. */
  onEnd(): void;
  /** A bug. */
  onError(error: unknown): void;
}

export interface LookupWorker {
  /** Begins what is due. Gives how many were begun. */
  work(scope: Scope): Promise<number>;
  /** Begins nothing more, and waits a little for what is under way: what is not answered by then is asked again by the next process. */
  stop(): Promise<void>;
}

const MOST_UNDER_WAY = 64;
/** At the end of the process. */
const PATIENCE_MS = 3_000;
/** Then it is given up: with pauses that double up to an hour, after about a day. */
const ATTEMPTS = 30;

export function lookupWorker({ store, clock, desks, onEnd, onError }: LookupWork): LookupWorker {
  const underWay = new Map<string, Promise<void>>();
  let stopped = false;

  async function answer(scope: Scope, row: LookupRow, desk: Desks): Promise<void> {
    const asked = await put(row.request as Lookup, desk);
    if (stopped) return;
    const now = clock.now();
    await store.lookups.settle(scope, [endOf(row, asked, now, clock.random())], now.toISOString());
    if (asked.kind !== 'again') onEnd();
  }

  return {
    async work(scope) {
      const desk = desks();
      if (stopped || desk === undefined || underWay.size >= MOST_UNDER_WAY) return 0;
      const rows = await store.lookups.take(scope, clock.now().toISOString(), MOST_UNDER_WAY);
      const fresh = rows.filter(({ id }) => !underWay.has(id)).slice(0, MOST_UNDER_WAY - underWay.size);
      for (const row of fresh) {
        const ended = answer(scope, row, desk)
          .catch((error: unknown) => {
            if (!stopped) onError(error);
          })
          .finally(() => underWay.delete(row.id));
        underWay.set(row.id, ended);
      }
      return fresh.length;
    },
    async stop() {
      await Promise.race([Promise.all(underWay.values()), clock.sleep(PATIENCE_MS)]);
      stopped = true;
    },
  };
}

function put(request: Lookup, { enrich, agent }: Desks): Promise<Asked> {
  return request.kind === 'enrich' ? enrich.ask(request) : agent.ask(request);
}

function endOf({ id, attempts }: LookupRow, asked: Asked, now: Date, random: number): LookupEnd {
  switch (asked.kind) {
    case 'answered':
      return { id, status: 'done' };
    case 'given-up':
      return { id, status: 'failed', error: asked.error };
    case 'again': {
      if (attempts + 1 >= ATTEMPTS) return { id, status: 'failed', error: asked.error };
      const due = now.getTime() + Math.max(asked.afterMs ?? 0, pauseAfter(attempts, random));
      return { id, status: 'waiting', due: new Date(due).toISOString(), error: asked.error };
    }
    default:
      return asked satisfies never;
  }
}
