// May this plan be applied, now, by whoever asks? The comparison says what cannot be done; the gate says what must not be done unasked.
// Holds of the whole plan: limits, model switch, territories with accounts, approvals and sync policy (an approval lifts these); own
// access, windows, a rejection, the API budget, a suspension (nothing does). Holds of single steps: what another project claims or somebody
// suspended, queues that own records.
import { type Address, addressText, isLink, type Ref, refText } from '../resources/core.ts';
import { type Agreement, type ApprovalPolicy, type Verdict, agreement } from './approvals.ts';
import { notRun } from './blocked.ts';
import { type Assigned, type Owned, queuesInUse, territoriesInUse } from './in-use.ts';
import { modelSwitch } from './models.ts';
import type { Hold, Plan, Step } from './plan.ts';
import { amended } from './seal.ts';
import { counted, thousands } from './show.ts';
import { type WindowRule, outsideWindows } from './windows.ts';

export interface GatePolicy extends ApprovalPolicy {
  /** `approval`: every plan needs one. `manual`: the controller applies nothing by itself. */
  readonly sync: 'automatic' | 'approval' | 'manual';
  readonly limits: { readonly maxDelete?: number; readonly maxChangePct?: number };
  readonly windows: readonly WindowRule[];
  readonly timezone: string;
}

export interface GateWorld {
  readonly now: Date;
  readonly actor: 'controller' | 'person';
  /** On this plan id, oldest first. */
  readonly verdicts: readonly Verdict[];
  /** Records of the inventory that are in the org (`Comparison.managed`). */
  readonly managed: number;
  /** Addresses (as text) by which the running user may do what it does. */
  readonly ownAccess: readonly string[];
  /** Queues that lose something, by address as text, and what each owns. */
  readonly owned: ReadonlyMap<string, Owned>;
  /** Territories that go, by address as text, and what is assigned to each. */
  readonly assigned: ReadonlyMap<string, Assigned>;
  /** Records that other projects on the same org claim: by id, whatever each calls them, or by address. */
  readonly claims: readonly { readonly id?: string; readonly address: Address; readonly project: string; readonly environment: string }[];
  /** What somebody suspended: the whole environment, or the steps of one resource. */
  readonly suspended: readonly { readonly ref?: Ref; readonly by: string; readonly reason: string }[];
  /** Calls of the day: used, the org's limit, and how many are kept for others. */
  readonly budget?: { readonly used: number; readonly limit: number; readonly reserve: number };
}

const CODES = [
  'own-access',
  'suspended',
  'rejected',
  'outside-window',
  'manual-sync',
  'api-budget',
  'max-delete',
  'max-change-pct',
  'model-switch',
  'territory-has-accounts',
  'approval-required',
  'claimed',
  'queue-owns-records',
] as const;
type Code = (typeof CODES)[number];

/** From this many records on, a share of them says something. */
const FEWEST_FOR_SHARE = 10;

/** What holds the plan, or steps of it, at this moment. An empty plan is never held. */
export function gate(plan: Plan, policy: GatePolicy, world: GateWorld): readonly Hold[] {
  if (plan.steps.length === 0) return [];
  const heldSteps = [...claimed(plan, world), ...queuesInUse(plan, world.owned), ...suspendedSteps(plan, world)];
  const left = notRun(plan.steps, [...plan.holds.filter(({ code }) => !isOurs(code)), ...heldSteps]);
  const runs = plan.steps.filter(({ id }) => !left.has(id));
  if (runs.length === 0) return heldSteps;
  const agreed = agreement(plan, policy, world.verdicts);
  return [
    ...ownAccess(runs, plan, world),
    ...suspended(world),
    ...rejected(agreed),
    ...closed(policy, world),
    ...manual(policy, world),
    ...overBudget(plan, world),
    ...(agreed.approved ? [] : liftable(runs, policy, world)),
    ...approvals(policy, agreed),
    ...heldSteps,
  ];
}

/** What an approval lifts. */
function liftable(runs: readonly Step[], policy: GatePolicy, world: GateWorld): readonly Hold[] {
  return [
    ...tooManyDeletes(runs, policy),
    ...tooManyChanges(runs, policy, world),
    ...switchesModel(runs),
    ...territoriesInUse(runs, world.assigned),
  ];
}

/** The plan with what the gate says now in place of what it said before. */
export function withGate(plan: Plan, holds: readonly Hold[]): Plan {
  return amended(plan, { holds: [...plan.holds.filter(({ code }) => !isOurs(code)), ...holds] });
}

function isOurs(code: string): boolean {
  return CODES.some((own) => own === code);
}

function ownAccess(runs: readonly Step[], plan: Plan, world: GateWorld): readonly Hold[] {
  const mine = new Set([...world.ownAccess, `User/${plan.org.user.toLowerCase()}`, 'User/$me']);
  const grants = ({ address, fields }: Step) =>
    address.type === 'PermissionSetAssignment' && fields.some(({ before }) => isLink(before) && mine.has(before.link));
  const lost = runs.filter(
    (step) => (step.action === 'delete' || step.action === 'replace') && (mine.has(addressText(step.address)) || grants(step)),
  );
  return lost.map((step) =>
    planHold('own-access', `${step.id} gives ${plan.org.user} the access that loopctl works with. A plan never removes it.`, step.ref),
  );
}

