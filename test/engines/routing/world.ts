// An organisation as loops see it: files → snapshot → compiled, and a day with people in it.
import type { Today } from '../../../engines/cascade/cascade.ts';
import { awayOn } from '../../../engines/cascade/roster.ts';
import type { PoolState } from '../../../engines/pools/state.ts';
import { compileRouting, type Routing } from '../../../engines/routing/routing.ts';
import { readOrganisation, type SourceFile } from '../../../resources/organisation.ts';
import { resolve } from '../../../resources/resolve.ts';
import { runtimeContent } from '../../../resources/runtime.ts';
import { filesIn } from '../../resources/fixture.ts';
import { poolWorld } from '../pools/pools.ts';

export function routingOf(folder: string, object: string): Routing {
  return routingFrom(filesIn(folder), object);
}

function routingFrom(files: readonly SourceFile[], object: string): Routing {
  const { organisation, problems } = readOrganisation(files);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors, null, 2));
  const resolved = resolve(organisation, { asOf: '2026-04-16' });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  const routing = compileRouting(runtimeContent(resolved.value).resources, object);
  if (routing === undefined) throw new Error(`no rules for ${object}`);
  return routing;
}

export interface Day {
  readonly day: string;
  readonly away?: readonly string[];
  readonly open?: Readonly<Record<string, number>>;
  readonly kept?: ReadonlyMap<string, PoolState>;
}

export function todayOf({ coverage, pools }: Routing, { day, away = [], open = {}, kept }: Day): Today {
  const isAway = (seat: string) => away.includes(seat);
  return {
    day,
    away: isAway,
    pools: poolWorld(pools, (name) => kept?.get(name) ?? null, {
      day,
      open: (seat) => open[seat],
      away: awayOn(coverage.roster, day, isAway),
    }),
  };
}
