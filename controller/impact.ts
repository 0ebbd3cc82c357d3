// What a plan does to the records of the business, as far as it is known without replaying them: the facts that approvals ask for. What is
// not known is left out, never guessed.
import { addressText } from '../resources/core.ts';
import type { Resolved } from '../resources/resolved.ts';
import { type Assigned, losesTerritories } from '../plans/in-use.ts';
import type { Plan } from '../plans/plan.ts';

/** The plan's impact with `account_moves` where it is known. What the plan knows already stays. */
export function impactOf(plan: Plan, assigned: ReadonlyMap<string, Assigned>, resolved: Resolved): Plan['impact'] {
  return { ...(matchesAnew(plan, resolved) ? {} : { account_moves: accountsIn(plan, assigned) }), ...plan.impact };
}

function accountsIn({ steps }: Plan, assigned: ReadonlyMap<string, Assigned>): number {
  return losesTerritories(steps).reduce((sum, { address }) => sum + (assigned.get(addressText(address))?.accounts ?? 0), 0);
}

/** What falls into which territory is said anew, where anything acts upon that. */
function matchesAnew(plan: Plan, { environment }: Resolved): boolean {
  return environment.loops.length > 0 && changedKinds(plan).has('TerritoryMatch');
}

/** Kinds of what the loops read that the plan changes: a path of the snapshot's step begins with `Kind/name`. */
function changedKinds({ steps }: Plan): ReadonlySet<string> {
  const paths = steps.filter(({ action }) => action === 'switch').flatMap(({ fields }) => fields.map(({ path }) => path));
  return new Set(paths.map((path) => path.slice(0, path.indexOf('/'))));
}
