// What the rules are asked about: the record's facts, with what Qualify, the matcher, the territories and people say of it.
import { isMissing } from '../../resources/conditions/text.ts';
import type { AgentAnswer, RouteRequest } from '../../engines/routing/decide.ts';
import { firstMatch, momentOf } from '../../engines/routing/rules.ts';
import type { Evidence } from '../../engines/routing/sentences.ts';
import { explainSegment, segmentOf } from '../../engines/segments/segments.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import type { RecordFacts } from '../facts.ts';
import type { StepInput } from '../loop.ts';
import type { Lookup } from '../requests.ts';
import { type AccountFound, accountTrace, NONE, type SaidTo } from './account.ts';
import type { RouteObject } from './loop.ts';
import { type AgentSaid, agentSaid, isLookup, type Placed, placed, saidOf } from './place.ts';

export interface Ground {
  readonly request: RouteRequest;
  readonly evidence: Evidence | undefined;
  readonly place: Placed;
  /** Which territory a person said it is, where they were asked. */
  readonly human: string | undefined;
  readonly agent: AgentSaid | undefined;
  readonly steps: readonly TraceEntry[];
}

/** Or the question for an agent. */
export function groundOf(
  here: RouteObject,
  record: RecordFacts,
  { facts: answers, now }: Pick<StepInput<unknown>, 'facts' | 'now'>,
  {
    id,
    qualified,
    account,
    said,
  }: { readonly id: string; readonly qualified: unknown; readonly account: AccountFound; readonly said: SaidTo },
): Ground | Lookup {
  const place = placed(here, record, account);
  const human = saidOf(here, place, said);
  const moment = momentOf(now);
  const { rules } = here.routing;
  const found = factsOf(here, record, { qualified, account, place, now });
  const first = rules.rules[firstMatch(rules, found.facts, moment)];
  const agent = first?.action.kind === 'agent' ? agentSaid(here, first.action, place, { record, facts: answers, human }) : undefined;
  if (agent !== undefined && isLookup(agent)) return agent;
  // Where no agent was to choose, the territory that a person named is the record's, and the rules go on from there.
  const isTheirs = agent === undefined && human !== undefined && human !== NONE;
  const facts = isTheirs ? { ...found.facts, territory: { path: human, candidates: 1 } } : found.facts;
  const answer: AgentAnswer | null | undefined = agent?.answer;
  const theirs = { rule: 'territory', result: String(human), because: 'a person said so' };
  return {
    request: { id, facts, moment, ...(answer !== undefined && { agent: answer }) },
    evidence:
      isTheirs || place.answer.status === 'none' ? undefined : { level: place.answer.level, ...evidenceOf(place.answer.level, record) },
    place,
    human,
    agent,
    steps: [...accountTrace(account), ...place.trace, ...(isTheirs ? [theirs] : []), ...(agent?.trace ?? []), ...found.segments],
  };
}

interface Parts {
  readonly qualified: unknown;
  readonly account: AccountFound;
  readonly place: Placed;
  readonly now: number;
}

function factsOf(here: RouteObject, record: RecordFacts, { qualified, account, place, now }: Parts) {
  const scored = (qualified ?? {}) as {
    readonly score?: number;
    readonly grade?: string | null;
    readonly excluded?: { readonly id: string } | null;
  };
  const known = {
    ...record.facts,
    score: scored.score ?? null,
    grade: scored.grade ?? null,
    excluded: scored.excluded?.id ?? null,
  };
  const ofAccount =
    account.account === null ? undefined : (segmentOf(here.segments, account.account.facts, { asOf: now }).segment ?? undefined);
  const options = { asOf: now, ...(ofAccount !== undefined && { account: ofAccount }) };
  const territory = {
    candidates: place.byAccount ? 1 : place.answer.candidates.length,
    path: place.path ?? null,
    ...(place.candidates.length > 0 && { options: place.candidates }),
  };
  const isPlaced = place.byAccount || place.answer.status !== 'none';
  return {
    facts: {
      ...known,
      segment: segmentOf(here.segments, known, options).segment,
      matched_account: account.seen,
      ...(isPlaced && { territory }),
    },
    segments: explainSegment(here.segments, known, options).map((entry) => ({ ...entry, rule: `Segment/${entry.rule}` })),
  };
}

const PLACE = ['billing_country', 'billing_state', 'billing_city', 'billing_postal'] as const;
const BY_LEVEL: Readonly<Record<string, string>> = {
  named: 'company',
  postal: 'billing_postal',
  city: 'billing_city',
  state: 'billing_state',
  country: 'billing_country',
  employees: 'employee_count',
};

function evidenceOf(level: string, { read }: RecordFacts): { readonly value: string; readonly inputs: Readonly<Record<string, unknown>> } {
  const [strongest = '', band] = level.split('+');
  const names = [
    ...PLACE.filter((name) => !isMissing(read[name])),
    ...(band === undefined && strongest !== 'employees' ? [] : ['employee_count']),
  ];
  const field = BY_LEVEL[strongest] ?? '';
  return {
    value: textOf(read[field]),
    inputs: Object.fromEntries([...new Set([...names, field])].map((name) => [name, read[name] ?? null])),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}
