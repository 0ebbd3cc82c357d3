// Roles are not declared by themselves: the rosters use them.
import type { Path } from './path.ts';
import type { Report } from './report.ts';
import type { Organisation, Resource } from './resource.ts';
import { Scenario } from './scenario/schema.ts';
import { nearest } from './suggest.ts';

/** Every role of every roster. */
export function rolesOf(organisation: Organisation): ReadonlySet<string> {
  const before = known.get(organisation);
  if (before !== undefined) return before;
  const roles = new Set<string>();
  for (const { spec } of organisation.all(Scenario)) for (const { role } of spec.roster ?? []) if (role !== undefined) roles.add(role);
  known.set(organisation, roles);
  return roles;
}

const known = new WeakMap<Organisation, ReadonlySet<string>>();

/** A role that no seat has finds nobody. */
export function checkRole(resource: Resource, path: Path, role: string | undefined, organisation: Organisation, report: Report): void {
  const roles = rolesOf(organisation);
  if (role === undefined || roles.has(role) || !organisation.complete(Scenario.name)) return;
  const near = nearest(role, roles);
  report.warning(resource, {
    path,
    code: 'unknown-role',
    message: `${path.at(-1)}: no seat of any scenario has the role "${role}"`,
    hint: near === undefined ? undefined : `Did you mean "${near}"?`,
  });
}
