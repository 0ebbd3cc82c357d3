// The state of loops while the past is gone through again: empty at first, kept in memory alone. Records of weeks are routed in one moment,
// so limits of a day and of a week begin anew where the records' own days do.
import type { Decide } from '../../loops/decide.ts';
import { type PoolState, weekOf } from '../../engines/pools/state.ts';
import type { Versioned } from '../../ports/decisions.ts';

export interface States {
  read(keys: readonly string[]): Readonly<Record<string, Versioned>>;
  /** What a decision leaves. */
  write(writes: Decide['writes']): void;
  /** The next record is of that time: milliseconds since 1970. Not known: no limit of a day or a week is reached. */
  goTo(at: number | undefined): void;
}

export function emptyStates(): States {
  const known = new Map<string, Versioned>();
  let day: string | undefined;
  const startAnew = (isSameWeek: boolean) => {
    for (const [key, { version, value }] of known) if (isPool(value)) known.set(key, { version, value: uncounted(value, isSameWeek) });
  };
  return {
    read: (keys) => Object.fromEntries(keys.map((key) => [key, known.get(key) ?? { version: 0, value: null }])),
    write(writes) {
      for (const { key, expect, value } of writes) known.set(key, { version: expect + 1, value });
    },
    goTo(at) {
      const next = at === undefined ? undefined : new Date(at).toISOString().slice(0, 10);
      if (next === undefined || day === undefined) startAnew(false);
      else if (next !== day) startAnew(weekOf(next) === weekOf(day));
      day = next;
    },
  };
}

function uncounted(state: PoolState, isSameWeek: boolean): PoolState {
  return { ...state, members: state.members.map((member) => ({ ...member, today: 0, thisWeek: isSameWeek ? member.thisWeek : 0 })) };
}

function isPool(value: unknown): value is PoolState {
  return typeof value === 'object' && value !== null && 'members' in value;
}
