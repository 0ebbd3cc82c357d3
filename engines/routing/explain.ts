// Why a record went where it went, in plain words. Made when somebody asks, from the same facts, so that the way to a decision stays short.
import type { Today } from '../cascade/cascade.ts';
import { explainPool } from '../pools/explain.ts';
import type { TraceEntry } from '../trace.ts';
import { decide, type Route, type RouteRequest } from './decide.ts';
import { factAt } from '../field.ts';
import { traceRules } from './rule-trace.ts';
import type { Routing } from './routing.ts';
import { type Evidence, sentences } from './sentences.ts';

export interface Explanation {
  /** `Andrew Straus (AE)`; nothing where nobody owns it. */
  readonly owner: string | undefined;
  /** What the decision rests on: fields as they were read. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly reasoning: string;
  /** Each rule that was looked at, then each step that was tried, then each member of the pool. */
  readonly trace: readonly TraceEntry[];
  /** What else was possible: the rule that was next, members of the pool who could have taken it, other territories. */
  readonly alternatives: readonly Alternative[];
}

export interface Alternative {
  readonly kind: 'rule' | 'seat' | 'territory';
  readonly name: string;
}

/** `today`: as the decision had it, before its writes. `evidence`: how the territory was found, where the caller knows. */
export function explainRoute(
  routing: Routing,
  today: Today,
  request: RouteRequest,
  evidence?: Evidence,
): { readonly route: Route; readonly explanation: Explanation } {
  const steps: TraceEntry[] = [];
  const route = decide(routing, today, request, steps);
  const members = poolTrace(routing, today, request, route);
  return {
    route,
    explanation: {
      owner: ownerText(route),
      inputs: inputsOf(route, request, evidence),
      reasoning: sentences(routing, route, request, evidence).join(' '),
      trace: [...traceRules(routing.rules, request.facts, request.moment), ...steps, ...members],
      alternatives: alternatives(route, request, members),
    },
  };
}

function ownerText({ target }: Route): string | undefined {
  if (target.kind !== 'user') return undefined;
  return target.seat === undefined ? target.user : `${target.seat.name ?? target.seat.seat} (${target.seat.role})`;
}

function poolTrace({ pools }: Routing, today: Today, { id }: RouteRequest, { target }: Route): readonly TraceEntry[] {
  const via = 'via' in target ? target.via : undefined;
  const pool = via?.startsWith('pool/') === true ? pools.get(via.slice('pool/'.length)) : undefined;
  return pool === undefined ? [] : explainPool(pool, today.pools.state(pool), { id, about: today.pools.about });
}

/** What the rule asked; for a territory, what it was found by. */
function inputsOf({ rule, target }: Route, { facts }: RouteRequest, evidence: Evidence | undefined): Readonly<Record<string, unknown>> {
  const inputs: Record<string, unknown> = {};
  for (const { text, names } of rule?.condition?.paths ?? []) {
    if (evidence === undefined || names[0] !== 'territory') inputs[text] = factAt(facts, names) ?? null;
  }
  const byPlace = 'territory' in target || rule?.condition?.paths.some(({ names }) => names[0] === 'territory') === true;
  return byPlace ? { ...inputs, ...evidence?.inputs } : inputs;
}

function alternatives({ next_rule, target }: Route, { facts }: RouteRequest, members: readonly TraceEntry[]): readonly Alternative[] {
  const options = factAt(facts, ['territory', 'options']);
  const chosen = 'territory' in target ? target.territory : undefined;
  return [
    ...(next_rule === null ? [] : [{ kind: 'rule' as const, name: next_rule }]),
    ...members.filter(({ result }) => result === 'waits').map(({ rule }) => ({ kind: 'seat' as const, name: rule })),
    ...(Array.isArray(options) ? options.map(String) : [])
      .filter((name) => name !== chosen)
      .map((name) => ({ kind: 'territory' as const, name })),
  ];
}
