// A decision as a person would say it: first why this rule, then who, and how they were found.
import { factAt } from '../field.ts';
import { values } from './rule-trace.ts';
import type { Route, RouteRequest, Target } from './decide.ts';
import type { Routing } from './routing.ts';

/** How a territory was found: what of the record decided, and every field that the match read. */
export interface Evidence {
  /** What was strongest: named, postal, city, state, country, employees; a band may be said with it (`city+employees`). */
  readonly level: string;
  readonly value: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export function sentences(routing: Routing, route: Route, request: RouteRequest, evidence: Evidence | undefined): readonly string[] {
  const why = whyRule(routing, route, request, evidence);
  const fallback = route.fallback ? [`${route.rule_matched} finds nobody, so the default takes it.`] : [];
  return [why, ...ownerGone(route, request), ...fallback, who(routing, route, request)];
}

/** Where the owner of the account was to take it, and does not. */
function ownerGone({ action, target, fallback }: Route, { facts }: RouteRequest): readonly string[] {
  if (action !== 'assign_to_account_owner' || fallback || !('step' in target) || target.step === undefined) return [];
  return [`The owner of ${accountName(facts)} is not there, so ${target.territory} has it.`];
}

function whyRule(
  { coverage }: Routing,
  { rule, target, action }: Route,
  { facts, agent }: RouteRequest,
  evidence: Evidence | undefined,
): string {
  if (rule === undefined) return 'No rule holds.';
  const territory = 'territory' in target ? target.territory : undefined;
  if (action === 'agent' && territory !== undefined)
    return agent?.by === 'human'
      ? `A person chose ${territory}.`
      : `The agent chose ${territory} with a confidence of ${agent?.confidence ?? 0}.`;
  if (action === 'assign_to_territory' && territory !== undefined) {
    const parent = coverage.parentOf(territory);
    const patch = `patch '${territory.slice(territory.lastIndexOf('/') + 1)}'${parent === undefined ? '' : ` under ${parent}`}`;
    if (evidence === undefined) return `The record lies in ${patch}.`;
    const [level = ''] = evidence.level.split('+');
    return `${LEVELS[level] ?? 'Record'} '${evidence.value}' matches ${patch}.`;
  }
  const because = rule.condition === undefined ? 'it always holds' : values(rule.condition.paths, facts);
  return `${rule.id} holds: ${because}.`;
}

const LEVELS: Readonly<Record<string, string>> = {
  named: 'Account',
  postal: 'Postal code',
  city: 'City',
  state: 'State',
  country: 'Country',
  employees: 'Employee count',
};

function who(routing: Routing, route: Route, request: RouteRequest): string {
  const { target } = route;
  switch (target.kind) {
    case 'user':
      return userText(target, route, request);
    case 'queue':
      return queueText(target);
    case 'hold':
      return `Nobody of pool/${target.name} can take it now; the pool keeps it until somebody can.`;
    case 'review':
      return reviewText(routing, route, request);
    case 'reject':
      return `Rejected: ${target.name}.`;
    case 'nobody':
      return 'The default finds nobody either.';
    default:
      return target satisfies never;
  }
}

type User = Extract<Target, { kind: 'user' }>;

function userText({ seat, user, step, via, territory }: User, { rule }: Route, { facts }: RouteRequest): string {
  const name = seat?.name ?? seat?.seat ?? user;
  const role = seat?.role ?? '';
  switch (step) {
    case 'primary':
      return `Primary ${role} found via UserTerritory2.`;
    case 'interim':
      return `The seat is open; ${name} stands in for ${territory}.`;
    case 'overlay':
    case 'manager':
    case 'parent':
      return `The seat is open; ${name} (${role}) takes it, found by ${step}.`;
    case undefined:
      break;
    default:
      return `The seat is open; ${name} is next of ${via ?? step}.`;
  }
  if (via === 'account_owner') return `${name} owns ${accountName(facts)}.`;
  if (via === undefined) return `The rule names ${name}.`;
  const asked = rule?.action.kind === 'assign_to_pool' ? `pool/${rule.action.pool}` : via;
  return `${asked === via ? '' : `Nobody of ${asked} can take it; `}${name} is next of ${via}.`;
}

function accountName(facts: RouteRequest['facts']): string {
  const name = factAt(facts, ['matched_account', 'name']);
  return typeof name === 'string' ? name : 'the matched account';
}

function queueText({ name, step, via }: Extract<Target, { kind: 'queue' }>): string {
  if (step !== undefined) return `Nobody covers the open seat; it waits in queue/${name}.`;
  return via === undefined ? `It waits in queue/${name}.` : `Nobody of ${via} can take it; it waits in queue/${name}.`;
}

function reviewText({ rules, coverage }: Routing, { action }: Route, { agent }: RouteRequest): string {
  if (action !== 'agent') return 'Parent and child account have different owners; a person says whose it is.';
  if (agent === undefined || agent === null) return 'The agent gave no answer; a person looks at it.';
  if (!coverage.knows(agent.territory)) return `The agent named '${agent.territory}', which is no territory; a person looks at it.`;
  const { fire, review } = rules.spec.confidence;
  return agent.confidence >= review
    ? `The agent's confidence is ${agent.confidence}, below ${fire}; a person looks at it.`
    : `The agent's confidence is ${agent.confidence}, below ${review}; nobody could place it, and it waits for triage.`;
}
