// There is one, what it says of objects and people is there, and yes is not no.
import { millisecondsOf } from '../duration.ts';
import { originText } from '../core.ts';
import { Project } from '../project/schema.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { RoutingRuleSet } from '../routing-rule-set/schema.ts';
import { nearest } from '../suggest.ts';
import type { OverridePolicySpec } from './schema.ts';

type Policy = Resource<OverridePolicySpec>;

export function checkOverridePolicies(policies: readonly Policy[], organisation: Organisation, report: Report): void {
  const [first, ...others] = policies;
  for (const policy of others)
    report.error(policy, {
      path: ['metadata', 'name'],
      code: 'only-one',
      message: `${first?.ref.name} says already how owners are overruled (${first === undefined ? '' : originText(first.origin)}); there is one in a project`,
    });
  for (const policy of policies) checkOne(policy, organisation, report);
}

function checkOne(policy: Policy, organisation: Organisation, report: Report): void {
  const { objects, approved, refused, approvers = [], expires } = policy.spec;
  const routed = organisation.all(RoutingRuleSet).map(({ spec }) => spec.object);
  for (const [at, object] of objects.entries())
    if (organisation.complete(RoutingRuleSet.name) && !routed.includes(object))
      report.error(policy, {
        path: ['spec', 'objects', at],
        code: 'dangling-reference',
        message: `objects: no RoutingRuleSet routes ${object}, so there is nothing to overrule`,
        hint: routed.length === 0 ? undefined : `There is one for ${routed.join(', ')}.`,
      });
  for (const [at, value] of refused.entries())
    if (approved.includes(value))
      report.error(policy, { path: ['spec', 'refused', at], code: 'ambiguous', message: `refused: "${value}" says yes as well` });
  if (millisecondsOf(expires) <= 0)
    report.error(policy, { path: ['spec', 'expires'], code: 'out-of-range', message: `expires: ${expires} is no time at all` });
  const groups = Object.keys(organisation.all(Project)[0]?.spec.groups ?? {});
  for (const [at, name] of approvers.entries()) {
    if (name.includes('@') || groups.includes(name) || !organisation.complete(Project.name)) continue;
    const near = nearest(name, groups);
    report.error(policy, {
      path: ['spec', 'approvers', at],
      code: 'unknown-group',
      message: `approvers: "${name}" is neither a group of the project nor a username`,
      hint: near === undefined ? undefined : `Did you mean "${near}"?`,
    });
  }
}
