// What a person says of a plan, kept with who said it and why.
import type { Checked } from '../resources/core.ts';
import { type ApprovalPolicy, mayApprove } from '../plans/approvals.ts';
import type { Store, Verdict } from '../ports/store.ts';
import type { Deps } from './deps.ts';

export interface VerdictRequest {
  readonly project: string;
  /** The id of a plan, or its beginning. */
  readonly plan: string;
  readonly verdict: Verdict['verdict'];
  readonly reason: string;
  readonly note: string | null;
}

export async function giveVerdict(
  deps: Pick<Deps, 'clock' | 'identity'>,
  store: Store,
  request: VerdictRequest,
): Promise<Checked<Verdict>> {
  const { project, plan: id, verdict, note } = request;
  const refuse = (code: string, message: string, hint: string): Checked<Verdict> => ({
    ok: false,
    problems: [{ severity: 'error', code, message, hint }],
  });
  const reason = request.reason.trim();
  if (reason === '') return refuse('no-reason', 'A reason is needed.', 'Say why: --reason "APAC closes"');
  const found = await store.findPlan(project, id);
  if (found === undefined)
    return refuse(
      'unknown-plan',
      `No plan here begins with ${id}, or several do.`,
      'The id stands at the top of "loopctl plan". Plans that nobody looked at for long are forgotten.',
    );
  // The same plan made anew is asked about anew; until then a verdict would wait for a world that nobody has looked at.
  const done = await store.doneAt(project, found.plan.id);
  if (done !== undefined && done >= found.createdAt)
    return refuse(
      'already-applied',
      `Plan ${found.plan.id.slice(0, 12)} was applied at ${done}: nothing waits for a word on it.`,
      'What is to be done now: loopctl plan. Back to what was before: loopctl rollback.',
    );
  const given: Verdict = { plan: found.plan.id, verdict, by: deps.identity, note, reason, at: deps.clock.now().toISOString() };
  await store.addVerdict(given);
  return { ok: true, value: given };
}

/** The plan that is held now in the environment of this one, where it is another: the verdict is not on what waits. */
export async function heldInstead(store: Store, project: string, id: string): Promise<string | undefined> {
  const found = await store.findPlan(project, id);
  if (found === undefined) return undefined;
  const { holds, lastAttempted } = await store.standing(project, found.plan.environment);
  const held = holds.some(({ scope }) => scope === 'plan') ? lastAttempted?.plan : undefined;
  return held === found.plan.id ? undefined : held;
}

/** Whether an approval that was given counts, and whose would. Nothing where the environment of the plan is not declared any more. */
export async function weightOf(
  store: Store,
  project: string,
  { plan: id, by }: Pick<Verdict, 'plan' | 'by'>,
  policyOf: (environment: string) => ApprovalPolicy | undefined,
): Promise<ReturnType<typeof mayApprove> | undefined> {
  const found = await store.findPlan(project, id);
  const policy = found && policyOf(found.plan.environment);
  return found && policy && mayApprove(found.plan, policy, by);
}
