// What the environment's configuration means for the plan engine.
import { whenOf } from '../resources/conditions/condition.ts';
import type { Resolved } from '../resources/resolved.ts';
import type { ApprovalRule, PlanFacts } from '../plans/approvals.ts';
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
    approvals: environment.approvals.map(toRule),
    groups: project.spec.groups,
  };
}

function toRule({ when, by, count }: Resolved['environment']['approvals'][number]): ApprovalRule {
  return { text: when ?? 'every plan', when: when === undefined ? () => true : condition(when), by, count };
}

/** `undefined` where a fact that the condition reads is not known. */
function condition(text: string): (facts: PlanFacts) => boolean | undefined {
  const compiled = whenOf(text);
  return (facts) => {
    const { result, unknown } = compiled.test(facts, 0);
    return unknown ? undefined : result;
  };
}
