// What a plan does to the records of the business: the facts that approvals ask for. What is not known is left out, never guessed. Accounts
// and owners move by what loops do: where none acts, a change of what they read moves nothing. Otherwise owners are known where records that
// were decided on went through both versions.
import { addressText } from '../resources/core.ts';
import type { Resolved } from '../resources/resolved.ts';
import { type Assigned, losesTerritories } from '../plans/in-use.ts';
import type { Plan } from '../plans/plan.ts';
import type { RecordImpact } from './simulate/of-plan.ts';

/** The plan's impact with `account_moves` and `owner_changes` where they are known. What the plan knows already stays. */
export function impactOf(
  plan: Plan,
  assigned: ReadonlyMap<string, Assigned>,
  { environment }: Resolved,
  replayed?: RecordImpact,
): Plan['impact'] {
  const changed = changedKinds(plan);
  const matchesAnew = environment.loops.length > 0 && MATCHES.some((kind) => changed.has(kind));
  const routesAnew = environment.loops.includes('route') && [...changed].some((kind) => !OWNS_NOTHING.has(kind));
  return {
    ...(matchesAnew ? {} : { account_moves: accountsIn(plan, assigned) }),
    ...(routesAnew ? {} : { owner_changes: 0 }),
    ...replayed,
    ...plan.impact,
  };
}

/** What says into which territory something falls. */
const MATCHES = ['TerritoryMatch', 'Territory', 'FieldMap', 'MatchPolicy'];

/** Kinds on which no owner depends; of any other one may. */
const OWNS_NOTHING = new Set(['Play']);

function accountsIn({ steps }: Plan, assigned: ReadonlyMap<string, Assigned>): number {
  return losesTerritories(steps).reduce((sum, { address }) => sum + (assigned.get(addressText(address))?.accounts ?? 0), 0);
}

/** Kinds of what the loops read that the plan changes: a path of the snapshot's step begins with `Kind/name`. */
function changedKinds({ steps }: Plan): ReadonlySet<string> {
  const paths = steps.filter(({ action }) => action === 'switch').flatMap(({ fields }) => fields.map(({ path }) => path));
  return new Set(paths.map((path) => path.slice(0, path.indexOf('/'))));
}
