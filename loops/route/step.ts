// One step of Route: what has to be known is asked for until nothing is missing, then decided.
import { awayOn } from '../../engines/cascade/roster.ts';
import { presenceAt } from '../../engines/pools/availability.ts';
import type { RouteRequest } from '../../engines/routing/decide.ts';
import { momentOf } from '../../engines/routing/rules.ts';
import { explainSegment, segmentOf } from '../../engines/segments/segments.ts';
import { explainTerritory } from '../../engines/territories/explain.ts';
import { placeOf } from '../../engines/territories/place.ts';
import { type Filled, nameOf, recordFacts, type RecordFacts, sourceOf, withFilled } from '../facts.ts';
import type { Evidence } from '../../engines/routing/sentences.ts';
import type { Decide, LoopEvent, People, Request, Stepped, StepInput } from '../loop.ts';
import type { RouteObject, RouteWorld } from './loop.ts';
import { afterAssigned, capturedAt } from './after.ts';
import { isQuestion, type Memory, memoryOf, type Remembered, valuesText } from '../memory.ts';
import { outcomeOf } from './outcome.ts';
import { effectsOf, isSettled, keptFor, OWNER_FIELDS, ownerOf, peoplesQueues } from './owner.ts';
import { peopled } from './people.ts';
import { questions, Unanswered } from './questions.ts';

const PEOPLE = 'people';
const SCORE = 'qualify';
const PEOPLES_QUEUES = 'queues for people';

export function step(input: StepInput<RouteWorld>): Stepped {
  const { world, event } = input;
  const here = world.byObject.get(event.object);
  if (here === undefined) {
    const there = world.objects.length === 0 ? 'nothing' : world.objects.join(', ');
    return {
      kind: 'refuse',
      problems: [{ path: 'object', message: `no RoutingRuleSet routes ${event.object}; there is one for: ${there}` }],
    };
  }
  const isLive = event.live === true;
  const record = recordFacts(here.fields, input, isLive ? OWNER_FIELDS : []);
  if ('kind' in record && record.kind === 'refuse') return record;
  const first: Request[] = input.facts.has(PEOPLE) ? [] : [{ id: PEOPLE, kind: 'people' }];
  if ('kind' in record) return { kind: 'ask', requests: [...first, record] };
  if (!input.facts.has(SCORE)) {
    const same: LoopEvent = { object: event.object, ...(event.id !== undefined && { id: event.id }), record: record.read };
    first.push({ id: SCORE, kind: 'loop', loop: 'qualify', event: same });
  }
  const memory = isLive ? memoryOf('route', input) : undefined;
  if (memory !== undefined && isQuestion(memory)) first.push(memory);
  if (first.length > 0) return { kind: 'ask', requests: first };
  const known = withFilled(record, filledBy(input));
  try {
    return memory === undefined || isQuestion(memory) ? decided(input, here, known) : live(input, here, known, memory);
  } catch (error) {
    if (error instanceof Unanswered) return { kind: 'ask', requests: [error.request] };
    throw error;
  }
}

/** What Qualify had from providers: routed is what is known of a record, not what it says itself alone. */
function filledBy({ facts }: StepInput<RouteWorld>): Filled {
  const qualified = facts.get(SCORE)?.value as { readonly enrichment?: { readonly values: Filled } } | null | undefined;
  return qualified?.enrichment?.values ?? {};
}

/** A record that changed in the org: only where it is Route's business, and something is different from last time. */
function live(input: StepInput<RouteWorld>, here: RouteObject, record: RecordFacts, memory: Memory): Stepped {
  const owner = ownerOf(input);
  const kept = keptFor(owner, here.routing.rules.spec, input.facts.get(PEOPLE)?.value as People);
  if (kept !== undefined) return { kind: 'drop', because: kept };
  const addresses = peoplesQueues(here.routing.rules.spec);
  const waiting = input.facts.get(PEOPLES_QUEUES)?.value as Readonly<Record<string, string>> | undefined;
  if (waiting === undefined) return { kind: 'ask', requests: [{ id: PEOPLES_QUEUES, kind: 'ids', addresses }] };
  if (Object.values(waiting).includes(owner?.id ?? '')) return { kind: 'drop', because: 'it waits in a queue for people to look at it' };
  const { score, grade, excluded } = (input.facts.get(SCORE)?.value ?? {}) as Readonly<Record<string, unknown>>;
  const values = valuesText({ ...record.facts, score, grade, excluded });
  // A record that waits in a pool is looked at again, though nothing of it has changed.
  const waited = memory.last?.held;
  if (waited === undefined && isSettled(memory.last, values, owner))
    return { kind: 'drop', because: 'nothing that the rules read has changed since it was routed' };
  const made = decided(input, here, record, waited);
  if (made.kind !== 'decide') return made;
  const { ownerId, held_by: held } = made.outcome;
  const remembered: Remembered = {
    values,
    ...(owner !== undefined && { from: owner.id }),
    ...(typeof ownerId === 'string' && { owner: ownerId }),
    ...(typeof held === 'string' && { held }),
  };
  return {
    ...made,
    writes: [...made.writes, { key: memory.key, expect: memory.version, value: remembered }],
    outcome: { ...made.outcome, ...capturedAt(input.facts) },
    effects: [...effectsOf(made.outcome, owner), ...afterAssigned(here, input, made, owner, input.facts.get(SCORE)?.value)],
  };
}

