// The death of a process, at a touch of the store or of the org: before it took effect, or after. From then on nothing gets through.

export class Died extends Error {}

export interface Death {
  /** Where it died: `after write`. Absent: it lives. */
  readonly at: string | undefined;
  around<Port extends object>(port: Port): Port;
  /** At the n-th touch from now on that changes something, before it or after it. */
  arm(touch: number, when: 'before' | 'after'): void;
  disarm(): void;
}

const TOUCHES = new Set(
  'beginApply beginBatch endBatch finishApply switchSnapshot rebind updateStanding savePlan write poll replace add take settle'.split(' '),
);
/** Ports within the store. */
const INNER = new Set(['messages', 'divergences']);

export function mortal(): Death {
  let left = Number.POSITIVE_INFINITY;
  let moment: 'before' | 'after' = 'before';
  let at: string | undefined;
  const around = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (INNER.has(String(name)) && typeof value === 'object' && value !== null) return around(value);
        if (typeof value !== 'function' || !TOUCHES.has(String(name))) return value;
        return async (...args: readonly unknown[]) => {
          if (at !== undefined) throw new Died('dead already');
          left -= 1;
          const mine = left === 0;
          if (mine) at = `${moment} ${String(name)}`;
          if (mine && moment === 'before') throw new Died(at);
          const result: unknown = await Reflect.apply(value, target, args);
          if (mine) throw new Died(at);
          return result;
        };
      },
    });
  return {
    get at() {
      return at;
    },
    around,
    arm(touch, when) {
      left = touch;
      moment = when;
    },
    disarm() {
      left = Number.POSITIVE_INFINITY;
    },
  };
}
