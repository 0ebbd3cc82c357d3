// Who has to agree, and who has. An approval names one plan id; a changed world gives another id, and with it the question anew.
import type { Plan } from './plan.ts';

/** What a plan does, in the words of an approval's condition. */
export interface PlanFacts {
  readonly creates: number;
  readonly updates: number;
  readonly deletes: number;
  /** Accounts that change their territory, and records that change their owner: known where the impact was computed. */
  readonly account_moves?: number;
  readonly owner_changes?: number;
}

export interface ApprovalRule {
  /** The condition as it is written. */
  readonly text: string;
  /** Whether it holds; `undefined` where a fact is missing, which counts as yes. */
  readonly when: (facts: PlanFacts) => boolean | undefined;
  /** The facts that the condition asks for. */
  readonly reads: readonly string[];
  /** Groups, or people by their identity. */
  readonly by: readonly string[];
  /** How many different people. */
  readonly count: number;
}

export interface Verdict {
  readonly verdict: 'approve' | 'reject';
  readonly by: string;
}

export interface ApprovalPolicy {
  readonly approvals: readonly ApprovalRule[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

export interface Agreement {
  /** Somebody who may approve has, so limits and the like are lifted. */
  readonly approved: boolean;
  /** Rules that hold for this plan and have not enough approvals yet, each as a sentence. */
  readonly missing: readonly string[];
  /** Who said no and has not changed their mind. */
  readonly rejectedBy: readonly string[];
}

/** What the verdicts on a plan amount to. Of one person the last verdict counts. */
export function agreement(plan: Pick<Plan, 'summary' | 'impact'>, policy: ApprovalPolicy, verdicts: readonly Verdict[]): Agreement {
  const last = new Map(verdicts.map(({ by, verdict }) => [by, verdict]));
  const approvers = [...last].filter(([, verdict]) => verdict === 'approve').map(([by]) => by);
  const rejectedBy = [...last].filter(([, verdict]) => verdict === 'reject').map(([by]) => by);
  const facts = factsOf(plan);
  const missing = holdingRules(facts, policy).flatMap((rule) => {
    const have = approvers.filter((person) => isAmong(person, rule.by, policy.groups));
    return have.length >= rule.count ? [] : [missingText(rule, facts, have, approvers)];
  });
  return { approved: approvers.some((person) => mayApprove(plan, policy, person).may), missing, rejectedBy };
}

/** Whether an approval of this person counts for the plan, and whose do. Without `approvals` anyone who may apply may approve. */
export function mayApprove(
  plan: Pick<Plan, 'summary' | 'impact'>,
  policy: ApprovalPolicy,
  person: string,
): { readonly may: boolean; readonly by: readonly string[] } {
  const holding = holdingRules(factsOf(plan), policy);
  const rules = holding.length > 0 ? holding : policy.approvals;
  const by = [...new Set(rules.flatMap((rule) => rule.by))];
  return { may: rules.length === 0 || isAmong(person, by, policy.groups), by };
}

/** A condition that asks for what is not known counts as met. */
function holdingRules(facts: PlanFacts, { approvals }: ApprovalPolicy): readonly ApprovalRule[] {
  return approvals.filter((rule) => rule.when(facts) !== false);
}

function missingText(rule: ApprovalRule, facts: PlanFacts, have: readonly string[], approvers: readonly string[]): string {
  const unknown = rule.when(facts) === undefined ? rule.reads.filter((name) => !Object.hasOwn(facts, name)) : [];
  const why =
    unknown.length === 0 ? '' : ` (${unknown.join(' and ')} ${unknown.length === 1 ? 'is' : 'are'} not known yet, which counts as met)`;
  const others = approvers.filter((person) => !have.includes(person));
  const besides = others.length === 0 ? '' : `; ${others.join(', ')} approved and ${others.length === 1 ? 'is' : 'are'} none of these`;
  const sofar =
    have.length > 0 ? `approved by ${have.join(', ')}` : others.length > 0 ? 'none of them has approved yet' : 'nobody has approved yet';
  return `"${rule.text}"${why} needs ${rule.count} of ${rule.by.join(', ')}; ${sofar}${besides}`;
}

function isAmong(person: string, by: readonly string[], groups: ApprovalPolicy['groups']): boolean {
  return by.some((name) => (Object.hasOwn(groups, name) ? groups[name]?.includes(person) === true : name === person));
}

function factsOf({ summary, impact }: Pick<Plan, 'summary' | 'impact'>): PlanFacts {
  const { account_moves: moves, owner_changes: owners, undetermined = 0 } = impact;
  return {
    creates: summary.create,
    updates: summary.update + summary.replace,
    deletes: summary.delete + summary.replace,
    ...(typeof moves === 'number' && { account_moves: moves }),
    // Records that could not be told may change their owner as well: the number is not known then.
    ...(typeof owners === 'number' && undetermined === 0 && { owner_changes: owners }),
  };
}
