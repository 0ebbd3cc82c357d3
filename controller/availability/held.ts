// Records that wait in pools go on when somebody is there again: also where no clock could tell when, because a pause was ended, a calendar
// was changed, or records were closed. The next in the queue of each pool is decided on again, and its decision lets out whoever can go.
import { eligible } from '../../engines/pools/eligible.ts';
import type { Member, PoolState } from '../../engines/pools/state.ts';
import type { NewEvent } from '../../ports/live.ts';
import type { Store } from '../../ports/store.ts';
import type { Acting } from '../live/acting.ts';
import type { Look } from '../live/look.ts';
import type { RunningHost } from '../loops/host.ts';
import { type PoolGround, poolsOf } from '../pools/ground.ts';
import { standingOf } from '../pools/show.ts';

const EVERY_MS = 30_000;
/** Where nothing but a count of the org is in the way: it may have fallen. */
const COUNTS_MS = 10 * 60_000;

/** As many of a pool at once. */
const MOST_RUNG = 20;

export interface HeldSources {
  readonly store: Pick<Store, 'inbox'>;
  host(): RunningHost | undefined;
}

export function heldLook({ store, host: running }: HeldSources): Look {
  return {
    name: 'held',
    every: ({ ground, active }: Acting) =>
      active.has('route') && poolsOf(ground).some(({ spec }) => spec.all_unavailable === 'hold') ? EVERY_MS : undefined,
    async run({ ground }) {
      const host = running();
      if (host === undefined) return;
      await store.inbox.add(ground.scope, await heldEvents(host.pools(ground)));
    },
  };
}

/** Events for records that can go on; an event of the same record and cause has the same id. */
async function heldEvents(ground: PoolGround): Promise<readonly NewEvent[]> {
  const events: NewEvent[] = [];
  const at = ground.now();
  for (const { name, spec } of poolsOf(ground)) {
    if (spec.all_unavailable !== 'hold') continue;
    const key = `pool/${name}`;
    const kept = (await ground.store.decisions.state(ground.scope, [key])).get(key)?.value as PoolState | undefined;
    if (kept === undefined || kept.held.length + (kept.given?.length ?? 0) === 0) continue;
    const found = await standingOf(ground, name);
    if (found === undefined) continue;
    const { state, released } = found.standing;
    const cause = released.length > 0 ? `turn ${kept.turn}` : `round ${Math.floor(at.getTime() / COUNTS_MS)}`;
    const may = released.length > 0 || eligible({ ...state, members: state.members.map(uncounted) }, { size: 1 }).length > 0;
    // One of them may be somebody's by now, or gone: any of the others lets all out who can go.
    for (const { id, object } of may ? kept.held.slice(0, MOST_RUNG) : [])
      if (object !== undefined) events.push(event(object, id, `${name} ${cause}`, at));
    // Given in a decision that nobody acted on.
    for (const { id, object, seat } of kept.given ?? []) if (object !== undefined) events.push(event(object, id, `${name} to ${seat}`, at));
  }
  return events;
}

function uncounted(member: Member): Member {
  return { ...member, cap: { ...member.cap, open: null } };
}

function event(object: string, record: string, cause: string, at: Date): NewEvent {
  return { id: `held ${object}/${record} ${cause}`, loop: 'route', object, record, at: at.toISOString(), source: 'hold' };
}