function suspended(world: GateWorld): readonly Hold[] {
  const whole = world.suspended.find(({ ref }) => ref === undefined);
  if (whole === undefined) return [];
  return [planHold('suspended', `Suspended by ${whole.by} ("${whole.reason}"). To go on: "loopctl resume".`)];
}

function suspendedSteps(plan: Plan, world: GateWorld): readonly Hold[] {
  const refs = new Map(world.suspended.flatMap((one) => (one.ref === undefined ? [] : [[refText(one.ref), one] as const])));
  return plan.steps.flatMap((step) => {
    const found = refs.get(refText(step.ref));
    if (found === undefined) return [];
    const message = `${refText(step.ref)} is suspended by ${found.by} ("${found.reason}"). To go on: "loopctl resume ${refText(step.ref)}".`;
    return [stepHold('suspended', message, step, [step.id])];
  });
}

function rejected({ rejectedBy }: Agreement): readonly Hold[] {
  return rejectedBy.length === 0 ? [] : [planHold('rejected', `Rejected by ${rejectedBy.join(', ')}.`)];
}

function closed({ windows, timezone }: GatePolicy, { now }: GateWorld): readonly Hold[] {
  const outside = windows.length === 0 ? undefined : outsideWindows(windows, now, timezone);
  return outside === undefined ? [] : [planHold('outside-window', outside)];
}

function manual({ sync }: GatePolicy, { actor }: GateWorld): readonly Hold[] {
  if (sync !== 'manual' || actor !== 'controller') return [];
  return [planHold('manual-sync', 'The environment is synchronised by hand: "loopctl apply".')];
}

function overBudget({ calls }: Plan, { budget }: GateWorld): readonly Hold[] {
  if (budget === undefined) return [];
  const left = budget.limit - budget.reserve - budget.used;
  if (calls.estimatedWrite <= left) return [];
  const told = `${thousands(budget.used)} of ${thousands(budget.limit)} calls of the day are used, ${thousands(budget.reserve)} are kept for others`;
  return [planHold('api-budget', `About ${counted(calls.estimatedWrite, 'call')} would be made, and ${told}.`)];
}

function tooManyDeletes(runs: readonly Step[], { limits: { maxDelete } }: GatePolicy): readonly Hold[] {
  const deletes = runs.filter(({ action }) => action === 'delete').length;
  if (maxDelete === undefined || deletes <= maxDelete) return [];
  return [approvable('max-delete', `${counted(deletes, 'record')} would be deleted; max_delete is ${thousands(maxDelete)}.`)];
}

function tooManyChanges(runs: readonly Step[], { limits: { maxChangePct } }: GatePolicy, { managed }: GateWorld): readonly Hold[] {
  if (maxChangePct === undefined || managed < FEWEST_FOR_SHARE) return [];
  const changed = runs.filter(({ action }) => action === 'update' || action === 'replace' || action === 'delete').length;
  const share = (100 * changed) / managed;
  if (share <= maxChangePct) return [];
  const told = `${thousands(changed)} of ${counted(managed, 'record')} (${share.toFixed(1)} %)`;
  return [approvable('max-change-pct', `${told} would be updated, replaced or deleted; max_change_pct is ${maxChangePct}.`)];
}

function switchesModel(runs: readonly Step[]): readonly Hold[] {
  const { archives, activates } = modelSwitch(runs);
  if (archives.length === 0) return [];
  const first = activates.length === 0 ? 'This plan archives' : `To activate ${activates.join(', ')} this plan archives`;
  const lost =
    'Archiving cannot be undone: the territory forecasts, quotas and adjustments of the model are deleted, and the sharing that its territories give ends.';
  const beside = activates.length === 0 ? '' : ' To build the new model beside the old one, declare it "planning".';
  return [approvable('model-switch', `${first} the territory model ${archives.join(', ')}. ${lost}${beside}`)];
}

function approvals({ sync }: GatePolicy, { approved, missing }: Agreement): readonly Hold[] {
  if (missing.length > 0) return missing.map((message) => approvable('approval-required', `Approval needed: ${message}.`));
  if (sync !== 'approval' || approved) return [];
  return [approvable('approval-required', 'Every plan of this environment needs an approval.')];
}

function claimed(plan: Plan, world: GateWorld): readonly Hold[] {
  const claims = new Map(world.claims.map((claim) => [claim.id ?? addressText(claim.address), claim]));
  return plan.steps.flatMap((step) => {
    const claim = claims.get(step.recordId ?? '') ?? claims.get(addressText(step.was ?? step.address));
    if (claim === undefined || step.action === 'switch' || step.action === 'run' || step.action === 'forget') return [];
    const message = `${step.id} belongs to the project "${claim.project}" (${claim.environment}) on this org. Take it out of one of the two.`;
    return [stepHold('claimed', message, step, [step.id])];
  });
}

function planHold(code: Code, message: string, ref?: Step['ref']): Hold {
  return { code, scope: 'plan', message, ...(ref !== undefined && { ref }) };
}

function approvable(code: Code, message: string): Hold {
  return { ...planHold(code, message), approvable: true };
}

function stepHold(code: Code, message: string, { ref }: Step, steps: readonly string[]): Hold {
  return { code, scope: 'step', message, ref, steps };
}
