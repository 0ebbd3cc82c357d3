// Speed to lead: from when the org got a record to the decision whose it is, and until that was written. A record counts once, with the
// first time that it was given to somebody.
import { spread, type Spread } from '../../engines/sla/count.ts';
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { Store } from '../../ports/store.ts';

export interface SpeedMetrics {
  readonly object: string;
  /** Seconds from capture. */
  readonly decided: Spread;
  /** Seconds from capture; of those that were written. */
  readonly assigned: Spread;
}

export interface SpeedCounting {
  /** Newest first. */
  see(decision: DecisionRecord): void;
  result(store: Pick<Store, 'outbox'>): Promise<readonly SpeedMetrics[]>;
}

interface First {
  readonly object: string;
  readonly decision: string;
  readonly captured: number;
  readonly at: number;
}

/** More are not looked up: the newest tell. */
const MOST = 5_000;

/** `since`: milliseconds since 1970; what was captured before it was given to somebody before, or nobody counted. */
export function countSpeed(since: number): SpeedCounting {
  const firsts = new Map<string, First>();
  return {
    see({ id, loop, subject, logged_at, owner, captured_at: captured, reassigned_from: from }) {
      if (loop !== 'route' || subject.id === undefined || owner === undefined || from !== undefined || typeof captured !== 'string') return;
      const moment = Date.parse(captured);
      if (moment < since || (!firsts.has(subject.id) && firsts.size >= MOST)) return;
      firsts.set(subject.id, { object: subject.object, decision: id, captured: moment, at: Date.parse(logged_at) });
    },
    async result(store) {
      const all = [...firsts.values()];
      const written = new Map<string, number>();
      for (const { decision, kind, fields, ended, status } of await store.outbox.ofDecisions(all.map((one) => one.decision)))
        if (kind === undefined && status === 'done' && ended !== undefined && 'OwnerId' in fields) written.set(decision, Date.parse(ended));
      return [...Map.groupBy(all, ({ object }) => object)].map(([object, some]) => ({
        object,
        decided: spread(some.map(({ at, captured }) => seconds(at - captured))),
        assigned: spread(
          some.flatMap(({ decision, captured }) => {
            const at = written.get(decision);
            return at === undefined ? [] : [seconds(at - captured)];
          }),
        ),
      }));
    },
  };
}

/** The org tells whole seconds, and its clock is another one: nothing is before its beginning. */
function seconds(milliseconds: number): number {
  return Math.max(0, milliseconds / 1000);
}
