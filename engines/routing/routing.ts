// Everything that routing reads of a snapshot, compiled once.
import { type Cascades, compileCascades, type Coverage } from '../cascade/cascade.ts';
import { compileRoster, type Seat } from '../cascade/roster.ts';
import type { Pool } from '../pools/pool.ts';
import type { PoolSpec } from '../../resources/pool/schema.ts';
import type { RoleCascadeSpec } from '../../resources/role-cascade/schema.ts';
import type { RoutingRuleSetSpec } from '../../resources/routing-rule-set/schema.ts';
import { compileRules, type RuleSet } from './rules.ts';

export interface Routing {
  readonly rules: RuleSet;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly coverage: Coverage;
}

/** `resources`: the content of a snapshot, plain JSON by `Kind/name`. Nothing where no rule set is declared for the object. */
export function compileRouting(resources: Readonly<Record<string, unknown>>, object: string): Routing | undefined {
  const ruleSet = [...ofKind<RoutingRuleSetSpec>(resources, 'RoutingRuleSet')].find(([, spec]) => spec.object === object);
  if (ruleSet === undefined) return undefined;
  const pools = new Map([...ofKind<PoolSpec>(resources, 'Pool')].map(([name, spec]) => [name, { name, spec }]));
  return { rules: compileRules(...ruleSet), pools, coverage: compileCoverage(resources) };
}

/** The tree, the roster of the active scenario, and who covers what is open. */
function compileCoverage(resources: Readonly<Record<string, unknown>>): Coverage {
  const parents = new Map([...ofKind<{ parent: string | null }>(resources, 'Territory')].map(([path, { parent }]) => [path, parent]));
  const seats = [...ofKind<{ seats: readonly Seat[] }>(resources, 'Scenario')].flatMap(([, scenario]) => scenario.seats);
  const cascades: Cascades = compileCascades(new Map(ofKind<RoleCascadeSpec>(resources, 'RoleCascade')));
  return {
    parentOf: (territory) => parents.get(territory) ?? undefined,
    knows: (territory) => parents.has(territory),
    roster: compileRoster(seats),
    cascades,
  };
}

/** What a snapshot holds was checked when it was made. */
function* ofKind<Content>(resources: Readonly<Record<string, unknown>>, kind: string): Generator<[string, Content]> {
  const prefix = `${kind}/`;
  for (const [key, content] of Object.entries(resources)) if (key.startsWith(prefix)) yield [key.slice(prefix.length), content as Content];
}
