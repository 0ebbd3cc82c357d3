// Signs that another system tells of: judged at once, by the same evidence, kept in the same place, handed on the same way.
import type { ToldSignal } from '../../engines/signals/told.ts';
import { generate } from '../../loops/generate/loop.ts';
import type { LoopAnswer } from '../loops/answer.ts';
import { decideOn } from '../loops/decide.ts';
import type { RunningHost } from '../loops/host.ts';

export interface SignalIntake {
  /** `dry`: nothing is kept, nothing is handed on. */
  take(account: string, signal: ToldSignal, dry: boolean): Promise<LoopAnswer | { readonly kind: 'not-acting' }>;
}

export interface Taking {
  readonly host: RunningHost;
  /** Loops that act on the org. */
  active(): readonly string[];
  /** Something may be in the inbox. */
  nudge(): void;
}

export function signalIntake({ host, active, nudge }: Taking): SignalIntake {
  return {
    async take(id, signal, dry) {
      if (!dry && !active().includes(generate.name)) return { kind: 'not-acting' };
      const ground = await host.current();
      if (ground === undefined) return { kind: 'no-snapshot' };
      const event = { object: 'Account', id, record: { signals: [signal] }, ...(!dry && { live: true }) };
      const decided = await decideOn(ground, host.deciding, { loop: generate, event, ...(dry && { dry }) });
      if (decided.kind === 'dropped' || decided.kind === 'parked')
        throw new Error(`${generate.name} ${decided.kind} what was told of an account`);
      if (!dry) nudge();
      return decided;
    },
  };
}
