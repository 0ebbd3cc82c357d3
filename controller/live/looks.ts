// Changed records are looked at by a poll, beside whatever tells of them at once.
import { millisecondsOf } from '../../resources/duration.ts';
import type { ProjectSpec } from '../../resources/project/schema.ts';
import type { Acting } from './acting.ts';
import { watched } from './acting.ts';
import { pollChanges } from './intake.ts';
import type { LiveOptions } from './process.ts';
import { type Look, pollEvery } from './look.ts';

/** Between the first apply and the first look, and what the clocks of two machines differ by. */
const FIRST_LOOK_BACK_MS = 120_000;

/** Leads that came right after the organisation stood are news; what came long before the loops were switched on is not. */
export function beginOf({ ground }: Acting, now: Date): Date {
  return new Date(Math.max(Date.parse(ground.compiled.row.at), now.getTime() - FIRST_LOOK_BACK_MS));
}

export function changesLook({ store, deps }: Pick<LiveOptions, 'store' | 'deps'>): Look {
  const firstSeen = new Map<string, number>();
  return {
    name: 'changes',
    every: ({ environment }) => pollEvery(environment),
    async run(acting, { records }) {
      const { ground, active } = acting;
      const { now } = deps.clock;
      const begin = beginOf(acting, now());
      for (const [object, loops] of watched(ground, active))
        await pollChanges({ store, scope: ground.scope, records, now, begin, firstSeen }, object, loops);
    },
  };
}

const FORGET_EVERY_MS = 6 * 3_600_000;

/** What is too old to be needed is forgotten, also where nothing is applied for months. */
export function forgetLook(
  { store, deps }: Pick<LiveOptions, 'store' | 'deps'>,
  retention: () => ProjectSpec['retention'] | undefined,
): Look {
  return {
    name: 'forget',
    every: () => FORGET_EVERY_MS,
    async run() {
      const kept = retention();
      if (kept === undefined) return;
      const before = (age: string) => new Date(deps.clock.now().getTime() - millisecondsOf(age)).toISOString();
      await store.prune({ plans: before(kept.plans), journal: before(kept.journal) });
    },
  };
}
