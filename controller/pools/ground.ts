// On what pools are looked at: what was reconciled, the turns as they are kept, and who answers the same questions as for a decision.
import { route, type RouteObject, type RouteWorld } from '../../loops/route/loop.ts';
import type { Pool } from '../../engines/pools/pool.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { Availability } from '../availability/away.ts';
import { answersFrom, type OrgAnswers } from '../loops/answers.ts';
import type { Ledger } from '../loops/ledger.ts';
import type { Answer } from '../loops/run.ts';
import type { Compiled } from '../loops/world.ts';

export interface PoolGround {
  readonly store: Store;
  readonly scope: Scope;
  readonly compiled: Compiled;
  readonly ledger: Pick<Ledger, 'state'>;
  readonly org: OrgAnswers;
  readonly availability: Availability | undefined;
  readonly now: () => Date;
}

export function answersOf({ compiled, ledger, org, availability, now }: PoolGround): Answer {
  return answersFrom({
    now,
    people: compiled.people,
    away: availability && ((people) => availability(compiled.row, people)),
    resources: compiled.row.content.resources,
    bindings: compiled.row.bindings,
    ledger,
    org,
    other: () => {
      throw new Error('a pool asks no other loop');
    },
  });
}

/** The world of Route, of the object whose rules name the pool, else of the first; nothing where no rules route anything. */
export function routeOf({ compiled }: Pick<PoolGround, 'compiled'>, pool: string): RouteObject | undefined {
  const { byObject } = compiled.worldOf(route) as RouteWorld;
  const all = [...byObject.values()];
  return all.find(({ routing }) => JSON.stringify(routing.rules.spec).includes(`"assign_to_pool":"${pool}"`)) ?? all[0];
}

/** What the snapshot declares, by name. */
export function poolsOf({ compiled }: Pick<PoolGround, 'compiled'>): readonly Pool[] {
  return Object.entries(compiled.row.content.resources)
    .filter(([key]) => key.startsWith('Pool/'))
    .map(([key, spec]) => ({ name: key.slice('Pool/'.length), spec: spec as Pool['spec'] }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
