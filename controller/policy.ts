// What the environment's configuration means for the plan engine.
import { whenOf } from '../resources/conditions/condition.ts';
import type { Environment, ProjectSpec } from '../resources/project/schema.ts';
import type { Resolved } from '../resources/resolved.ts';
import type { ApprovalPolicy, ApprovalRule, PlanFacts } from '../plans/approvals.ts';
import type { GatePolicy } from '../plans/gate.ts';
import type { Drift, DriftPolicy } from '../plans/plan.ts';

export function driftPolicyOf({ environment }: Resolved): (kind: string) => DriftPolicy {
  return (kind) => environment.drift.kinds[kind] ?? environment.drift.policy;
}

/** Git wins over drift by itself where the kind's policy says so; over a conflict never. */
export function policyReverts(drift: Drift): boolean {
  return drift.policy === 'revert' && drift.kind !== 'conflict';
}

export function gatePolicyOf({ environment, project }: Resolved): GatePolicy {
  return {
    sync: environment.sync,
    limits: { maxDelete: environment.limits.max_delete, maxChangePct: environment.limits.max_change_pct },
    windows: environment.windows.map(({ allow, deny }) => ({ ...(allow !== undefined && { allow }), ...(deny !== undefined && { deny }) })),
    timezone: project.spec.timezone,
    ...approvalPolicyOf(environment, project.spec),
  };
}

/** Who may approve what: told by the project's own file alone. */
export function approvalPolicyOf(environment: Pick<Environment, 'approvals'>, { groups }: Pick<ProjectSpec, 'groups'>): ApprovalPolicy {
  return { approvals: environment.approvals.map(toRule), groups };
}

/** The condition gives `undefined` where a fact that it reads is not known. */
function toRule({ when, by, count }: Environment['approvals'][number]): ApprovalRule {
  if (when === undefined) return { text: 'every plan', when: () => true, reads: [], by, count };
  const compiled = whenOf(when);
  const holds = (facts: PlanFacts) => {
    const { result, unknown } = compiled.test(facts, 0);
    return unknown ? undefined : result;
  };
  return { text: when, when: holds, reads: [...new Set(compiled.paths.map(({ text }) => text))], by, count };
}
