// How the pools stand, told every minute to whoever watches. It costs the org nothing: open records are those of the last decision, and
// calendars of the org are left out.
import { awayOf } from '../availability/away.ts';
import type { Acting } from '../live/acting.ts';
import type { Look } from '../live/look.ts';
import type { Listener } from '../follow/events.ts';
import type { RunningHost } from '../loops/host.ts';
import type { PoolCount } from './count.ts';
import { type PoolGround, poolsOf } from './ground.ts';
import { listPools } from './show.ts';

const EVERY_MS = 60_000;

export function poolsLook({ host: running, listener }: { host(): RunningHost | undefined; readonly listener: Listener }): Look {
  return {
    name: 'pools',
    every: ({ ground, active }: Acting) => (active.has('route') && poolsOf(ground).length > 0 ? EVERY_MS : undefined),
    async run({ ground }) {
      const host = running();
      if (host !== undefined) listener({ type: 'pools', pools: await countPools(host.pools(ground)) });
    },
  };
}

export async function countPools(ground: PoolGround): Promise<readonly PoolCount[]> {
  const uncounted = { value: null, missing: 'not counted', source: 'org', at: ground.now().toISOString() };
  const paused = (await ground.store.pauses.open(ground.scope)).map(awayOf);
  const views = await listPools({
    ...ground,
    org: { ...ground.org, load: () => uncounted },
    availability: (_row, people) => ({ ...people, away: paused }),
  });
  return views.map(({ pool, members, held, turn }) => ({
    pool,
    members: members.length,
    eligible: members.filter(({ eligible }) => eligible).length,
    held: held.length,
    assigned: turn,
  }));
}
