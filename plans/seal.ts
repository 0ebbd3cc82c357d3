// A plan is frozen JSON with two hashes. The id says what would be done where: approvals hold for it. The digest covers the whole file:
// one that was edited, by hand or by accident, is refused. It is no signature: who can write a plan can also seal one.
import type { Checked, Problem } from '../resources/core.ts';
import type { OrgIdentity, Plan, Step } from './plan.ts';
import { hashOf } from './value.ts';

const ID_LENGTH = 20;

/** Gives the plan its id and digest. */
export function sealed(plan: Omit<Plan, 'id' | 'digest'>): Plan {
  const whole = { ...plan, id: planId(plan) };
  return { ...whole, digest: hashOf(whole) };
}

/** The same plan with something added that does not change what would be done; its id stays. */
export function amended(plan: Plan, change: Partial<Pick<Plan, 'holds' | 'impact' | 'calls' | 'serial'>>): Plan {
  const { id: _id, digest: _digest, ...rest } = plan;
  return sealed({ ...rest, ...change });
}

/** A plan as text, for a file. */
export function planText(plan: Plan): string {
  return `${JSON.stringify(plan, null, 1)}\n`;
}

/** The plan behind a file's text; a problem where it is none, of another version, or not as it was written. */
export function readPlan(text: string): Checked<Plan> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused('plan-unreadable', `This is no plan: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isPlan(value)) return refused('plan-unreadable', 'This is no plan of loopctl: it has no version, steps and digest.');
  if (value.formatVersion !== 1) {
    return refused('plan-version', `This plan has format version ${String(value.formatVersion)}; this program reads version 1.`);
  }
  const { digest, ...rest } = value;
  if (hashOf(rest) !== digest || planId(rest) !== rest.id) {
    return refused('plan-edited', 'This plan was edited after it was made: it does not match its own digest.');
  }
  return { ok: true, value };
}

/** Why a plan must not be applied to this org; nothing where it was made for it. */
export function otherOrg(plan: Pick<Plan, 'org' | 'environment'>, org: OrgIdentity, environment: string): Problem | undefined {
  const made = `This plan was made for ${plan.environment} on the org "${plan.org.name}" (${plan.org.id})`;
  if (plan.org.id !== org.id) return problem('plan-other-org', `${made}; this is "${org.name}" (${org.id}).`);
  if (plan.environment !== environment) return problem('plan-other-environment', `${made}; this is ${environment}.`);
  return undefined;
}

function planId({ environment, org, steps }: Pick<Plan, 'environment' | 'org' | 'steps'>): string {
  return hashOf([environment, org.id, steps.map(identity)], ID_LENGTH);
}

function identity({ action, address, fields, expect, dependsOn }: Step): readonly unknown[] {
  return [action, address, fields, expect, dependsOn];
}

function isPlan(value: unknown): value is Plan {
  if (typeof value !== 'object' || value === null) return false;
  const { formatVersion, steps, digest, org } = value as Readonly<Record<string, unknown>>;
  return formatVersion !== undefined && Array.isArray(steps) && typeof digest === 'string' && typeof org === 'object' && org !== null;
}

function refused(code: string, message: string): Checked<Plan> {
  return { ok: false, problems: [problem(code, message)] };
}

function problem(code: string, message: string): Problem {
  return { severity: 'error', code, message, hint: 'Make a new one with "loopctl plan --out FILE".' };
}