/** `waited`: the pool in which the record has waited. */
function decided(input: StepInput<RouteWorld>, declared: RouteObject, record: RecordFacts, waited?: string): Stepped {
  const { facts, now, turn, event } = input;
  const people = facts.get(PEOPLE)?.value as People;
  const here = peopled(declared, people);
  const absent = new Set(people.absent);
  const { request, evidence, steps } = question(here, record, facts.get(SCORE)?.value, { now, id: event.id ?? turn });
  const { day } = request.moment;
  const { roster } = here.routing.coverage;
  const presence = presenceAt(here.hours, { roster, away: people.away ?? [], now });
  const off = (seat: string): boolean | string => absent.has(seat) || (presence.off(seat) ?? false);
  const asked = questions(here, input, { away: awayOn(roster, day, off), presence, record: record.facts });
  const today = { day, away: off, pools: asked.pools };
  const { route, explanation, gives, writes, wake, then } = outcomeOf(here, today, request, evidence, asked, {
    presence,
    waited,
    isRecord: event.id !== undefined,
  });
  const name = nameOf(event, record);
  const inputs = asRead(explanation.inputs, record);
  return {
    kind: 'decide',
    label: route.rule_matched,
    outcome: gives,
    method: route.method === 'agent' ? 'agent' : 'deterministic',
    confidence: route.confidence,
    inputs,
    sources: sourcesOf(Object.keys(inputs), record),
    trace: [...explanation.trace, ...steps],
    alternatives: explanation.alternatives,
    reasoning: explanation.reasoning,
    unread: record.unread,
    ...(name !== undefined && { name }),
    writes,
    ...(wake !== undefined && { wake }),
    ...(then.length > 0 && { then }),
  };
}

/** What was read of the record or of a provider, and what loopctl found out itself. */
function sourcesOf(names: readonly string[], record: RecordFacts): Decide['sources'] {
  const { read, filled = {}, source } = record;
  return Object.fromEntries(
    names.map((name) => [name, name in read || name in filled ? sourceOf(record, name) : { ...source, source: 'loopctl' }]),
  );
}

/** Facts of the record and what earlier steps found of it. */
function question(
  here: RouteObject,
  record: RecordFacts,
  qualified: unknown,
  { now, id }: { readonly now: number; readonly id: string },
): { readonly request: RouteRequest; readonly evidence: Evidence | undefined; readonly steps: Decide['trace'] } {
  const { answer, trace } = explainTerritory(here.territories, placeOf(record.facts));
  const territory = {
    candidates: answer.candidates.length,
    path: answer.status === 'matched' ? answer.path : null,
    ...(answer.status === 'ambiguous' && { options: answer.candidates }),
  };
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
  const found = segmentOf(here.segments, known, { asOf: now });
  const facts = { ...known, segment: found.segment, matched_account: null, ...(answer.status !== 'none' && { territory }) };
  const segments = explainSegment(here.segments, known, { asOf: now }).map((entry) => ({ ...entry, rule: `Segment/${entry.rule}` }));
  return {
    request: { id, facts, moment: momentOf(now) },
    evidence: answer.status === 'none' ? undefined : { level: answer.level, ...evidenceOf(answer.level, record) },
    steps: [...trace.map((entry) => ({ ...entry, rule: `TerritoryMatch ${entry.rule}` })), ...segments],
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
    ...PLACE.filter((name) => read[name] !== undefined),
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

/** Inputs as they were read; matchers saw codes. */
function asRead(inputs: Readonly<Record<string, unknown>>, { read }: RecordFacts): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, name in read ? read[name] : value]));
}
